"""Stand still: what the start alone is worth."""

from dataclasses import dataclass

import numpy as np

from bildsim.arrays import Floats
from bildsim.traffic import Traffic
from controllers.planner import Observation, Problem, Report


@dataclass(frozen=True, eq=False)
class Static:
    """Every robot stays where it started; it must know its own position, and sends nothing.

    Attributes:
        problem: what the others are asked to do.
    """

    problem: Problem

    def init(self, observation: Observation, rng: np.random.Generator) -> Floats:
        """Return the starting positions, (N, 2) in metres."""
        return observation.positions.copy()

    def plan(self, state: Floats, observation: Observation) -> tuple[Floats, Floats]:
        """Return the starting positions as waypoints."""
        return state.copy(), state

    def report(self, state: Floats) -> Report:
        """Return that nothing was sent."""
        return Report(Traffic.none(len(state)))
