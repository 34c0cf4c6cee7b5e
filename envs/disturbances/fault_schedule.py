"""Schedules of faults such as ``0.2@30``: reading and checking them."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Annotated, TypeAlias

import numpy as np

from bildsim.basics.arrays import Ints
from bildsim.basics.errors import UsageError

KINDS = ("stop", "stuck", "dead", "join")
_ROBOTS = "robots:"
_ALLOWED = (
    "allowed are a share of the robots from 0 to 1 and a time in seconds, such as 0.2@30, or their "
    "numbers, robots:3+7@30, with commas between"
)
# A share of robots may be a rounding error off; a number has at most so many digits.
_ROUNDING, _DIGITS = 1e-9, 9

# The word beside the type stands for its values where options are listed.
OptionalSchedule: TypeAlias = Annotated[str | None, "WHO@S[,WHO@S...]"]


@dataclass(frozen=True)
class Event:
    """Something that befalls some robots at a time.

    Attributes:
        share: how many of all robots, drawn at random; 0 where they are named.
        robots: their numbers.
        time_s: when (s); it shows from the first control tick at or after.
    """

    share: float
    robots: tuple[int, ...]
    time_s: float


@dataclass(frozen=True)
class Faults:
    """Robots that fail, and robots that come late.

    WHO@S: a share of all robots, drawn by the seed, or their numbers, robots:3+7, at S seconds;
    several with commas between. The robots of a smaller share are among those of a larger one.

    Attributes:
        stop: wheels that stop for good; the robot still talks and counts.
        stuck: one wheel that keeps its speed of that moment for good, so that the robot drifts.
        dead: robots that stop for good, fall silent and no longer count; they stay in the way.
        join: robots that stand aside, silent, and take part from then on.

    Raises:
        UsageError: a schedule cannot be read.
    """

    stop: OptionalSchedule = None
    stuck: OptionalSchedule = None
    dead: OptionalSchedule = None
    join: OptionalSchedule = None

    def __post_init__(self) -> None:
        for kind in KINDS:
            self.events(kind)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which kinds there are."""
        return tuple(kind for kind in KINDS if getattr(self, kind) is not None)

    def events(self, kind: str) -> tuple[Event, ...]:
        """Return the schedule of one of ``KINDS``, in the order given."""
        text = getattr(self, kind)
        return () if text is None else parse_schedule(kind, text, after=kind == "join")

    def require_within(self, duration_s: float) -> None:
        """Make sure that everything happens in a run of this length (s).

        Raises:
            UsageError: something would come too late.
        """
        for kind in self.kinds:
            for event in self.events(kind):
                if event.time_s >= duration_s:
                    raise _wrong(
                        kind,
                        getattr(self, kind),
                        f"the run ends at {duration_s:g} s, and {event.time_s:g} s is not before "
                        "that",
                    )

    def require_robots(self, robots: int) -> None:
        """Make sure that every event befalls robots that there are.

        Raises:
            UsageError: a number is too high, or a share too small or too large for so many robots.
        """
        for kind in self.kinds:
            _check_robots(kind, getattr(self, kind), self.events(kind), robots)

    def onsets(self, kind: str, order: Ints) -> tuple[Ints, list[float]]:
        """Return whom a kind befalls and when (s), each once.

        Args:
            kind: one of ``KINDS``.
            order: all robots, (N,), in the order in which shares take those that are not named.
        """
        events = self.events(kind)
        named = [robot for event in events for robot in event.robots]
        # Shares are taken one after the other from those that nobody named, always in the same
        # order, so that a larger share holds a smaller one.
        drawn = order[~np.isin(order, named)]
        bounds = _counts(events, len(order))
        whom, when = list(named), [event.time_s for event in events for _ in event.robots]
        for event, (first, last) in zip(events, pairwise(bounds), strict=True):
            whom += drawn[first:last].tolist()
            when += [event.time_s] * (last - first)
        return np.array(whom, dtype=np.int64), when


def parse_schedule(kind: str, text: str, after: bool = False) -> tuple[Event, ...]:
    """Read a schedule such as ``0.2@30,robots:3+7@40``.

    Args:
        kind: name of the setting, for the message.
        text: the schedule.
        after: whether nothing may happen at 0 s.

    Raises:
        UsageError: it cannot be read.
    """
    events = tuple(_parsed(kind, text, part.strip()) for part in text.split(","))
    if after and any(event.time_s == 0.0 for event in events):
        raise _wrong(kind, text, "all robots are there at 0 s unless they come later")
    named = Counter(robot for event in events for robot in event.robots)
    for robot, times in named.items():
        if times > 1:
            raise _wrong(kind, text, f"it names robot {robot} twice")
    if sum(event.share for event in events) > 1.0 + _ROUNDING:
        raise _wrong(kind, text, "the shares add up to more than 1")
    return events


def _parsed(kind: str, text: str, part: str) -> Event:
    who, _, when = part.partition("@")
    time_s = _number(when)
    if time_s < 0.0:
        raise _wrong(kind, text, _ALLOWED)
    if who.startswith(_ROBOTS):
        numbers = who.removeprefix(_ROBOTS).split("+")
        if not all(n.isascii() and n.isdigit() and len(n) <= _DIGITS for n in numbers):
            raise _wrong(kind, text, _ALLOWED)
        return Event(0.0, tuple(int(number) for number in numbers), time_s)
    share = _number(who)
    if not 0.0 < share <= 1.0:
        raise _wrong(kind, text, _ALLOWED)
    return Event(share, (), time_s)


def _number(text: str) -> float:
    """Return the number that a text is, or -1."""
    try:
        value = float(text)
    except ValueError:
        return -1.0
    return value if isfinite(value) else -1.0


def _wrong(kind: str, text: str, why: str) -> UsageError:
    return UsageError(f"{{{kind}}} is not possible: {{0}}", why, **{kind: text})


def _counts(events: tuple[Event, ...], robots: int) -> list[int]:
    """Return how many robots shares have taken before each event and after the last."""
    shares = np.cumsum([0.0, *(event.share for event in events)])
    # Rounded sums rather than summed roundings: the total is right whatever the parts.
    return [round(share * robots) for share in shares.tolist()]


def _check_robots(kind: str, text: str, events: tuple[Event, ...], robots: int) -> None:
    counts = _counts(events, robots)
    for event, (first, last) in zip(events, pairwise(counts), strict=True):
        unknown = [robot for robot in event.robots if robot >= robots]
        if unknown:
            raise _wrong(
                kind, text, f"there is no robot {unknown[0]}, allowed are 0 to {robots - 1}"
            )
        if not event.robots and first == last:
            raise _wrong(kind, text, f"a share of {event.share:g} of {robots} robots is nobody")
    if counts[-1] + sum(len(event.robots) for event in events) > robots:
        raise _wrong(kind, text, f"that is more than all {robots} robots")
