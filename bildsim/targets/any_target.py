"""Whatever somebody has for a target: its name, a file, an array, a function of places."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError, in_words, unknown_name
from bildsim.targets.files.reading import AS_IT_IS, Reading
from bildsim.targets.files.suffixes import SUFFIXES, is_file_name
from bildsim.targets.moving_target import (
    MOVING_NAMES,
    AnyTarget,
    MovingTarget,
    moving_target_from_function,
    target_by_name,
)
from bildsim.targets.target import TARGET_NAMES, Target, target_from_function

TargetLike: TypeAlias = AnyTarget | str | os.PathLike[str] | ArrayLike | Callable[..., Floats]
"""What `as_target` takes."""
_NAMES = (*TARGET_NAMES, *MOVING_NAMES)
_ARRAY = "array"


def as_target(
    thing: TargetLike, *, duration_s: float = 60.0, reading: Reading = AS_IT_IS
) -> AnyTarget:
    """Make a target, at rest or moving, of anything that can be one.

    Args:
        thing: one of

            - the name of a target;
            - the path of a file; see `bildsim.targets.files.target_file.read_target_file`;
            - an array, read as one in a file is: (rows, columns) is a density whose first row lies
              at y = -1, (frames, rows, columns) a film of such;
            - a function that takes points (..., 2) in m and returns values (...), and ``time_s=``
              too where the target moves;
            - a ``Target`` or a ``MovingTarget``, which is returned.
        duration_s: how long a film takes from its first frame to its last (s); ``switch`` switches
            halfway.
        reading: what a file or an array is taken for.

    Raises:
        UsageError: it is no target; says why.
    """
    if isinstance(thing, Target | MovingTarget):
        _refuse(reading, thing.name)
        return thing
    if isinstance(thing, str) and not is_file_name(thing):
        _refuse(reading, thing)
        return _named(thing, duration_s)
    if isinstance(thing, str | os.PathLike):
        return _from_file(Path(thing), duration_s, reading)
    if isinstance(thing, list | tuple) or hasattr(thing, "__array__"):
        return _from_array(thing, duration_s, reading)
    if callable(thing):
        return _from_function(thing, reading)
    raise UsageError(
        "{target} is {0}: allowed are a name, a file, an array, a function of places, a Target or "
        "a MovingTarget",
        type(thing).__name__,
    )


def _named(name: str, duration_s: float) -> AnyTarget:
    if name.casefold() not in map(str.casefold, _NAMES):
        raise unknown_name("target", name, (*_NAMES, f"a file ({', '.join(SUFFIXES)})"))
    return target_by_name(name, duration_s=duration_s)


def _from_file(path: Path, duration_s: float, reading: Reading) -> AnyTarget:
    # Only here, as below: what reads files takes long to load.
    from bildsim.targets.files.film import Footage
    from bildsim.targets.files.target_file import read_target_file

    try:
        content = read_target_file(path, reading)
    except UsageError as error:
        raise about_target(error, str(path)) from None
    return content.shown_in(duration_s) if isinstance(content, Footage) else content


def _from_array(thing: Any, duration_s: float, reading: Reading) -> AnyTarget:
    from bildsim.targets.files.array_file import read_array
    from bildsim.targets.files.film import Footage
    from bildsim.targets.files.target_file import target_of

    try:
        content = read_array(_values(thing), Path(_ARRAY), reading)
    except UsageError as error:
        raise about_target(error) from None
    target = (
        content.shown_in(duration_s) if isinstance(content, Footage) else target_of(content, _ARRAY)
    )
    return replace(target, source=target.source.removeprefix(f"{_ARRAY}: "))


def _values(thing: Any) -> NDArray[Any]:
    if isinstance(thing, np.ma.MaskedArray):
        # What is masked is no number: it is refused as such, instead of what lies below.
        thing = np.ma.filled(thing.astype(np.float64), np.nan)
    try:
        return np.asarray(thing)
    except ValueError as error:
        raise UsageError("{target} is no array: {0}", error) from None


def _from_function(function: Callable[..., Floats], reading: Reading) -> AnyTarget:
    name = getattr(function, "__name__", "function").strip("<>")
    _refuse(reading, name)
    if _takes(function, time_s=0.0):
        return moving_target_from_function(function, name)
    if not _takes(function):
        raise UsageError(
            "{target} takes other arguments: allowed are f(points) and f(points, time_s)",
            target=name,
        )
    try:
        return target_from_function(function, name)
    except UsageError:
        raise
    except Exception as error:
        raise UsageError("{target} failed: {0}", in_words(error), target=name) from error


def _takes(function: Callable[..., Floats], **times: float) -> bool:
    """Say whether a function can be called with points, and with the time if it is given."""
    try:
        bound = inspect.signature(function).bind(None, **times)
    except TypeError:
        return False
    except ValueError:  # some that are compiled tell nothing of themselves
        return not times
    # A function of any arguments is not one of time.
    return all(name in bound.signature.parameters for name in times)


def about_target(error: UsageError, target: object = True) -> UsageError:
    """Return an error about ``target_file`` as one about what was given as ``target``.

    Args:
        error: the error.
        target: what was given; unless told it is called by its name alone.
    """
    sentence = error.sentence.replace("{target_file}", "{target}")
    kept = {name: value for name, value in error.settings.items() if name != "target_file"}
    return UsageError(sentence, *error.words, **kept | {"target": target})


def _refuse(reading: Reading, target: str) -> None:
    """Refuse settings of files for what is none."""
    for name, value in asdict(reading).items():
        if value:
            sentence = f"{{{name}}} means nothing for {{target}}: it is for a file or an array"
            raise UsageError(sentence, target=target, **{name: value})
