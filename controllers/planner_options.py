"""Options of a planner: the fields of its dataclass, set by text such as ``gain=0.4,leak=0.01``."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import partial
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from bildsim.basics.errors import UsageError, unknown_name
from bildsim.basics.schema import fits

_FLAGS = {"yes": True, "true": True, "no": False, "false": False}
# What planners are given, whoever makes them.
_GIVEN = ("problem", "policy")


@dataclass(frozen=True)
class PlannerOption:
    """One option.

    Attributes:
        name: of the field.
        hint: its type.
        default: its value unless given.
    """

    name: str
    hint: Any
    default: Any


def options_of(maker: object) -> Mapping[str, PlannerOption]:
    """Return the options of a planner's class by name, none where it is no dataclass.

    They are its fields with a default that hold a number, a word, a flag or None; the problem is
    none of them.
    """
    if not (isinstance(maker, type) and is_dataclass(maker)):
        return {}
    hints = get_type_hints(maker)
    return {
        item.name: PlannerOption(item.name, hints[item.name], item.default)
        for item in fields(maker)
        if item.init
        and item.name not in _GIVEN
        and item.default is not MISSING
        and _readable(hints[item.name])
    }


def words_of(text: str) -> dict[str, str]:
    """Return the text of each option's value by name.

    Args:
        text: ``NAME=VALUE`` with commas between; of a name that comes twice the last counts.

    Raises:
        UsageError: it is of another form.
    """
    words = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = (word.strip() for word in part.partition("="))
        if not (equals and name and value):
            raise UsageError(
                "{planner_option} is not allowed: it must be NAME=VALUE, such as gain=0.4, with "
                "commas between several",
                planner_option=text,
            )
        words[name.replace("-", "_")] = value
    return words


def text_of(values: Mapping[str, object]) -> str:
    """Return values by name as the text that `words_of` reads."""
    return ",".join(f"{name}={value}" for name, value in values.items())


def among(known: Iterable[str], text: str) -> str:
    """Return of a text only the options with these names."""
    words = words_of(text)
    return text_of({name: words[name] for name in words if name in set(known)})


def with_options(planner: str, maker: Callable[..., Any], text: str) -> Callable[..., Any]:
    """Return what makes the planner with these options set.

    Args:
        planner: its name.
        maker: its class.
        text: see `words_of`.

    Raises:
        UsageError: it has no such option, or a value is of another type or no finite number.
    """
    words = words_of(text)
    if not words:
        return maker
    known, values = options_of(maker), {}
    if not known:
        raise UsageError(
            "{planner_option} means nothing for {planner}, which has no options",
            planner_option=text,
            planner=planner,
        )
    for name, word in words.items():
        if name not in known:
            raise unknown_name(f"planner option of {planner}", name, known)
        values[name] = _read(known[name], word)
    return partial(maker, **values)


def in_text(error: UsageError) -> UsageError:
    """Return what a planner says of its options in the form in which they were given."""
    return UsageError.renamed(error, lambda name, value: f"planner option {name}={value}")


def _readable(hint: Any) -> bool:
    if get_origin(hint) in (Union, UnionType):
        return all(_readable(part) for part in get_args(hint))
    return get_origin(hint) is Literal or hint in (int, float, bool, str, NoneType)


def _read(option: PlannerOption, word: str) -> Any:
    for value in _readings(word):
        if isinstance(value, float) and not math.isfinite(value):
            continue
        if fits(value, option.hint):
            kinds = get_args(option.hint) or (option.hint,)
            # What may be any number is one, however it was written.
            return float(value) if int not in kinds and type(value) is int else value
    raise UsageError(
        "planner option {0}={1} is not possible: it must be {2}",
        option.name,
        word,
        _wanted(option.hint),
    )


def _readings(word: str) -> list[object]:
    """Return all that a word may mean, the narrowest first."""
    found: list[object] = []
    if word.lower() in _FLAGS:
        found.append(_FLAGS[word.lower()])
    if word.lower() == "none":
        found.append(None)
    for kind in (int, float):
        try:
            found.append(kind(word))
        except ValueError:
            continue
    return [*found, word]


def _wanted(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return " or ".join(str(part) for part in get_args(hint))
    if get_origin(hint) in (Union, UnionType):
        return " or ".join(_wanted(part) for part in get_args(hint))
    names = {int: "a whole number", float: "a number", bool: "yes or no", str: "a word"}
    return names.get(hint, "none")
