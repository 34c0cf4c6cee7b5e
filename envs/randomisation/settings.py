"""The numbers of robots that may be drawn for an episode, and how each is set."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import KINDS, Faults
from bildsim.envs.disturbances.localisation import NUMBERS as _SENSING
from bildsim.envs.fleet import FleetSettings

MAX_SPEED = "max_speed"
_SHARE, _TIME = "_share", "_time_s"
# How commands are cut is no number.
_ACTUATION = tuple(item.name for item in fields(Actuation) if item.name != "clip")
_FAULTS = tuple(kind + what for kind in KINDS for what in (_SHARE, _TIME))
NUMBERS = (MAX_SPEED, *_ACTUATION, *_SENSING, *_FAULTS)
"""Every number that may be drawn, in the order in which they are."""


def pair_of(name: str) -> tuple[str, ...]:
    """Return the two numbers of a fault if this is one of them, or the name alone."""
    for kind in KINDS:
        if name in (kind + _SHARE, kind + _TIME):
            return (kind + _SHARE, kind + _TIME)
    return (name,)


def require_pairs(names: Mapping[str, object]) -> None:
    """Make sure that a fault has a share of the robots and a time.

    Raises:
        UsageError: one has only one of them.
    """
    for name in names:
        for other in pair_of(name):
            if other not in names:
                raise UsageError(
                    f"randomise {name!r} without {other!r} is not possible: a fault needs a share "
                    "of the robots and a time (s)"
                )


def with_numbers(settings: FleetSettings, numbers: Mapping[str, float]) -> FleetSettings:
    """Return the settings with these numbers in place of their own.

    Args:
        settings: of the robots.
        numbers: by names of ``NUMBERS``, each fault's both.

    Raises:
        UsageError: one is out of range.
    """
    before = settings.disturbances
    disturbances = replace(
        before,
        actuation=replace(before.actuation, **_among(numbers, _ACTUATION)),
        sensing=before.sensing.with_numbers(_among(numbers, _SENSING)),
        faults=_with_faults(before.faults, numbers, settings.robots),
    )
    speed = numbers.get(MAX_SPEED, settings.max_speed)
    return replace(settings, max_speed=speed, disturbances=disturbances)


def _among(numbers: Mapping[str, float], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: numbers[name] for name in names if name in numbers}


def _with_faults(faults: Faults, numbers: Mapping[str, float], robots: int) -> Faults:
    """Return the faults with those that were drawn; a share of nobody is no fault."""
    changed: dict[str, str | None] = {}
    for kind in KINDS:
        if kind + _SHARE not in numbers:
            continue
        share, time_s = numbers[kind + _SHARE], numbers[kind + _TIME]
        if not 0.0 <= share <= 1.0:
            raise UsageError(f"{kind}{_SHARE}={share:g} is not possible: allowed is 0 to 1")
        if not time_s >= 0.0:
            raise UsageError(f"{kind}{_TIME}={time_s:g} is not possible: allowed is from 0 s on")
        count = round(share * robots)
        changed[kind] = f"{count / robots!r}@{time_s!r}" if count else None
    return replace(faults, **changed)
