"""How many rounds of a planner's messages a radio has time for, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np
from scipy.spatial import cKDTree

from bildsim.basics.arrays import Floats, Ints
from bildsim.basics.errors import UsageError
from bildsim.basics.timing import TICK_S
from bildsim.network.link_settings import LinkSettings
from bildsim.network.radio.model import Radio

# So that a product that is a whole number but for rounding counts as one.
_ROUNDING = 1e-9
_TRIES = 8


@dataclass(frozen=True)
class Talk:
    """What a swarm wants to say.

    Attributes:
        message_bytes: bytes of payload of one message.
        asked: rounds a control tick that the planner would do.
        copies: messages that a robot sends a round: 1 where it says the same to all neighbours, as
            many as it has neighbours where it does not.
        robots: how many share the air.
        addressed: whether each message is for one neighbour, who can acknowledge it.
    """

    message_bytes: int
    asked: int
    copies: float
    robots: float
    addressed: bool = False


@dataclass(frozen=True)
class AirUse:
    """What a radio makes of a planner's rounds.

    Attributes:
        radio: the radio.
        talk: what is to be said.
        rounds: rounds in a control tick that has any.
        every: control ticks from one such tick to the next; 1 unless a round takes longer.
        tries: how often a packet is sent, on average.
        load: share of the air that this takes.
        collision_loss: share of packets that meet others.
        message_loss: share of messages that do not arrive whole.
        delay: rounds that a message takes.
    """

    radio: Radio
    talk: Talk
    rounds: int
    every: int
    tries: float
    load: float
    collision_loss: float
    message_loss: float
    delay: int

    @property
    def packets(self) -> int:
        """Packets a message."""
        return self.radio.packets(self.talk.message_bytes)

    @property
    def asked_a_second(self) -> float:
        """Rounds a second that the planner would do."""
        return self.talk.asked / TICK_S

    @property
    def had_a_second(self) -> float:
        """Rounds a second that it does."""
        return self.rounds / (self.every * TICK_S)

    @property
    def asked_load(self) -> float:
        """Share of the air that what was asked for would take; above 1 it cannot be."""
        return self.load * self.asked_a_second / self.had_a_second

    def sent(self, bytes_broadcast: float, rounds: int) -> float:
        """Return the share of the air that what was sent took, of all that was budgeted.

        Args:
            bytes_broadcast: that a robot sent on average.
            rounds: in which it did.
        """
        every_round = self.talk.message_bytes * self.talk.copies * rounds
        return self.load * min(1.0, bytes_broadcast / every_round) if rounds else 0.0

    def warm_up(self, rounds: int, time_s: float) -> tuple[int, float]:
        """Return how many of so many rounds came before the start, and how long they took (s).

        Args:
            rounds: that were done by a time.
            time_s: that time (s).
        """
        ticks = round(time_s / TICK_S)
        before = max(0, rounds - self.rounds * (ticks // self.every))
        return before, before / self.had_a_second

    @property
    def figures(self) -> dict[str, object]:
        """What tables and summaries say of it, by name."""
        return {
            "name": self.radio.name,
            "robots_on_the_air": self.talk.robots,
            "message_bytes": self.talk.message_bytes,
            "packets_a_message": self.packets,
            "messages_a_round": self.talk.copies,
            "rounds_a_second_asked": self.asked_a_second,
            "rounds_a_second": self.had_a_second,
            "air_asked": self.asked_load,
            "air": self.load,
            "collision_loss": self.collision_loss,
            "message_loss": self.message_loss,
            "delay_rounds": self.delay,
        }

    def over(self, links: LinkSettings) -> LinkSettings:
        """Return the links as planners meet them: the radio's losses and delay on top."""
        settings = self.radio.fading(links.with_more_loss(self.message_loss), self.packets)
        return replace(settings, radio=None, link_delay=links.link_delay + self.delay)


