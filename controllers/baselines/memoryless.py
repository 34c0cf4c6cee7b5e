"""What planners share that remember nothing and send nothing: the goal follows from positions."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.controllers.step_limit import limited
from bildsim.network.traffic import Traffic


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
