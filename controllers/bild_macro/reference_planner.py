"""A planner by the readable Algorithm 1: the yardstick of BILD-MACRO in closed loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.reference import ReferenceMacro, ReferenceState
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.bild_macro.step_sizes import require_stable_gamma_x, require_stable_gamma_y
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.planner import Observation, Problem, Report, Traffic
from bildsim.network.graph import Network
from bildsim.network.link_settings import LinkSettings

_DOUBLE_BYTES = 8


@dataclass(frozen=True, eq=False)
class ReferencePlanner:
    """BILD-MACRO by `ReferenceMacro`: the same waypoints as ``bild-macro`` but for rounding.

    A robot must know its own position and hear its neighbours; messages are those of
    `bildsim.controllers.bild_macro.planner.BildMacroPlanner`. It begins anew when the members of
    the swarm change. O(G^2 kappa + m^2 d + m^3) a robot and round, d the number of neighbours.

    Attributes:
        algorithm: Algorithm 1 with its settings.
        rounds: communication rounds a control tick.
        reaches_waypoints: whether robots are at their waypoints when a tick ends.
        coverage: share of the way to a near waypoint that they cover in a tick.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.OWN, messages=True)

    algorithm: ReferenceMacro
    rounds: int
    reaches_waypoints: bool = False
    coverage: float = 1.0

    @classmethod
    def of(
        cls,
        problem: Problem,
        settings: MacroSettings,
        rounds: int,
        links: LinkSettings | None = None,
    ) -> ReferencePlanner:
        """Make the planner for a problem; links are perfect, others the registry refuses.

        Raises:
            UsageError: ``rounds`` is below 1, or a setting is not the paper's.
        """
        if rounds < 1:
            raise UsageError("{rounds} is not allowed: it must be 1 or more", rounds=rounds)
        algorithm = ReferenceMacro(problem.family, problem.log_target, settings)
        return cls(algorithm, rounds, problem.reaches_waypoints, problem.coverage)

    def check(self, network: Network) -> None:
        """Refuse step sizes that lose stability on this network and target.

        Raises:
            UsageError: gamma_y or gamma_x is too large; the sentence says what would do.
        """
        algorithm, settings = self.algorithm, self.algorithm.settings
        require_stable_gamma_y(settings, algorithm.family, network)
        if settings.metric == "wasserstein" and self.reaches_waypoints:
            require_stable_gamma_x(settings, algorithm.family, algorithm.log_target, self.rounds)

    def init(
        self, observation: Observation, rng: np.random.Generator
    ) -> tuple[ReferenceState, Traffic]:
        """Draw y^0 and do the rounds that only mix."""
        settings, family = self.algorithm.settings, self.algorithm.family
        robots = len(observation.positions)
        y = settings.y_spread * rng.standard_normal((robots, family.size))
        state = self.algorithm.init(observation.positions, y)
        return self._talk((state, Traffic.none(robots)), observation, settings.warmup_rounds)

    def plan(
        self, state: tuple[ReferenceState, Traffic], observation: Observation
    ) -> tuple[Floats, tuple[ReferenceState, Traffic]]:
        """Return the waypoints of (6), (N, 2) in metres, and the next state."""
        settings, trust = self.algorithm.settings, np.ones(len(observation.positions))
        if settings.learning == "newton":
            state, trust = self._learn(state, observation)
        else:
            state = self._talk(state, observation, self.rounds)
        if settings.step_rule == "fixed":
            return self.algorithm.waypoints(state[0], self.rounds), state
        waypoints = self.algorithm.long_waypoints(state[0], self.rounds, trust, self.coverage)
        return waypoints, state

    def _learn(
        self, state: tuple[ReferenceState, Traffic], observation: Observation
    ) -> tuple[tuple[ReferenceState, Traffic], Floats]:
        """Do the rounds of a tick with a Newton step in the middle; return the trust, (N,)."""
        algorithm, positions, network = self.algorithm, observation.positions, observation.network
        settled = max(1, self.rounds // 2)
        before = algorithm.advance(state[0], positions, network, settled - 1)
        after = algorithm.round(before, positions, network)
        trust, descent = algorithm.correction(before, after)
        if self.rounds > settled:
            after = algorithm.round(after, positions, network, descent)
            after = algorithm.advance(after, positions, network, self.rounds - settled - 1)
        traffic = state[1].sent(network, self.rounds, self._message_bytes)
        return (after, traffic), trust

    def report(self, state: tuple[ReferenceState, Traffic]) -> Report:
        """Return the traffic and each robot's y_i."""
        return Report(state[1], state[0].y)

    def _talk(
        self, state: tuple[ReferenceState, Traffic], observation: Observation, rounds: int
    ) -> tuple[ReferenceState, Traffic]:
        estimates = self.algorithm.advance(
            state[0], observation.positions, observation.network, rounds
        )
        traffic = state[1].sent(observation.network, rounds, self._message_bytes)
        return estimates, traffic

    @property
    def _message_bytes(self) -> int:
        family = self.algorithm.family
        triangle = family.packed_size if self.algorithm.settings.tracks_hessian else 0
        return _DOUBLE_BYTES * (2 * family.size + triangle)
