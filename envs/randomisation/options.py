"""The options of ``reset``: where an episode starts, and what is drawn for it."""

from collections.abc import Mapping
from os import PathLike
from typing import Any, NamedTuple

from bildsim.basics.errors import UsageError, unknown_name
from bildsim.envs.robots.starts import StartLike

START, POSES, RANDOMISE = RESET_OPTIONS = ("start", "poses", "randomise")
RESET_MASK = "reset_mask"


class ResetOptions(NamedTuple):
    """What ``reset`` was asked for.

    Attributes:
        start: where robots start, or None for where they usually do.
        randomise: what is drawn and from what; empty for nothing.
    """

    start: StartLike | None
    randomise: Mapping[str, Any]


def reset_options(options: object, others: tuple[str, ...] = ()) -> ResetOptions:
    """Return what the options of ``reset`` ask for.

    Args:
        options: as they were given; None for none.
        others: options that whoever asks has dealt with already.

    Raises:
        UsageError: they are no dictionary, there is an option that is none, or two say where.
    """
    given = {} if options is None else options
    if not isinstance(given, Mapping):
        raise UsageError(
            f"reset options of type {type(given).__name__} are not possible: allowed is a "
            f"dictionary with {_listed((*RESET_OPTIONS, *others))}"
        )
    for name in given:
        if name not in RESET_OPTIONS:
            raise unknown_name("reset option", str(name), (*RESET_OPTIONS, *others))
    if START in given and POSES in given:
        raise UsageError("reset options 'start' and 'poses' exclude each other: give one of them")
    start: StartLike | None = given.get(START, given.get(POSES))
    if POSES in given and isinstance(start, str | PathLike):
        raise UsageError(
            f"reset option 'poses' {str(start)!r} is not possible: it takes an array, and 'start' "
            "names of regions and files"
        )
    randomise = given.get(RANDOMISE, {})
    if not isinstance(randomise, Mapping):
        raise UsageError(
            f"reset option 'randomise' of type {type(randomise).__name__} is not possible: it "
            "takes a dictionary of what to draw, such as {'max_speed': (0.1, 0.2)}"
        )
    if start is not None and START in randomise:
        raise UsageError(
            "reset options 'start' or 'poses' and 'start' in 'randomise' exclude each other: give "
            "one of them"
        )
    return ResetOptions(start, randomise)


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(f"{name!r}" for name in names)