def air_use(radio: Radio, talk: Talk, ticks: int) -> AirUse:
    """Return how a radio is used for a planner's rounds in a run.

    Args:
        radio: the radio.
        talk: what is to be said.
        ticks: control ticks in the run.

    Raises:
        UsageError: not one round fits into the run, or no message would arrive in all of it.
    """
    tries, found = 1.0, _with_tries(radio, talk, 1.0)
    for _ in range(_TRIES):
        # Lost packets that are sent again load the air, which loses more.
        again = _tries(radio, talk, _packet_loss(radio, found.collision_loss))
        if again <= tries + _ROUNDING:
            break
        tries, found = again, _with_tries(radio, talk, again)
    if found.every > ticks:
        raise _too_slow(found, ticks)
    rounds = found.rounds * (ticks // found.every)
    if rounds * talk.robots * talk.copies * (1.0 - found.message_loss) < 1.0:
        raise _too_lossy(found, rounds)
    return found


def sharing(radio: Radio, positions: Floats) -> float:
    """Return how many robots share the air with a robot, itself among them, on average.

    Args:
        radio: the radio.
        positions: (N, 2) where the robots are (m).
    """
    if radio.medium != "range" or len(positions) == 0:
        return float(len(positions))
    tree = cKDTree(positions)
    return float(tree.count_neighbors(tree, radio.range)) / len(positions)


def mean_copies(alike: bool, degree: Ints) -> float:
    """Return how many messages a robot sends a round, on average.

    Args:
        alike: whether a robot says the same to all.
        degree: (N,) numbers of neighbours.
    """
    return 1.0 if alike else max(1.0, float(np.mean(degree)))


def _with_tries(radio: Radio, talk: Talk, tries: float) -> AirUse:
    size, messages = talk.message_bytes, talk.copies * tries
    fits = radio.share / radio.load(size, talk.robots, messages)
    fits = min(fits, radio.rate / (radio.packets(size) * messages)) * TICK_S
    rounds = min(talk.asked, floor(fits + _ROUNDING))
    every = 1
    if rounds < 1:
        rounds, every = 1, ceil(1.0 / fits - _ROUNDING)
    rate = rounds / (every * TICK_S)
    load = radio.load(size, talk.robots, rate * messages)
    collided = radio.collision_loss(load, talk.robots)
    lost = _packet_loss(radio, collided)
    if talk.addressed:
        lost **= radio.retries + 1
    delay = floor((radio.latency + radio.jitter) * rate + _ROUNDING)
    loss = 1.0 - radio.delivered(radio.packets(size), lost)
    return AirUse(radio, talk, rounds, every, tries, load, collided, loss, delay)


def _packet_loss(radio: Radio, collided: float) -> float:
    return 1.0 - (1.0 - radio.loss) * (1.0 - collided)


def _tries(radio: Radio, talk: Talk, loss: float) -> float:
    """Return how often a packet is sent on average, until it is acknowledged or given up."""
    if not talk.addressed or loss >= 1.0:
        return 1.0 + radio.retries * talk.addressed
    return float((1.0 - loss ** (radio.retries + 1)) / (1.0 - loss))


def _too_slow(use: AirUse, ticks: int) -> UsageError:
    radio, talk = use.radio, use.talk
    sentence = (
        "{radio} is too slow: a round of messages of {0} bytes takes {1} s with {2} robots on "
        "the air, and the run has {3:} s; "
    )
    words = (
        f"{talk.message_bytes}",
        f"{use.every * TICK_S:.4g}",
        f"{talk.robots:.4g}",
        f"{ticks * TICK_S:.4g}",
    )
    most = _largest_message(use, ticks)
    if most < 1:
        return UsageError(sentence + "no message is short enough", *words, radio=radio.name)
    return UsageError(
        sentence + "allowed are messages of at most {4} bytes", *words, most, radio=radio.name
    )


def _largest_message(use: AirUse, ticks: int) -> int:
    """Return how many bytes a message may have for one round to fit; 0 if none does."""
    least, most = 0, use.talk.message_bytes
    while most - least > 1:
        middle = (least + most) // 2
        talk = replace(use.talk, message_bytes=middle)
        if _with_tries(use.radio, talk, use.tries).every <= ticks:
            least = middle
        else:
            most = middle
    return least


def _too_lossy(use: AirUse, rounds: int) -> UsageError:
    return UsageError(
        "{radio} loses everything: of messages of {0} bytes, in {1} packets each, not one would "
        "arrive whole in the {2} rounds of the run; allowed are shorter messages, or a radio that "
        "loses less",
        use.talk.message_bytes,
        use.packets,
        rounds,
        radio=use.radio.name,
    )
