"""What agents are shown of a whole swarm, the space of it, and what infos say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from gymnasium import spaces

from bildsim.basics.arrays import Floats
from bildsim.envs.dynamics import velocity_bounds
from bildsim.envs.physics import SwarmPhysics
from bildsim.envs.robots.contacts import Touching
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.task import DensityTask

ObservationMode: TypeAlias = Literal["global", "local"]
"""``global``: the swarm and its mean statistics; ``local``: what each robot knows by itself."""
Precision: TypeAlias = Literal["float64", "float32"]
"""NumPy's name of the type of observations and actions."""


class Observer(Protocol):
    """Shows agents a swarm; what changes in it from tick to tick is its state."""

    @property
    def space(self) -> spaces.Dict:
        """The space of what it shows."""

    @property
    def described(self) -> dict[str, Any]:
        """What determines what it keeps, by the names of the environment's arguments."""

    def begin(self, task: DensityTask, physics: SwarmPhysics, rng: np.random.Generator) -> None:
        """Begin an episode with the swarm as it stands; what is drawn comes from rng's children."""

    def advance(self, physics: SwarmPhysics) -> None:
        """Take note that a control tick has passed."""

    def shown(
        self, task: DensityTask, physics: SwarmPhysics, statistics: Floats | None = None
    ) -> dict[str, Floats]:
        """Return the observation of this moment.

        Args:
            task: whose targets are shown.
            physics: the swarm.
            statistics: (m,) those of the measured positions, where they are known already.
        """

    def snapshot(self) -> dict[str, Any]:
        """Return what it keeps, by the name of a state's part; see `bildsim.envs.state`."""

    def restore(self, parts: Mapping[str, Any], physics: SwarmPhysics) -> None:
        """Be as when these parts were kept, with the swarm as it was then."""


@dataclass(frozen=True, eq=False)
class GlobalObserver:
    """Shows all robots and their mean statistics; it keeps nothing.

    Attributes:
        space: of what it shows.
        dtype: NumPy's type of it.
    """

    space: spaces.Dict
    dtype: Precision

    @property
    def described(self) -> dict[str, Any]:
        """Nothing: it keeps nothing."""
        return {}

    def begin(self, task: DensityTask, physics: SwarmPhysics, rng: np.random.Generator) -> None:
        """Do nothing."""

    def advance(self, physics: SwarmPhysics) -> None:
        """Do nothing."""

    def shown(
        self, task: DensityTask, physics: SwarmPhysics, statistics: Floats | None = None
    ) -> dict[str, Floats]:
        """Return the observation of this moment."""
        measured = physics.measured
        if statistics is None:
            statistics = task.statistics(physics.places(measured))
        return in_precision(
            {
                "pose": measured.copy(),
                "velocity": physics.arena.velocities(),
                "swarm_statistics": statistics,
                "target_statistics": task.target_statistics.copy(),
            },
            self.dtype,
        )

    def snapshot(self) -> dict[str, Any]:
        """Return that it keeps nothing."""
        return {}

    def restore(self, parts: Mapping[str, Any], physics: SwarmPhysics) -> None:
        """Do nothing."""


def global_observer(
    robot: RobotModel, robots: int, dynamics: str, statistics: int, dtype: Precision
) -> GlobalObserver:
    """Return who shows a whole swarm; see `bildsim.envs.swarm.SwarmEnv`.

    Args:
        robot: the model of every robot.
        robots: number N of robots.
        dynamics: name of the dynamics.
        statistics: number m of statistics.
        dtype: NumPy's type of what is shown.
    """
    means = box(np.ones(statistics), dtype)
    space = {
        **motion_boxes(robot, robots, dynamics, dtype),
        "swarm_statistics": means,
        "target_statistics": means,
    }
    return GlobalObserver(spaces.Dict(space), dtype)


def motion_boxes(
    robot: RobotModel, robots: int, dynamics: str, dtype: Precision
) -> dict[str, spaces.Space[Any]]:
    """Return the boxes of poses and velocities, (N, 3) each; see `global_observer`."""
    # A centre is pressed out of the square by micrometres at most; a radius is far more.
    place = 1.0 + robot.radius
    bounds = {"pose": [place, place, np.pi], "velocity": velocity_bounds(dynamics, robot)}
    return {name: box(np.tile(high, (robots, 1)), dtype) for name, high in bounds.items()}


def box(high: Floats, dtype: Precision, low: Floats | None = None) -> spaces.Box:
    """Return a box of numbers up to ``high``, from ``low`` or from -``high``."""
    kind = np.dtype(dtype).type
    low = -high if low is None else low
    # Rounding keeps the order of numbers: what was within the bounds still is.
    return spaces.Box(low.astype(kind), high.astype(kind), dtype=kind)


def in_precision(shown: dict[str, Floats], dtype: Precision) -> dict[str, Any]:
    """Return arrays of doubles as arrays of a type: the same ones if it is theirs."""
    if dtype == "float64":
        return shown
    return {name: values.astype(dtype) for name, values in shown.items()}


def fit_info(task: DensityTask, physics: SwarmPhysics) -> dict[str, Any]:
    """Return the infos that there are at any moment."""
    return {
        "kl_fit": task.kl,
        "theta": task.theta.copy(),
        "time_s": physics.arena.time,
        "pose": physics.pose.copy(),
        "active": physics.active.copy(),
    }


def contact_info(touched: Touching, unit_m: float = 1.0) -> dict[str, Any]:
    """Return the infos about contacts at a tick's end.

    Args:
        touched: who touched whom.
        unit_m: metres in a unit of lengths.
    """
    return {
        "touching_robot": touched.robot,
        "touching_wall": touched.wall,
        "contact_pairs": touched.pairs,
        "overlap_m": touched.overlap * unit_m,
    }
