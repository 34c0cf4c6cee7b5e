"""The channel that planners talk over: it loses, delays and rounds messages, and counts them.

A planner that talks keeps a `ChannelState` in its state and does its rounds by the `Channel` of its
problem, so every planner bears the same links and is counted by the same meter:

    state = problem.channel.open(robots, rng)                    # in init
    heard, state = problem.channel.broadcast(state, network, mine)
    mean = heard.mixed(mine)                                     # with the network's weights
    total = heard.added(heard.said - mine[heard.edges.heads])    # of anything by directed edge
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import csr_array

from bildsim.basics.arrays import Bools, Floats, Ints, require_rows
from bildsim.basics.errors import UsageError
from bildsim.basics.reading.regular_file import in_units
from bildsim.network.directed_edges import FRESH, DirectedEdges, directed_edges
from bildsim.network.graph import Network
from bildsim.network.link_settings import DOUBLE, LinkSettings
from bildsim.network.lossy_links import MOST_UNDER_WAY_BYTES, Arrivals, LinkState, LossyLinks, Sent
from bildsim.network.message_quantisation import as_floats, message_bytes, rounded
from bildsim.network.sending.held import Held
from bildsim.network.traffic import Traffic


@dataclass(frozen=True)
class Size:
    """What a message weighs, which depends on how numbers are written.

    Attributes:
        blocks: how many numbers stand in each block; with few bits a block has a step of its own.
        bits: of a number where the links' settings say nothing: 64, a double, 32 or 16.
        alike: whether a robot says the same to all its neighbours.
    """

    blocks: tuple[int, ...]
    bits: int = DOUBLE
    alike: bool = True

    def bytes_with(self, settings: LinkSettings) -> int:
        """Return the bytes of payload of one message over such links."""
        if settings.message_bits == DOUBLE:
            return sum(self.blocks) * settings.float_bits(self.bits) // 8
        return message_bytes(self.blocks, settings.message_bits)

    def written(self, message: Floats, settings: LinkSettings) -> Floats:
        """Return messages, (N, k), as they are read at the other end of such links."""
        message = as_floats(message, settings.float_bits(self.bits))
        ends = np.cumsum(self.blocks)[:-1]
        parts = np.split(message, ends, axis=1)
        return np.hstack([rounded(part, settings.message_bits) for part in parts])


@dataclass(frozen=True, eq=False)
class ChannelState:
    """What is under way and what was sent; its arrays are replaced, never changed.

    Attributes:
        links: what the links are like just now; None where they are perfect.
        sent: broadcasts under way, (N, k) each.
        traffic: what each robot has sent.
        held: what is held over each link, where robots send only what has changed; else None.
    """

    links: LinkState | None
    sent: Sent
    traffic: Traffic
    held: Held | None = None

    def require_sound(self) -> None:
        """Make sure that its arrays go together, as those from a file may not.

        Raises:
            ValueError: they do not.
        """
        traffic = self.traffic
        robots = len(traffic.messages)
        require_rows(robots, traffic.bytes, traffic.broadcast, *self.sent.history)
        if self.links is not None and self.links.robots != robots:
            raise ValueError(f"links of {self.links.robots} robots among {robots}")
        if self.held is not None:
            require_rows(robots, self.held.told)


@dataclass(frozen=True, eq=False)
class Heard:
    """What robots hear of a broadcast.

    Attributes:
        edges: every link in both directions; robot ``edges.heads[e]`` hears ``edges.tails[e]``.
        arrived: (E,) whether it does this time; or where robots send only what has changed, whether
            it ever did.
        values: (R, k) what the messages that arrive now said, by who sent them; and in rows from N
            on older ones, where somebody still goes by them.
        sources: (E,) which row each link brings, where that is not always row ``edges.tails[e]``.
    """

    edges: DirectedEdges
    arrived: Bools
    values: Floats
    sources: Ints | None = None

    @property
    def said(self) -> Floats:
        """What each directed edge brings, (E, k); not a number where nothing arrives."""
        return np.where(self.arrived[:, None], self.values[self._rows], np.nan)

    def added(self, by_edge: Floats) -> Floats:
        """Return each robot's sum over what it hears, (N, ...).

        Args:
            by_edge: (E, ...) a value an edge; what did not arrive counts for nothing.
        """
        shape = (self.edges.robots, *by_edge.shape[1:])
        result = np.zeros(shape)
        there = np.flatnonzero(self.arrived)
        np.add.at(result, self.edges.heads[there], by_edge[there])
        return result

    def mixed(self, own: Floats) -> Floats:
        """Return sum_j a_ij v_j, (N, k), the robot's own value in place of what it does not hear.

        Args:
            own: (N, k) v_i.
        """
        return own + self._gained(own)

    def drawn(self) -> Floats:
        """Return sum_j a_ij (v_j - v_i), (N, k), with v_i, too, as it was said.

        However rounded and late messages are, it adds up to zero over the robots wherever links
        bring them both ways or not at all: the compensation of P. Frasca, R. Carli, F. Fagnani and
        S. Zampieri, Average consensus on networks with quantized communication, International
        Journal of Robust and Nonlinear Control 19(16), 2009.
        """
        return self._gained(self.values[: self.edges.robots])

    @property
    def _rows(self) -> Ints:
        return self.edges.tails if self.sources is None else self.sources

    def _gained(self, own: Floats) -> Floats:
        """Return sum_j a_ij (v_j - own_i), (N, k), over what is heard."""
        share, edges = np.where(self.arrived, self.edges.weights, 0.0), self.edges
        # A row's own entries alone are added, in their order: who is not heard changes no bit.
        mixing = csr_array((share, self._rows, edges.indptr), (edges.robots, len(self.values)))
        return np.asarray(mixing @ self.values - mixing.sum(axis=1)[:, None] * own)


@dataclass(frozen=True)
class Channel:
    """Links by their settings.

    Attributes:
        settings: rates of loss, delay, bits of a number.
    """

    settings: LinkSettings = field(default_factory=LinkSettings)

    @property
    def perfect(self) -> bool:
        """Whether every message arrives at once and as it was sent."""
        return not self.settings.impairs_messages

    def open(self, robots: int, rng: np.random.Generator) -> ChannelState:
        """Return a channel over which nothing was sent; ``rng`` draws what all losses follow from.

        Perfect links draw nothing.
        """
        links = None if self.perfect else LossyLinks(self.settings).init(robots, rng)
        held = Held.none(robots) if self.settings.send_threshold else None
        return ChannelState(links, Sent(), Traffic.none(robots), held)

    def require_memory(self, robots: int, numbers: int) -> None:
        """Make sure that broadcasts of so many numbers can be kept while they are under way.

        Raises:
            UsageError: they take more than ``MOST_UNDER_WAY_BYTES``.
        """
        delay, each = self.settings.link_delay, 8 * robots * numbers
        if delay * each > MOST_UNDER_WAY_BYTES:
            raise UsageError(
                "{link_delay} is not possible with {0} robots and messages of {1} numbers: allowed "
                "is at most {2}, as messages under way may take {3}",
                robots,
                numbers,
                MOST_UNDER_WAY_BYTES // each,
                in_units(MOST_UNDER_WAY_BYTES),
                link_delay=delay,
            )

    def renewed(self, state: ChannelState) -> bool:
        """Whether as many rounds are over as bring all robots what the others held.

        Who holds on to a value for delay + 1 rounds, and takes in what arrives in the last of them,
        hears what the others hold just then, not what they held some rounds ago.
        """
        return state.traffic.rounds % (self.settings.link_delay + 1) == 0

    def counted(
        self, state: ChannelState, network: Network, size: Size, rounds: int
    ) -> ChannelState:
        """Return the channel after some rounds, counted alone: for who works them out in one pass.

        That is possible over perfect links; others use `next_round` or `broadcast`.
        """
        weight = size.bytes_with(self.settings)
        return replace(state, traffic=state.traffic.sent(network, rounds, weight, alike=size.alike))

    def next_round(
        self, state: ChannelState, network: Network, size: Size, message: Floats | None = None
    ) -> tuple[Arrivals, ChannelState]:
        """Have every robot send each neighbour a message of that size; return what arrives.

        For consensus and whatever else keeps what is under way itself; see `broadcast`.

        Args:
            state: the channel.
            network: who hears whom.
            size: of a message.
            message: (N, k) what each robot says to all its neighbours, all blocks together; of
                use only where robots send what has changed and nothing else.

        Raises:
            UsageError: they do, and there is no message.
        """
        if self.settings.send_threshold:
            return self._with_changes(state, network, size, message)
        state = self.counted(state, network, size, 1)
        if state.links is None:
            return Arrivals.all_of(network), state
        arrivals, links = LossyLinks(self.settings).next_round(state.links, network)
        return arrivals, replace(state, links=links)

    def _with_changes(
        self, state: ChannelState, network: Network, size: Size, message: Floats | None
    ) -> tuple[Arrivals, ChannelState]:
        """Have those robots speak whose message has changed; see `next_round`."""
        settings = self.settings
        if message is None or state.links is None or state.held is None:
            raise UsageError(
                "{send_threshold} is not possible with this planner: it does not say the same to "
                "all neighbours, or its rounds do not say what",
                send_threshold=settings.send_threshold,
            )
        arrivals, links = LossyLinks(settings).next_round(state.links, network)
        said = size.written(message, settings)
        arrivals, held = arrivals.with_held(state.held, said, size.blocks, network, settings)
        traffic = state.traffic.sent(
            network,
            1,
            size.bytes_with(settings),
            alike=size.alike,
            spoken=held.spoken - state.held.spoken,
        )
        return arrivals, replace(state, links=links, held=held, traffic=traffic)

    def broadcast(
        self, state: ChannelState, network: Network, values: Floats
    ) -> tuple[Heard, ChannelState]:
        """Have every robot tell all its neighbours the same; return what they hear in this round.

        Args:
            state: the channel.
            network: who hears whom.
            values: (N, k) what each robot says; of all broadcasts of a state alike in k.
        """
        arrivals, state = self.next_round(state, network, Size((values.shape[1],)), values)
        arriving, sent = arrivals.taken(state.sent, values)
        edges = directed_edges(network)
        sources = None if arrivals.held is None else arrivals.sources(edges)
        heard = Heard(edges, arrivals.heard, arriving, sources)
        return heard, replace(state, sent=sent)

    def change_members(self, state: ChannelState, before: Ints) -> ChannelState:
        """Return the channel when robots have left or joined.

        Args:
            state: the channel before.
            before: (N,) each present robot's row in it; -1 for one that joins.
        """
        links = state.links
        if links is not None:
            links = LossyLinks(self.settings).change_members(links, before)
        joins = (before == FRESH)[:, None]
        # What newcomers would have said is heard by nobody: their links are younger than it.
        history = tuple(np.where(joins, 0.0, old[before]) for old in state.sent.history)
        held = None if state.held is None else state.held.change_members(before)
        return ChannelState(links, Sent(history), state.traffic.among(before), held)
