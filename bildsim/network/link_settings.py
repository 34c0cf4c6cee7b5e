"""What is wrong with the links between robots: the settings, and what they ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from bildsim.basics.errors import UsageError, not_allowed, unknown_name

if TYPE_CHECKING:
    from bildsim.basics.arrays import Floats

DOUBLE = 64
MOST_DELAY = 1000
MOST_OUTAGES = 1000
"""More are refused, as every tick looks at each."""
_NO_OUTAGE = "none"
_FREE_SPACE = 2.0
# Below, shares of the distance are no numbers any more.
_LEAST_HALF_RANGE = 1e-6
OptionalRadio: TypeAlias = Annotated[str | None, "NAME|FILE"]
OptionalFormat: TypeAlias = Literal["float16", "float32", "float64"] | None
_FORMATS = ("float16", "float32", "float64")


@dataclass(frozen=True)
class LinkSettings:
    """The links between robots: perfect unless set otherwise.

    With ``burst`` each direction of each link is the two-state chain of Gilbert (1960) and Elliott
    (1963): it is good or bad, loses messages at one rate in each, and goes from one to the other so
    that ``burst`` is the mean length of a bad spell and ``loss`` the mean rate over all time.

    Attributes:
        loss: share of the messages that do not arrive, each independently; in [0, 1).
        loss_spread: each direction of each link draws its own loss from loss - spread to
            loss + spread, both within [0, 1), so links are not the same both ways.
        burst: mean length of a bad spell of a link (rounds), 1 or more (Gilbert-Elliott); 0 for
            losses that are independent.
        loss_good: loss in the good state, with bursts.
        loss_bad: loss in the bad state, with bursts.
        link_delay: rounds that a message takes.
        half_range: distance at which half of the messages are lost that would have arrived from
            nearby (m); inf for losses that do not grow with distance. Of messages from d metres
            away (1 - loss) 2^-(d / half_range)^n arrive, n the path loss exponent.
        path_loss_exponent: n; 2 in free space, up to 4 over ground and among obstacles.
        message_bits: bits of a number in a message: 64, or 2 to 32 for whole multiples of a step
            that the message states, rounded to the nearest.
        message_format: float16, float32 or float64: how numbers in messages are written; unless
            given float64, and of the planners of moments as their own option says.
        send_threshold: share of a block of its message by which it must have changed since a robot
            last sent it, for the robot to send it again; who hears nothing new goes on with what
            it last heard. 0 to send in every round.
        radio_range: robots farther apart have no link (m), whatever the network; inf for no limit.
            Of a complete network it makes is a disk graph that may fall apart.
        outage: START:END in seconds, or several with commas between: meanwhile no link crosses the
            line x = 0; or none.
        radio: what the robots talk with: 802.15.4, ble-tsch, esp-now, esp-now-54, kilobot-ir, nrf24
            or wifi; or a file (.toml) with a table [radio]. It has time for so many rounds and no
            more, and loses and delays messages on top of the other settings; unless given as many
            rounds as are asked for.
    """

    loss: float = 0.0
    loss_spread: float = 0.0
    burst: float = 0.0
    loss_good: float = 0.0
    loss_bad: float = 1.0
    link_delay: int = 0
    half_range: float = inf
    path_loss_exponent: float = _FREE_SPACE
    message_bits: int = DOUBLE
    message_format: OptionalFormat = None
    send_threshold: float = 0.0
    radio_range: float = inf
    outage: str = _NO_OUTAGE
    radio: OptionalRadio = None

    def __post_init__(self) -> None:
        _require(0.0 <= self.loss < 1.0, "loss", self.loss, "at least 0 and below 1")
        self._check_spread()
        self._check_bursts()
        whole = 0 <= self.link_delay <= MOST_DELAY and self.link_delay % 1 == 0
        allowed = f"a whole number from 0 to {MOST_DELAY}"
        _require(whole, "link_delay", self.link_delay, allowed)
        known = self.message_bits == DOUBLE or self.message_bits in range(2, 33)
        _require(known, "message_bits", self.message_bits, f"2 to 32, or {DOUBLE}")
        self._check_formats()
        least, most = 0.0, 1.0
        allowed = "0 for always, or a share below 1"
        share = least <= self.send_threshold < most
        _require(share, "send_threshold", self.send_threshold, allowed)
        self._check_distances()
        if not self.radio_range > 0.0:
            allowed = "a number of metres above 0, or inf"
            raise not_allowed("radio_range", self.radio_range, allowed)
        count = self.outage.count(",") + 1
        if count > MOST_OUTAGES:
            raise UsageError(
                "{outage} names {0} outages: allowed are {1}", count, MOST_OUTAGES, outage=True
            )
        _ = self.outages

    def _check_formats(self) -> None:
        if self.message_format is None:
            return
        if self.message_format not in _FORMATS:
            raise unknown_name("message_format", str(self.message_format), _FORMATS)
        if self.message_bits != DOUBLE:
            raise UsageError(
                "{message_bits} and {message_format} exclude each other: give one",
                message_bits=self.message_bits,
                message_format=self.message_format,
            )

    def _check_distances(self) -> None:
        if not self.half_range >= _LEAST_HALF_RANGE:
            allowed = f"a number of metres from {_LEAST_HALF_RANGE:g}, or inf"
            raise not_allowed("half_range", self.half_range, allowed)
        exponent = self.path_loss_exponent
        _require(1.0 <= exponent <= 8.0, "path_loss_exponent", exponent, "1 to 8")
        if exponent != _FREE_SPACE and self.half_range == inf:
            needs = "{path_loss_exponent} needs {half_range}: give a number of metres"
            raise UsageError(needs, path_loss_exponent=exponent)

    def _check_spread(self) -> None:
        spread = self.loss_spread
        inside = spread >= 0.0 and self.loss - spread >= 0.0 and self.loss + spread < 1.0
        if not (inside and isfinite(spread)):
            raise UsageError(
                "{loss_spread} is not allowed: it must be 0 or above, with {loss} minus it at "
                "least 0 and plus it less than 1",
                loss_spread=spread,
                loss=self.loss,
            )
        if spread and self.burst:
            raise UsageError(
                "{loss_spread} and {burst} exclude each other: give one",
                loss_spread=spread,
                burst=self.burst,
            )

    def _check_bursts(self) -> None:
        if self.burst == 0.0:
            for name, value, usual in (
                ("loss_good", self.loss_good, 0.0),
                ("loss_bad", self.loss_bad, 1.0),
            ):
                if value != usual:
                    needs = f"{{{name}}} needs {{burst}}: give the spells' length"
                    raise UsageError(needs, **{name: value})
            return
        _require(self.burst >= 1.0, "burst", self.burst, "0, or a number of rounds from 1")
        good, bad = self.loss_good, self.loss_bad
        _require(0.0 < bad <= 1.0, "loss_bad", bad, "above 0, at most 1")
        between = 0.0 <= good <= self.loss and good < bad
        if not between:
            raise UsageError(
                "{loss_good} is not allowed: it must be 0 to {loss} and below {loss_bad}",
                loss_good=good,
                loss=self.loss,
                loss_bad=bad,
            )
        if not (0.0 < self.loss < bad and self.enter_bad <= 1.0):
            most = (self.burst * bad + good) / (1.0 + self.burst)
            raise UsageError(
                "{loss} is not possible with {burst}: it must be above 0 and at most {0}",
                f"{most:g}",
                loss=self.loss,
                burst=self.burst,
            )

    @property
    def bad_share(self) -> float:
        """Share of the time that a link is bad in the long run."""
        return (self.loss - self.loss_good) / (self.loss_bad - self.loss_good)

    @property
    def enter_bad(self) -> float:
        """Probability that a good link is bad in the next round."""
        return self.bad_share / (self.burst * (1.0 - self.bad_share))

    @property
    def impairs_messages(self) -> bool:
        """Whether messages over links that exist are lost, late, rounded or left unsent."""
        coarse = self.message_bits != DOUBLE or self.float_bits() != DOUBLE
        return self.may_lose or coarse or self.link_delay > 0 or self.send_threshold > 0.0

    @property
    def may_lose(self) -> bool:
        """Whether messages may be lost, also by a radio, whose losses follow from its load."""
        return self.loses_messages or self.radio is not None

    @property
    def loses_messages(self) -> bool:
        """Whether messages over links that exist may be lost."""
        return self.loss > 0.0 or isfinite(self.half_range)

    def float_bits(self, usual: int = DOUBLE) -> int:
        """Return the bits of a floating-point number in a message.

        Args:
            usual: what they are where the settings say nothing.
        """
        return usual if self.message_format is None else int(self.message_format[5:])

    def within_earshot(self, lengths: Floats) -> Floats:
        """Return which share of the messages gets through for all the distance there is.

        2^-(d / half_range)^n: where the signal fades as Rayleigh's distribution has it and its mean
        falls as d^-n, it stays above what a receiver needs with the probability
        exp(-(d / d_0)^n) (A. Goldsmith, Wireless Communications, 2005, section 6.3.2).

        Args:
            lengths: of links, any shape (m).
        """
        share: Floats = 0.5 ** ((lengths / self.half_range) ** self.path_loss_exponent)
        return share

    @property
    def cuts_links(self) -> bool:
        """Whether the network can lack links for where the robots are or when."""
        return isfinite(self.radio_range) or self.outage != _NO_OUTAGE

    @property
    def outages(self) -> tuple[tuple[float, float], ...]:
        """Start and end of each outage (s)."""
        if self.outage == _NO_OUTAGE:
            return ()
        return tuple(_interval(part, self.outage) for part in self.outage.split(","))

    def with_more_loss(self, share: float) -> LinkSettings:
        """Return links that lose a share of what these let through, whichever state they are in."""
        good, bad = _joined(self.loss_good, share), _joined(self.loss_bad, share)
        return replace(
            self,
            loss=_joined(self.loss, share),
            loss_spread=self.loss_spread * (1.0 - share),
            loss_good=good if self.burst else self.loss_good,
            loss_bad=bad if self.burst else self.loss_bad,
        )


def _joined(loss: float, more: float) -> float:
    return loss + more * (1.0 - loss)


def _require(holds: bool, name: str, value: float, allowed: str) -> None:
    if not (holds and isfinite(value)):
        raise not_allowed(name, value, allowed)


def _interval(part: str, text: str) -> tuple[float, float]:
    try:
        first, end = (float(word) for word in part.split(":"))
    except ValueError:
        first = end = inf
    if not 0.0 <= first < end < inf:
        raise UsageError(
            "{outage} is not allowed: it must be START:END in seconds, such as 20:25, with commas "
            "between several, or none",
            outage=text,
        )
    return first, end
