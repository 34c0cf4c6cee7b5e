"""BILD-MACRO without estimation: what every robot would do if it knew the swarm's density."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro.algorithm import BildMacro
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.bild_macro.step_rule import ImplicitStep
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.network.link_settings import LinkSettings
from bildsim.network.traffic import Traffic


@dataclass(frozen=True, eq=False)
class ExactMacroPlanner:
    """Algorithm 1 (arXiv 2604.11712) with theta(x) in place of every robot's y_i.

    The moves are those of `bildsim.controllers.bild_macro.planner.BildMacroPlanner`, with the same
    steps, metric and rounds a tick; what that planner does worse is the price of learning theta(x)
    by talking. One computer must know every position; no messages are counted. O(N m + m^3) a tick.
    Known
    failure: it clumps below the scale that the moments see, as BILD-MACRO does.

    The state is theta of the tick before, (m,), from which the next fit starts, and N.

    Attributes:
        algorithm: Algorithm 1 with its settings.
        rounds: moves (6) that a waypoint stands for.
        coverage: share of the way to a near waypoint that robots cover in a tick.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.ALL, count=True)

    algorithm: BildMacro
    rounds: int
    coverage: float = 1.0

    @classmethod
    def of(
        cls,
        problem: Problem,
        settings: MacroSettings,
        rounds: int,
        links: LinkSettings | None = None,
    ) -> "ExactMacroPlanner":
        """Make the planner for a problem; it sends nothing, so links make no difference."""
        algorithm = BildMacro(problem.family, problem.log_target, settings)
        return cls(algorithm, rounds, problem.coverage)

    def init(self, observation: Observation, rng: np.random.Generator) -> tuple[Floats, int]:
        """Start from the uniform density, as the fit does by default."""
        return np.zeros(self.algorithm.family.size), len(observation.positions)

    def plan(
        self, state: tuple[Floats, int], observation: Observation
    ) -> tuple[Floats, tuple[Floats, int]]:
        """Return the waypoints of (6), (N, 2) in metres, and the next state."""
        algorithm, positions = self.algorithm, observation.positions
        family, robots = algorithm.family, len(positions)
        mean = family.statistics(positions).mean(axis=0)
        theta = family.fit(mean, algorithm.settings.regularisation, state[0])
        # One robot stands for all: y, q and so z are the same for every one.
        one = algorithm.init(positions[:1], theta[None])
        found = algorithm.hypergradient(one)
        ascent = family.ascent(positions, np.tile(found.z, (robots, 1)))
        everyone, found = replace(one, positions=positions), replace(found, ascent=ascent)
        if algorithm.settings.step_rule == "fixed":
            waypoints = algorithm.waypoints(everyone, found, self.rounds)
        else:
            rule = ImplicitStep(algorithm, self.rounds, self.coverage)
            waypoints = rule.waypoints(everyone, found, np.ones(robots))
        return waypoints, (theta, robots)

    def report(self, state: tuple[Floats, int]) -> Report:
        """Return that nothing was sent, and theta for every robot."""
        theta, robots = state
        return Report(Traffic.none(robots), np.tile(theta, (robots, 1)))
