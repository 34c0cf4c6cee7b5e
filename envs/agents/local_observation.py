"""What each robot is shown that knows only itself, what it senses nearby and what it hears.

Rows come from `bildsim.controllers.local_view`: a robot's row depends on itself, on the robots that
it senses and on those that it hears. What it hears travels one link of the network a tick.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from gymnasium import spaces

from bildsim.basics.arrays import Floats
from bildsim.controllers.local_view import Estimates, LocalView, own_statistics
from bildsim.envs.agents.network_of_robots import RobotNetwork
from bildsim.envs.agents.observation import Precision, box, in_precision, motion_boxes
from bildsim.envs.physics import SwarmPhysics
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.task import DensityTask
from bildsim.network.spec import NetworkSpec

MOST_DENSITY = 1000.0
"""Densities above this (1/m^2) are shown as this: spaces have bounds."""
# Robots are not farther apart along an axis (m).
_ARENA_SIDE = 2.0
_PART = "local"


class LocalObserver:
    """Shows each robot what it knows, N rows in every array.

    Attributes:
        space: of what it shows.
        view: how far robots see.
        network: who hears whom.

    Args:
        view: how far robots see.
        spec: what the network is.
        robot: the model of every robot.
        robots: number N of robots.
        dynamics: name of the dynamics.
        statistics: number m of statistics.
        dtype: NumPy's type of what is shown.
    """

    def __init__(
        self,
        view: LocalView,
        spec: NetworkSpec,
        robot: RobotModel,
        robots: int,
        dynamics: str,
        statistics: int,
        dtype: Precision,
    ) -> None:
        self.view, self._dtype, self._unit_m = view, dtype, robot.unit_m
        self.network = RobotNetwork(spec, robots)
        self._estimates = Estimates.begin(np.zeros((robots, statistics)))
        means = box(np.ones((robots, statistics)), dtype)
        near, cells = (robots, view.neighbours), (robots, view.patch_cells, view.patch_cells)
        # Centres may be a little outside C, where they are pressed to a wall.
        apart = min(view.sensing_range, _ARENA_SIDE + 2.0 * robot.radius)
        parts: dict[str, spaces.Space[Any]] = {
            **motion_boxes(robot, robots, dynamics, dtype),
            "estimate": means,
            "heard": means,
            "neighbours": box(np.full((*near, 2), apart), dtype),
            "present": box(np.ones(near), dtype, np.zeros(near)),
            "patch": box(np.full(cells, MOST_DENSITY), dtype, np.zeros(cells)),
            "target_statistics": means,
        }
        self.space = spaces.Dict(parts)

    @property
    def described(self) -> dict[str, Any]:
        """What determines what robots hear."""
        return {"network": str(self.network.spec)}

    def begin(self, task: DensityTask, physics: SwarmPhysics, rng: np.random.Generator) -> None:
        """Begin an episode: every robot takes its own statistics for the swarm's."""
        (draws,) = rng.spawn(1)
        self._family = task.family
        self.network.begin(self._metres(physics), physics.active, draws)
        self._estimates = Estimates.begin(self._inputs(physics))

    def advance(self, physics: SwarmPhysics) -> None:
        """Let robots hear what was sent a tick ago, and look who hears whom now."""
        self._estimates = self._estimates.after_round(self._inputs(physics), self.network.now)
        self.network.follow(self._metres(physics), physics.active)

    def shown(
        self, task: DensityTask, physics: SwarmPhysics, statistics: Floats | None = None
    ) -> dict[str, Floats]:
        """Return the observation of this moment."""
        measured, estimates = physics.measured, self._estimates
        # What is near robots sense, wherever they take themselves to be.
        near = self.view.neighbours_of(physics.pose[:, :2])
        patch = self.view.patch(task.present, measured[:, :2])
        return in_precision(
            {
                "pose": measured.copy(),
                "velocity": physics.arena.velocities(),
                # Means of phi are within these bounds; estimates of them overshoot at times.
                "estimate": np.clip(estimates.mean, -1.0, 1.0),
                "heard": np.clip(estimates.heard, -1.0, 1.0),
                "neighbours": near.relative,
                "present": near.present.astype(np.float64),
                "patch": np.minimum(patch, MOST_DENSITY),
                "target_statistics": np.tile(task.target_statistics, (len(measured), 1)),
            },
            self._dtype,
        )

    def snapshot(self) -> dict[str, Any]:
        """Return estimates and network."""
        estimates = {name: value.copy() for name, value in vars(self._estimates).items()}
        return {_PART: {"estimates": estimates, "network": self.network.snapshot()}}

    def restore(self, parts: Mapping[str, Any], physics: SwarmPhysics) -> None:
        """Be as when these parts were kept.

        Raises:
            ValueError: they are of other robots.
        """
        kept = {name: np.array(value) for name, value in parts[_PART]["estimates"].items()}
        shape = self._estimates.mean.shape
        for value in kept.values():
            if value.shape != shape or value.dtype != np.float64:
                raise ValueError(f"an array of shape {value.shape} must be of shape {shape}")
        self._estimates = Estimates(**kept)
        self.network.restore(parts[_PART]["network"], self._metres(physics), physics.active)

    def _metres(self, physics: SwarmPhysics) -> Floats:
        """Return where robots are, (N, 2), in metres, in which radios have their range."""
        return physics.pose[:, :2] * self._unit_m

    def _inputs(self, physics: SwarmPhysics) -> Floats:
        return own_statistics(self._family, physics.measured[:, :2])
