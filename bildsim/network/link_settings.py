"""What is wrong with the links between robots: the settings, and what they ask for."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

from bildsim.basics.errors import UsageError

DOUBLE = 64
MOST_DELAY = 1000
_NO_OUTAGE = "none"


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
        loss_good: loss in the good state, with --burst.
        loss_bad: loss in the bad state, with --burst.
        link_delay: rounds that a message takes.
        message_bits: bits of a number in a message: 64, or 2 to 32 for whole multiples of a step
            that the message states, rounded to the nearest.
        radio_range: robots farther apart have no link (m), whatever the network; inf for no limit.
            With --network complete the network is a disk graph that may fall apart.
        outage: START:END in seconds, or several with commas between: meanwhile no link crosses the
            line x = 0; or none.
    """

    loss: float = 0.0
    loss_spread: float = 0.0
    burst: float = 0.0
    loss_good: float = 0.0
    loss_bad: float = 1.0
    link_delay: int = 0
    message_bits: int = DOUBLE
    radio_range: float = inf
    outage: str = _NO_OUTAGE

    def __post_init__(self) -> None:
        _require(0.0 <= self.loss < 1.0, "--loss", self.loss, "at least 0 and below 1")
        self._check_spread()
        self._check_bursts()
        whole = 0 <= self.link_delay <= MOST_DELAY and self.link_delay % 1 == 0
        allowed = f"a whole number from 0 to {MOST_DELAY}"
        _require(whole, "--link-delay", self.link_delay, allowed)
        known = self.message_bits == DOUBLE or self.message_bits in range(2, 33)
        _require(known, "--message-bits", self.message_bits, f"2 to 32, or {DOUBLE}")
        if not self.radio_range > 0.0:
            raise UsageError(
                f"--radio-range {self.radio_range:g} is not allowed: it must be a number of metres "
                "above 0, or inf"
            )
        _ = self.outages

    def _check_spread(self) -> None:
        spread = self.loss_spread
        inside = spread >= 0.0 and self.loss - spread >= 0.0 and self.loss + spread < 1.0
        allowed = (
            f"0 or above, with --loss {self.loss:g} minus it at least 0 and plus it less than 1"
        )
        _require(inside, "--loss-spread", spread, allowed)
        if spread and self.burst:
            raise UsageError(
                f"--loss-spread {spread:g} and --burst {self.burst:g} exclude each other: give one"
            )

    def _check_bursts(self) -> None:
        if self.burst == 0.0:
            for option, value, usual in (
                ("--loss-good", self.loss_good, 0.0),
                ("--loss-bad", self.loss_bad, 1.0),
            ):
                if value != usual:
                    raise UsageError(f"{option} {value:g} needs --burst: give the spells' length")
            return
        _require(self.burst >= 1.0, "--burst", self.burst, "0, or a number of rounds from 1")
        good, bad = self.loss_good, self.loss_bad
        _require(0.0 < bad <= 1.0, "--loss-bad", bad, "above 0, at most 1")
        between = 0.0 <= good <= self.loss and good < bad
        allowed = f"0 to --loss {self.loss:g} and below --loss-bad {bad:g}"
        _require(between, "--loss-good", good, allowed)
        if not (0.0 < self.loss < bad and self.enter_bad <= 1.0):
            most = (self.burst * bad + good) / (1.0 + self.burst)
            raise UsageError(
                f"--loss {self.loss:g} is not possible with --burst {self.burst:g}: it must be "
                f"above 0 and at most {most:g}"
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
        """Whether messages over links that exist are lost, late or rounded."""
        return self.loss > 0.0 or self.link_delay > 0 or self.message_bits != DOUBLE

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

    def spoken(self) -> str:
        """Return the first option that impairs messages, as the user would type it."""
        if self.loss > 0.0:
            return f"--loss {self.loss:g}"
        if self.link_delay > 0:
            return f"--link-delay {self.link_delay}"
        return f"--message-bits {self.message_bits}"


def _require(holds: bool, option: str, value: float, allowed: str) -> None:
    if not (holds and isfinite(value)):
        raise UsageError(f"{option} {value:g} is not allowed: it must be {allowed}")


def _interval(part: str, text: str) -> tuple[float, float]:
    try:
        first, end = (float(word) for word in part.split(":"))
    except ValueError:
        first = end = inf
    if not 0.0 <= first < end < inf:
        raise UsageError(
            f"--outage {text} is not allowed: it must be START:END in seconds, such as 20:25, with "
            "commas between several, or none"
        )
    return first, end
