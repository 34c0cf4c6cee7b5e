"""BILD-MACRO in closed loop: Algorithm 1 on measured positions, a waypoint a control tick."""

from dataclasses import dataclass, replace

import numpy as np

from bildsim.arrays import Floats, Ints
from bildsim.errors import UsageError
from bildsim.macro import BildMacro, MacroState
from bildsim.macro_members import change_members
from bildsim.macro_settings import MacroSettings
from bildsim.step_range import Restlessness
from bildsim.traffic import Traffic
from controllers.planner import Observation, Problem, Report


@dataclass(frozen=True, eq=False)
class BildMacroState:
    """The robots' estimates, what they have sent, and for how long they have not come to rest."""

    estimates: MacroState
    traffic: Traffic
    restlessness: Restlessness


@dataclass(frozen=True, eq=False)
class BildMacroPlanner:
    """Each robot descends its own hypergradient (arXiv 2604.11712, Algorithm 1).

    A tick is ``rounds`` rounds of (7), (8), (9) at the measured positions, then the solve of
    Remark 3 and the waypoint of (6). A robot must know its own position and hear its neighbours;
    a message is y_i, r_i and the triangle of q_i, m (m + 5) / 2 numbers (2 m with the Wasserstein
    metric). O(G^2 kappa + m^2 d) a
    robot and round, O(m^3) a tick (O(m^2) with an iterative solver), d the number of neighbours.

    Known failures: where the graph splits, each part keeps the sums it had and converges to a wrong
    density; after deaths the swarm goes on as if the dead still stood where they died (see
    `bildsim.macro_members`); 48 moments leave most of 2 N coordinates free, so robots clump below
    the scale that the polynomials resolve.

    Attributes:
        algorithm: Algorithm 1 with its settings.
        rounds: communication rounds a control tick.
    """

    algorithm: BildMacro
    rounds: int

    @classmethod
    def of(cls, problem: Problem, settings: MacroSettings, rounds: int) -> "BildMacroPlanner":
        """Make the planner for a problem.

        Raises:
            UsageError: ``rounds`` is below 1.
        """
        if rounds < 1:
            raise UsageError(f"--rounds {rounds} is not allowed: it must be 1 or more")
        return cls(BildMacro(problem.family, problem.log_target, settings), rounds)

    def init(self, observation: Observation, rng: np.random.Generator) -> BildMacroState:
        """Draw y^0 and do the rounds that only mix, so that no robot learns from itself alone."""
        settings = self.algorithm.settings
        shape = (len(observation.positions), self.algorithm.family.size)
        y = settings.y_spread * rng.standard_normal(shape)
        estimates = self.algorithm.init(observation.positions, y)
        state = BildMacroState(estimates, Traffic.none(len(y)), Restlessness.none(len(y)))
        return self._talk(state, observation, settings.warmup_rounds)

    def plan(
        self, state: BildMacroState, observation: Observation
    ) -> tuple[Floats, BildMacroState]:
        """Return the waypoints of (6), (N, 2) in metres, and the next state."""
        state = self._talk(state, observation, self.rounds)
        estimates = state.estimates
        hypergradient = self.algorithm.hypergradient(estimates)
        waypoints = self.algorithm.waypoints(estimates, hypergradient, self.rounds)
        return waypoints, replace(
            state, estimates=self.algorithm.remember(estimates, hypergradient)
        )

    def change_members(
        self, state: BildMacroState, before: Ints, observation: Observation
    ) -> BildMacroState:
        """Let those that stay go on, and newcomers start from what their neighbours believe."""
        estimates = change_members(
            self.algorithm, state.estimates, before, observation.positions, observation.network
        )
        rounds = np.where(before >= 0, state.restlessness.rounds[before], 0)
        return BildMacroState(estimates, state.traffic.among(before), Restlessness(rounds))

    def report(self, state: BildMacroState) -> Report:
        """Return the traffic and each robot's y_i."""
        return Report(state.traffic, state.estimates.fields.y)

    def _talk(self, state: BildMacroState, observation: Observation, rounds: int) -> BildMacroState:
        network = observation.network
        estimates, restlessness = self._advance(state, observation, rounds)
        sent = state.traffic.add(network, rounds, self.algorithm.numbers_per_message)
        return BildMacroState(estimates, sent, restlessness)

    def _advance(
        self, state: BildMacroState, observation: Observation, rounds: int
    ) -> tuple[MacroState, Restlessness]:
        """Do the rounds; watch the last one where the settings do not make it surely stable."""
        algorithm, before = self.algorithm, state.estimates
        positions, network = observation.positions, observation.network
        if algorithm.settings.surely_stable or rounds == 0:
            return algorithm.advance(before, positions, network, rounds), state.restlessness
        before = algorithm.advance(before, positions, network, rounds - 1)
        estimates = algorithm.advance(before, positions, network)
        restlessness = state.restlessness.after(before, estimates, rounds)
        restlessness.check(estimates, algorithm.settings)
        return estimates, restlessness
