"""BILD-MACRO in closed loop: Algorithm 1 on measured positions, a waypoint a control tick."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.algorithm import BildMacro, Hypergradient, MacroState
from bildsim.controllers.bild_macro.algorithm_over_links import Channel, MacroOverLinks
from bildsim.controllers.bild_macro.membership import change_members
from bildsim.controllers.bild_macro.newton_learning import correction
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.bild_macro.step_rule import ImplicitStep
from bildsim.controllers.bild_macro.step_sizes import (
    Restlessness,
    require_stable_gamma_x,
    require_stable_gamma_y,
)
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.network.channel import Size
from bildsim.network.graph import Network
from bildsim.network.link_settings import LinkSettings
from bildsim.network.traffic import Traffic

_DOUBLE_BYTES = 8


@dataclass(frozen=True, eq=False)
class BildMacroState:
    """What the robots hold between ticks.

    Attributes:
        estimates: the robots' estimates.
        traffic: what they have sent.
        restlessness: for how long they have not come to rest.
        channel: what is under way over bad links, and the consensus that bears them; None with
            perfect links and Metropolis tracking.
    """

    estimates: MacroState
    traffic: Traffic
    restlessness: Restlessness
    channel: Channel | None = None


@dataclass(frozen=True, eq=False)
class BildMacroPlanner:
    """Each robot descends its own hypergradient (arXiv 2604.11712, Algorithm 1).

    A tick is ``rounds`` rounds of (7), (8), (9) at the measured positions, with a Newton step in
    the middle one unless the settings say otherwise, then the solve of Remark 3 and the waypoint,
    of (6) or of `bildsim.controllers.bild_macro.step_rule`. A robot must know its own position and
    hear its neighbours; a message is y_i and r_i, 2 m numbers, and with tracked curvature the
    triangle of q_i, m (m + 5) / 2 in all. O(G^2 kappa + m d) a robot and round (m^2 d if tracked),
    O(m^3) a tick (O(m^2) with an iterative solver), d the number of neighbours.

    Over links that lose messages, or with another consensus than Metropolis tracking, a round is
    one of `bildsim.controllers.bild_macro.algorithm_over_links`.

    Known failures: where the graph splits, each part keeps the sums it had and converges to a wrong
    density (with ADMM consensus it fits its own robots as if they were all); after deaths the swarm
    goes on as if the dead still stood where they died, unless its consensus forgets (see
    `bildsim.controllers.bild_macro.membership`); 48 moments leave most of 2 N coordinates free, so
    robots clump below the scale that the polynomials resolve.

    Attributes:
        algorithm: Algorithm 1 with its settings.
        rounds: communication rounds a control tick.
        over_links: the algorithm over bad links; None where fused rounds do the same.
        reaches_waypoints: whether robots are at their waypoints when a tick ends.
        coverage: share of the way to a near waypoint that they cover in a tick.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.OWN, messages=True, channel=True)

    algorithm: BildMacro
    rounds: int
    over_links: MacroOverLinks | None = None
    reaches_waypoints: bool = False
    coverage: float = 1.0

    @classmethod
    def of(
        cls,
        problem: Problem,
        settings: MacroSettings,
        rounds: int,
        links: LinkSettings | None = None,
    ) -> "BildMacroPlanner":
        """Make the planner for a problem; links are perfect unless given.

        Raises:
            UsageError: ``rounds`` is below 1, or links and consensus do not go together.
        """
        if rounds < 1:
            raise UsageError("{rounds} is not allowed: it must be 1 or more", rounds=rounds)
        algorithm = BildMacro(problem.family, problem.log_target, settings)
        links = LinkSettings() if links is None else links
        over_links = None
        if links.impairs_messages or settings.consensus != "metropolis":
            over_links = MacroOverLinks(algorithm, links)
        return cls(algorithm, rounds, over_links, problem.reaches_waypoints, problem.coverage)

    def check(self, network: Network) -> None:
        """Refuse step sizes that lose stability on this network and target, and too many messages.

        Raises:
            UsageError: gamma_y or gamma_x is too large, or messages under way are too many; the
                sentence says what would do.
        """
        algorithm, settings = self.algorithm, self.algorithm.settings
        if self.over_links is not None:
            self.over_links.require_memory(network)
        if settings.consensus == "metropolis":
            require_stable_gamma_y(settings, algorithm.family, network)
        # Wheels cover only a part of the way to a waypoint, which bears longer steps.
        if settings.metric == "wasserstein" and self.reaches_waypoints:
            require_stable_gamma_x(settings, algorithm.family, algorithm.log_target, self.rounds)

    def init(self, observation: Observation, rng: np.random.Generator) -> BildMacroState:
        """Draw y^0 and do the rounds that only mix, so that no robot learns from itself alone."""
        settings = self.algorithm.settings
        shape = (len(observation.positions), self.algorithm.family.size)
        y = settings.y_spread * rng.standard_normal(shape)
        estimates = self.algorithm.init(observation.positions, y)
        channel = None
        if self.over_links is not None:
            channel = self.over_links.init(estimates, observation.network, rng)
        state = BildMacroState(estimates, Traffic.none(len(y)), Restlessness.none(len(y)), channel)
        return self._talk(state, observation, settings.warmup_rounds)

    def plan(
        self, state: BildMacroState, observation: Observation
    ) -> tuple[Floats, BildMacroState]:
        """Return the waypoints of (6), (N, 2) in metres, and the next state."""
        trust = np.ones(len(observation.positions))
        if self.algorithm.settings.learning == "newton":
            state, trust = self._learn(state, observation)
        else:
            state = self._talk(state, observation, self.rounds)
        estimates = state.estimates
        found = self.algorithm.hypergradient(estimates)
        waypoints = self._waypoints(estimates, found, trust)
        return waypoints, replace(state, estimates=self.algorithm.remember(estimates, found))

    def _learn(
        self, state: BildMacroState, observation: Observation
    ) -> tuple[BildMacroState, Floats]:
        """Do the rounds of a tick, with a Newton step in the middle one; return the trust, (N,).

        In the rounds before it r_i hears of the move, in those after it what the step has changed
        is mixed. A tick of one round has no middle, and learns by gradient steps.
        """
        if self.rounds == 1:
            after = self._talk(state, observation, 1)
            step = correction(self.algorithm, state.estimates, after.estimates)
            return after, step.trust
        settled = self.rounds // 2
        before = self._advance(state, observation, settled - 1)
        after = self._advance(before, observation, 1)
        step = correction(self.algorithm, before.estimates, after.estimates)
        done = self._watched(after, observation, self.rounds - settled, step.descent, settled)
        return self._counted(state, done, observation, self.rounds), step.trust

    def _waypoints(self, estimates: MacroState, found: Hypergradient, trust: Floats) -> Floats:
        if self.algorithm.settings.step_rule == "fixed":
            return self.algorithm.waypoints(estimates, found, self.rounds)
        rule = ImplicitStep(self.algorithm, self.rounds, self.coverage)
        return rule.waypoints(estimates, found, trust)

    def check_state(self, state: BildMacroState, robots: int) -> None:
        """Refuse a state of other robots, another family or other settings.

        Raises:
            UsageError: it is one, or no state of this planner at all.
        """
        if not isinstance(state, BildMacroState) or not self._holds(state, robots):
            raise UsageError(
                f"a state of {type(state).__name__} is not possible: it must be one of BILD-MACRO "
                f"with these settings, of {robots} robots"
            )

    def _holds(self, state: BildMacroState, robots: int) -> bool:
        """Whether all arrays of a state have the sizes that this planner works with."""
        found = state.estimates
        # One robot is enough to know what a row of each array is.
        row = self.algorithm.init(np.zeros((1, 2)), np.zeros((1, self.algorithm.family.size)))
        names = ("positions", "statistics", "gradient", "z")
        pairs = [(getattr(found, name), getattr(row, name)) for name in names]
        pairs += zip(found.fields, row.fields, strict=True)
        pairs += [(sent, row.fields.y) for sent in _under_way(state.channel)]
        sent = (state.traffic.messages, state.traffic.bytes, state.restlessness.rounds)
        return (
            all(_alike(array, one, robots) for array, one in pairs)
            and all(array.shape == (robots,) for array in sent)
            and found.log_target.shape == row.log_target.shape
            and self._holds_channel(state.channel, row, robots)
        )

    def _holds_channel(self, channel: Channel | None, row: MacroState, robots: int) -> bool:
        if channel is None or self.over_links is None:
            return channel is None and self.over_links is None
        return self.over_links.holds(channel, row, robots)

    def change_members(
        self, state: BildMacroState, before: Ints, observation: Observation
    ) -> BildMacroState:
        """Let those that stay go on, and newcomers start from their neighbours' estimates."""
        estimates = change_members(
            self.algorithm, state.estimates, before, observation.positions, observation.network
        )
        channel = state.channel
        if self.over_links is not None and channel is not None:
            channel = self.over_links.change_members(channel, before, estimates)
        rounds = np.where(before >= 0, state.restlessness.rounds[before], 0)
        return BildMacroState(estimates, state.traffic.among(before), Restlessness(rounds), channel)

    def report(self, state: BildMacroState) -> Report:
        """Return the traffic and each robot's y_i."""
        return Report(state.traffic, state.estimates.fields.y)

    def _talk(
        self,
        state: BildMacroState,
        observation: Observation,
        rounds: int,
    ) -> BildMacroState:
        after = self._watched(state, observation, rounds)
        return self._counted(state, after, observation, rounds)

    def _counted(
        self, before: BildMacroState, after: BildMacroState, observation: Observation, rounds: int
    ) -> BildMacroState:
        """Return the state after some rounds with what was sent in them."""
        alike = self.algorithm.settings.consensus == "metropolis"
        network, size = observation.network, self._message_bytes
        spoken = None
        if before.channel is not None and after.channel is not None:
            spoken = _spoken(before.channel, after.channel)
        traffic = before.traffic.sent(network, rounds, size, alike=alike, spoken=spoken)
        return replace(after, traffic=traffic)

    @property
    def message(self) -> Size:
        """What one of its messages weighs."""
        alike = self.algorithm.settings.consensus == "metropolis"
        if self.over_links is not None:
            return Size(self.over_links.blocks, alike=alike)
        return Size((self.algorithm.numbers_per_message,), alike=alike)

    @property
    def rounds_a_tick(self) -> int:
        """Rounds that it does whenever it is asked."""
        return self.rounds

    @property
    def _message_bytes(self) -> int:
        if self.over_links is not None:
            return self.over_links.bytes_per_message
        return _DOUBLE_BYTES * self.algorithm.numbers_per_message

    def _watched(
        self,
        state: BildMacroState,
        observation: Observation,
        rounds: int,
        descent: Floats | None = None,
        earlier: int = 0,
    ) -> BildMacroState:
        """Do the rounds; watch the last one where the settings do not make it surely stable.

        ``earlier`` rounds came before them since one was watched.
        """
        settings = self.algorithm.settings
        if settings.surely_stable or rounds == 0:
            return self._advance(state, observation, rounds, descent)
        before = self._advance(state, observation, rounds - 1, descent)
        after = self._advance(before, observation, 1, descent if rounds == 1 else None)
        rounds += earlier
        restlessness = state.restlessness.after(before.estimates, after.estimates, rounds)
        restlessness.check(after.estimates, settings)
        return replace(after, restlessness=restlessness)

    def _advance(
        self,
        state: BildMacroState,
        observation: Observation,
        rounds: int,
        descent: Floats | None = None,
    ) -> BildMacroState:
        positions, network = observation.positions, observation.network
        if self.over_links is None or state.channel is None:
            estimates = self.algorithm.advance(state.estimates, positions, network, rounds, descent)
            return replace(state, estimates=estimates)
        estimates, channel = self.over_links.advance(
            state.estimates, state.channel, positions, network, rounds, descent
        )
        return replace(state, estimates=estimates, channel=channel)


def _spoken(before: Channel, after: Channel) -> Ints | None:
    """Return in how many rounds each robot spoke, (N,); None if it did in all."""
    if before.held is None or after.held is None:
        return None
    return after.held.spoken - before.held.spoken


def _under_way(channel: Channel | None) -> tuple[Floats, ...]:
    return () if channel is None else channel.sent_y.history


def _alike(array: Floats, row: Floats, robots: int) -> bool:
    """Whether an array has a row such as this one for each robot, one after the other in memory."""
    return array.shape == (robots, *row.shape[1:]) and array.flags.c_contiguous
