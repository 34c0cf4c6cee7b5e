"""How robots agree on the swarm's mean statistics, and what each knows of its neighbours' cells."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np

from bildsim.basics.arrays import Floats, Ints, require_keys, require_rows
from bildsim.controllers.consensus.admm import AdmmConsensus
from bildsim.controllers.consensus.base import AnyConsensus
from bildsim.controllers.consensus.forgetting import ForgettingConsensus
from bildsim.controllers.consensus.metropolis import MetropolisTracking
from bildsim.controllers.planner import Observation
from bildsim.controllers.safety.neighbours import Neighbours
from bildsim.network.channel import Channel, ChannelState, Size
from bildsim.network.directed_edges import FRESH, DirectedEdges, directed_edges, origins, renumbered
from bildsim.network.graph import network_of_edges
from bildsim.network.lossy_links import Arrivals, Sent
from bildsim.network.message_quantisation import as_floats

ConsensusName = Literal["forgetting", "admm", "metropolis"]
_UNKNOWN = np.nan


@dataclass(frozen=True, eq=False)
class AgreementState:
    """What the robots hold; arrays are replaced, never changed.

    Attributes:
        tracker: the state of the consensus.
        channel: what is under way, and what was sent.
        keys: (E,) what the directed edges are known by (`bildsim.network.directed_edges`).
        weights: (E,) the cell's weight that the neighbour last told (m^2); not a number before.
        sent: weights under way, (N, 1) each.
    """

    tracker: Any
    channel: ChannelState
    keys: Ints
    weights: Floats
    sent: Sent

    def require_sound(self) -> None:
        """Make sure that its arrays go together, as those from a file may not.

        Raises:
            ValueError: they do not.
        """
        robots = len(self.channel.traffic.messages)
        require_rows(len(self.keys), self.weights)
        require_rows(robots, self.tracker.inputs, *self.sent.history)
        require_keys(self.keys, robots)

    def weights_of(self, sensed: Neighbours, own: Floats) -> Floats:
        """Return the weight of each robot that is sensed, (K,) in m^2.

        Of one that has told none, which the network does not link, a robot takes its own: the
        border is then the one halfway.

        Args:
            sensed: who senses whom.
            own: (N,) the robots' own weights (m^2).
        """
        places = origins(sensed.robot * len(own) + sensed.other, self.keys)
        told = places != FRESH
        known = np.full(len(places), _UNKNOWN)
        known[told] = self.weights[places[told]]
        return np.where(np.isnan(known), own[sensed.robot], known)


@dataclass(frozen=True)
class Agreement:
    """Rounds of a consensus over a channel; one message a robot and round.

    Attributes:
        channel: the links.
        consensus: ``forgetting`` (`bildsim.controllers.consensus.forgetting`), ``admm`` or
            ``metropolis``; the last two are there to be compared with.
        leak: of the first, a round.
        number_bits: bits of the floating-point numbers in its messages, where the links' settings
            do not say: 16, 32 or 64.
        tells_weights: whether the weight of the robot's cell is in the message, too.
    """

    channel: Channel
    consensus: ConsensusName = "forgetting"
    leak: float = 1e-4
    number_bits: int = 16
    tells_weights: bool = False

    def init(
        self, inputs: Floats, observation: Observation, rng: np.random.Generator
    ) -> AgreementState:
        """Return the state in which every robot takes its own statistics for the mean."""
        edges = directed_edges(observation.network)
        return AgreementState(
            self._rule.init(inputs, observation.network),
            self.channel.open(len(inputs), rng),
            edges.keys,
            np.full(len(edges.keys), _UNKNOWN),
            Sent(),
        )

    def advance(
        self,
        state: AgreementState,
        inputs: Floats,
        weights: Floats,
        observation: Observation,
        rounds: int,
    ) -> AgreementState:
        """Do some rounds.

        Args:
            state: the state before them.
            inputs: (N, m) each robot's own statistics.
            weights: (N,) of its cell (m^2).
            observation: whose network they go over.
            rounds: how many.
        """
        network, rule, size = observation.network, self._rule, self.size(inputs.shape[1])
        edges = directed_edges(network)
        state = _followed(state, edges)
        for _ in range(rounds):
            message = self._message(state, weights)
            arrivals, channel = self.channel.next_round(state.channel, network, size, message)
            said = arrivals.of_block(0, inputs.shape[1])
            tracker = rule.advance(state.tracker, inputs, network, said)
            state = replace(state, tracker=tracker, channel=channel)
            if self.tells_weights:
                last = arrivals.of_block(inputs.shape[1], inputs.shape[1] + 1)
                state = self._told(state, weights, edges, last)
        return state

    def estimates(self, state: AgreementState) -> Floats:
        """Return each robot's estimate of the mean statistics, (N, m)."""
        return self._rule.estimates(state.tracker)

    def change_members(self, state: AgreementState, before: Ints, inputs: Floats) -> AgreementState:
        """Return the state when robots have left or joined; see `ChangesMembers`."""
        robots = len(state.channel.traffic.messages)
        keys, places = renumbered(state.keys, before, robots)
        joins = (before == FRESH)[:, None]
        return AgreementState(
            self._rule.change_members(state.tracker, before, inputs),
            self.channel.change_members(state.channel, before),
            keys,
            state.weights[places],
            Sent(tuple(np.where(joins, 0.0, old[before]) for old in state.sent.history)),
        )

    def holds(self, state: AgreementState, robots: int, statistics: int) -> bool:
        """Whether a state is one of these settings; for those from files.

        Args:
            state: the state.
            robots: N.
            statistics: m.
        """
        # One robot is enough to know of what kind the rule's state is.
        alone = network_of_edges(np.zeros((0, 2), dtype=np.int64), 1)
        known = self._rule.init(np.zeros((1, statistics)), alone)
        tracker, links = state.tracker, state.channel.links
        if type(tracker) is not type(known) or (links is None) != self.channel.perfect:
            return False
        tables = [getattr(tracker, item.name) for item in fields(tracker)]
        tables = [table for table in tables if getattr(table, "ndim", 1) != 1]
        said = [(statistics, tracker.sent), (1, state.sent)]
        return (
            tracker.inputs.shape == (robots, statistics)
            and all(table.ndim == 2 and table.shape[1] == statistics for table in tables)
            and all(old.shape[1:] == (wide,) for wide, sent in said for old in sent.history)
            and state.weights.ndim == 1
            and self._holds_said(state, statistics)
        )

    def _holds_said(self, state: AgreementState, statistics: int) -> bool:
        """Whether what robots hold of each other is of these settings."""
        held = state.channel.held
        if held is None or not self.channel.settings.send_threshold:
            return held is None and not self.channel.settings.send_threshold
        # Of no numbers before the first round.
        return held.told.shape[1] in (0, sum(self.size(statistics).blocks))

    @property
    def _rule(self) -> AnyConsensus:
        if self.consensus == "admm":
            return AdmmConsensus()
        if self.consensus == "metropolis":
            return MetropolisTracking()
        return ForgettingConsensus(leak=self.leak, number_bits=self._bits)

    @property
    def _bits(self) -> int:
        """Bits of a number: what the links say, or else these settings."""
        return self.channel.settings.float_bits(self.number_bits)

    def _message(self, state: AgreementState, weights: Floats) -> Floats | None:
        """Return what each robot says in a round, (N, k), for links that look at it."""
        if self.consensus == "admm" or not self.channel.settings.send_threshold:
            return None
        estimates = self._rule.estimates(state.tracker)
        return np.column_stack([estimates, weights]) if self.tells_weights else estimates

    def size(self, statistics: int) -> Size:
        """Return what a message about so many statistics weighs."""
        numbers = self._rule.numbers_per_message(statistics)
        # The other rules' sums and messages are those of their sources, in doubles.
        bits = self.number_bits if self.consensus == "forgetting" else 64
        blocks = (numbers, 1) if self.tells_weights else (numbers,)
        return Size(blocks, bits, alike=self.consensus != "admm")

    def _told(
        self, state: AgreementState, weights: Floats, edges: DirectedEdges, arrivals: Arrivals
    ) -> AgreementState:
        arriving, sent = arrivals.taken(state.sent, as_floats(weights[:, None], self._bits))
        known = np.where(arrivals.heard, arriving[arrivals.sources(edges), 0], state.weights)
        return replace(state, weights=known, sent=sent)


def _followed(state: AgreementState, edges: DirectedEdges) -> AgreementState:
    """Forget what is known over links that are gone."""
    if edges.keys is state.keys:
        return state
    origin = origins(edges.keys, state.keys)
    known = np.full(len(origin), _UNKNOWN)
    known[origin != FRESH] = state.weights[origin[origin != FRESH]]
    return replace(state, keys=edges.keys, weights=known)
