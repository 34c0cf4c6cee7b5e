"""Links that lose and delay messages: which of a round's messages arrive, what is under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import isfinite

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Ints, require_keys, require_rows
from bildsim.network.directed_edges import (
    FRESH,
    DirectedEdges,
    carried,
    directed_edges,
    origins,
    renumbered,
    same_edges,
)
from bildsim.network.graph import Network
from bildsim.network.link_settings import DOUBLE, LinkSettings
from bildsim.network.message_quantisation import as_floats, rounded
from bildsim.network.sending.held import Held, HeldMessages

MOST_UNDER_WAY_BYTES = 2_000_000_000
"""So many bytes of messages may be under way: those of 100 robots with BILD-MACRO at order 6,
1,000 rounds late, take half of them."""
History = tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class Arrivals:
    """What of the messages gets through in a round.

    Attributes:
        heard: (E,) by directed edge (`bildsim.network.directed_edges`) whether its head gets the
            message that its tail sent ``delay`` rounds ago.
        delay: rounds that a message takes.
        bits: bits of a number in a message that is a multiple of a step; 64 for none.
        float_bits: bits of a floating-point number in a message; 64 are a double.
        held: what is held over each link, where robots send only what has changed; ``heard`` then
            says over which links anything is. None where everybody speaks in every round.
    """

    heard: Bools
    delay: int = 0
    bits: int = DOUBLE
    float_bits: int = DOUBLE
    held: HeldMessages | None = None

    @classmethod
    def all_of(cls, network: Network) -> Arrivals:
        """Return what perfect links let through: everything, at once and exactly."""
        return cls(np.ones(len(directed_edges(network).keys), dtype=np.bool_))

    @property
    def as_said(self) -> bool:
        """Whether a robot that averages must count its own value, too, as it was said.

        Where others hold what it said some rounds ago, or as few bits hold it, what they take from
        it and what it takes from them would otherwise not add up to zero.
        """
        return self.held is not None or (self.float_bits != DOUBLE and not self.delay)

    def written(self, values: Floats) -> Floats:
        """Return messages, (n, k), as they are read at the other end."""
        return rounded(as_floats(values, self.float_bits), self.bits)

    def taken(self, sent: Sent, values: Floats) -> tuple[Floats, Sent]:
        """Return the messages that robots go by in this round, and what is under way then.

        Args:
            sent: what was under way.
            values: (N, k) what the robots would say now.

        Returns:
            (R, k), of which `sources` says who goes by which; and what is under way.
        """
        if self.held is not None:
            return self.held.values, sent
        return sent.and_now(self.written(values), self.delay)

    def with_held(
        self,
        held: Held,
        message: Floats,
        blocks: Sequence[int],
        network: Network,
        settings: LinkSettings,
    ) -> tuple[Arrivals, Held]:
        """Return what is held after a round in which robots send only what has changed.

        Args:
            held: what was held before.
            message: (N, k) what each robot would say, as it is read at the other end.
            blocks: how many numbers stand in each block of it.
            network: who hears whom.
            settings: the links.
        """
        edges = directed_edges(network)
        held = held.after_round(
            message,
            blocks,
            edges,
            self.heard,
            settings.send_threshold,
            self.delay,
            settings.loses_messages,
        )
        return replace(self, heard=held.known, held=held.messages(edges)), held

    def sources(self, edges: DirectedEdges) -> Ints:
        """Return which row of what is `taken` counts over each directed edge, (E,)."""
        return edges.tails if self.held is None else self.held.sources

    def of_block(self, first: int, end: int) -> Arrivals:
        """Return what gets through of the numbers first..end-1 of each message."""
        if self.held is None:
            return self
        values = np.ascontiguousarray(self.held.values[:, first:end])
        return replace(self, held=HeldMessages(values, self.held.sources))


@dataclass(frozen=True, eq=False)
class LinkState:
    """What the links are like just now; its arrays are replaced, never changed.

    Attributes:
        seed: (2,) key of the counter-based generator, so that a round's draws depend on the key and
            the number of the round alone.
        rounds: rounds so far.
        robots: N.
        keys: (E,) what the directed edges are known by.
        loss: (E,) each one's own rate of loss while it is not bad.
        bad: (E,) which are in the bad state.
        age: (E,) rounds since the link came up.
    """

    seed: Ints
    rounds: int
    robots: int
    keys: Ints
    loss: Floats
    bad: Bools
    age: Ints

    def require_sound(self) -> None:
        """Make sure that its arrays go together, as those from a file may not.

        Raises:
            ValueError: they do not.
        """
        require_rows(2, self.seed)
        require_rows(len(self.keys), self.loss, self.bad, self.age)
        require_keys(self.keys, self.robots)


@dataclass(frozen=True)
class LossyLinks:
    """Draws which messages arrive.

    Each direction of each link fails by itself, the more often the longer it is just now, where the
    settings say so. A link that comes up draws its rate of loss and
    its state anew, and delivers nothing until what was sent over it has had time to arrive.

    Attributes:
        settings: rates and delay.
    """

    settings: LinkSettings = field(default_factory=LinkSettings)

    def init(self, robots: int, rng: np.random.Generator) -> LinkState:
        """Return links of which none has come up yet; ``rng`` draws the key of all that follows."""
        seed = rng.integers(2**63, size=2)
        none = np.zeros(0)
        whole = none.astype(np.int64)
        return LinkState(seed, 0, robots, whole, none, none.astype(np.bool_), whole)

    def next_round(self, state: LinkState, network: Network) -> tuple[Arrivals, LinkState]:
        """Return what arrives in the next round, and the links after it."""
        settings = self.settings
        rng = _generator(state)
        state = self._followed(state, network, rng)
        bad, loss = state.bad, state.loss
        if settings.burst:
            draw = rng.random(len(bad))
            bad = np.where(bad, draw >= 1.0 / settings.burst, draw < settings.enter_bad)
            loss = np.where(bad, settings.loss_bad, settings.loss_good)
        if isfinite(settings.half_range):
            loss = 1.0 - (1.0 - loss) * settings.within_earshot(_lengths(network, len(bad)))
        heard = rng.random(len(bad)) >= loss
        heard &= state.age >= settings.link_delay
        bits = settings.message_bits
        arrivals = Arrivals(heard, settings.link_delay, bits, settings.float_bits())
        return arrivals, replace(state, rounds=state.rounds + 1, bad=bad, age=state.age + 1)

    def change_members(self, state: LinkState, origin: Ints) -> LinkState:
        """Return the links when robots have left or joined.

        Args:
            state: the links before.
            origin: (N,) the number that each robot had before, -1 for one that joins.
        """
        keys, places = renumbered(state.keys, origin, state.robots)
        return LinkState(
            state.seed,
            state.rounds,
            len(origin),
            keys,
            state.loss[places],
            state.bad[places],
            state.age[places],
        )

    def _followed(self, state: LinkState, network: Network, rng: np.random.Generator) -> LinkState:
        """Drop links that are gone and bring up those that are new."""
        keys = directed_edges(network).keys
        if same_edges(keys, state.keys):
            return state
        settings, origin = self.settings, origins(keys, state.keys)
        fresh = np.flatnonzero(origin == FRESH)
        loss, bad = carried(state.loss, origin), carried(state.bad, origin)
        loss[fresh] = settings.loss + settings.loss_spread * rng.uniform(-1.0, 1.0, len(fresh))
        bad[fresh] = rng.random(len(fresh)) < (settings.bad_share if settings.burst else 0.0)
        return replace(state, keys=keys, loss=loss, bad=bad, age=carried(state.age, origin))


@dataclass(frozen=True, eq=False)
class Sent:
    """What was sent and has not arrived yet.

    Attributes:
        history: the messages of the last rounds, the oldest first, at most as many as the delay.
    """

    history: History = ()

    def and_now(self, messages: Floats, delay: int) -> tuple[Floats, Sent]:
        """Return the messages that arrive now and what is under way then.

        In the first rounds, when nothing can have arrived, the messages are the oldest there are;
        the links say that nobody hears them.
        """
        history = (*self.history, messages)
        return history[0], Sent(history[-delay:] if delay else ())


def _lengths(network: Network, edges: int) -> Floats:
    if network.lengths is None or len(network.lengths) != edges:
        raise ValueError("losses by distance need a network that knows the lengths of its links")
    return network.lengths


def _generator(state: LinkState) -> np.random.Generator:
    # A round draws far fewer than 2^64 blocks: rounds never share a number.
    counter = np.array([0, state.rounds, 0, 0], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=state.seed.astype(np.uint64), counter=counter))
