"""What several baselines share: planners without memory, planners with fixed goals, and grids."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import not_allowed
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.controllers.step_limit import limited
from bildsim.network.traffic import Traffic
from bildsim.targets.quantisation import quantise
from bildsim.targets.target import Target

# None of these grids shares a centre with the 40 x 40 cells of the position metrics, so that no
# planner is measured at the very points that it looks at.
FINE_CELLS = 100
"""Cells an axis for sums over p*."""
TRANSPORT_CELLS = 50
"""Cells an axis where a planner works with distances from every robot to every cell."""


def require_within(planner: object, bounds: Mapping[str, tuple[float, float]]) -> None:
    """Make sure that options of a planner are within bounds, by name.

    Raises:
        UsageError: one is not.
    """
    for name, (least, most) in bounds.items():
        if not least <= getattr(planner, name) <= most:
            raise not_allowed(name, getattr(planner, name), f"{least:g} to {most:g}")


@dataclass(frozen=True, eq=False)
class Memoryless(ABC):
    """A planner whose waypoints depend on the measured positions alone; its state is its traffic.

    Attributes:
        problem: target, family and the longest step.
    """

    problem: Problem

    @abstractmethod
    def goals(self, positions: Floats) -> Floats:
        """Return where each robot would like to be, (N, 2) in metres, however far."""

    def init(self, observation: Observation, rng: np.random.Generator) -> Traffic:
        """Return that nothing was sent."""
        return Traffic.none(len(observation.positions))

    def plan(self, state: Traffic, observation: Observation) -> tuple[Floats, Traffic]:
        """Return waypoints towards the goals, (N, 2) in metres, within the longest step."""
        positions = observation.positions
        return limited(positions, self.goals(positions), self.problem.max_step), state

    def report(self, state: Traffic) -> Report:
        """Return that nothing was sent."""
        return Report(state)


@dataclass(frozen=True, eq=False)
class FixedGoals(ABC):
    """A planner whose state is the robots' places, (N, 2) in metres, chosen once; it sends nothing.

    Where the target moves, robots go on to the places that were chosen for where it was at first.

    Attributes:
        problem: target, family and the longest step.
    """

    problem: Problem

    @abstractmethod
    def places(self, positions: Floats, rng: np.random.Generator) -> Floats:
        """Return each robot's place, (N, 2) in metres; ``positions`` are where they start."""

    def init(self, observation: Observation, rng: np.random.Generator) -> Floats:
        """Choose the places."""
        return self.places(observation.positions, rng)

    def plan(self, state: Floats, observation: Observation) -> tuple[Floats, Floats]:
        """Return waypoints on the straight ways to the places, (N, 2) in metres."""
        return limited(observation.positions, state, self.problem.max_step), state

    def report(self, state: Floats) -> Report:
        """Return that nothing was sent."""
        return Report(Traffic.none(len(state)))


def good_places(target: Target, robots: int, rng: np.random.Generator) -> Floats:
    """Return places that represent p* well, (N, 2) in metres.

    `bildsim.targets.quantisation.quantise` from one start and on 50 x 50 cells, so that a trial
    need not wait; reference scores take the best of four starts on 80 x 80.
    """
    return quantise(target, robots, rng, starts=1, resolution=TRANSPORT_CELLS)
