"""A dataclass as options: its fields, and those of the dataclasses in it, by flat names."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from types import NoneType
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

_Settings = TypeVar("_Settings")
_METAVARS = {int: "INT", float: "NUMBER", str: "TEXT"}


@dataclass(frozen=True)
class Option:
    """A setting that can be given.

    Attributes:
        name: the field's name; no two options of a program share one.
        path: names of the fields that lead to it, its own the last.
        hint: its type, without annotations.
        default: its value unless given.
        text: what the docstring of its dataclass says of it.
        metavar: what stands for its value in help; a string in the field's annotation, or by type.
        group: what the docstring of the outer dataclass says of the one that it is in; empty
            at the top.
        between: what joins its values where it may be given more than once; empty where not.
    """

    name: str
    path: tuple[str, ...]
    hint: Any
    default: Any
    text: str
    metavar: str
    group: str
    between: str = ""

    @property
    def is_flag(self) -> bool:
        """Whether it is given without a value."""
        return self.hint is bool

    @property
    def choices(self) -> tuple[Any, ...]:
        """All its values, if they are few words; else empty."""
        return get_args(plain(self.hint)) if get_origin(plain(self.hint)) is Literal else ()


def plain(hint: Any) -> Any:
    """Return a type without None."""
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    return kinds[0] if NoneType in get_args(hint) and len(kinds) == 1 else hint


def is_optional(hint: Any) -> bool:
    """Say whether a type allows None."""
    return NoneType in get_args(hint)


def options(settings: Any) -> list[Option]:
    """Return the options that a dataclass and those in it make, with its values as defaults.

    Own fields come before inherited ones, and groups, which are dataclasses in it, after them.
    """
    found = list(_options(settings, (), ""))
    return [item for item in found if not item.group] + [item for item in found if item.group]


def _options(settings: Any, path: tuple[str, ...], group: str) -> Iterator[Option]:
    hints, texts = get_type_hints(type(settings), include_extras=True), attributes(type(settings))
    for name in _names(type(settings)):
        value, hint = getattr(settings, name), hints[name]
        if is_dataclass(value):
            yield from _options(value, (*path, name), texts.get(name, name).rstrip("."))
            continue
        words: tuple[Any, ...] = ()
        between = ""
        if get_origin(hint) is Annotated:
            hint, *rest = get_args(hint)
            words = tuple(word for word in rest if isinstance(word, str))
            between = next((word[0] for word in rest if isinstance(word, tuple)), "")
        metavar = words[0] if words else _metavar(hint)
        text = texts.get(name, "")
        yield Option(name, (*path, name), hint, value, text, metavar, group, between)


def _names(kind: type) -> list[str]:
    """Return the names of a dataclass's fields, its own before those that it inherits."""
    names = {item.name for item in fields(kind)}
    declared = (name for base in kind.__mro__ for name in inspect.get_annotations(base))
    return [name for name in dict.fromkeys(declared) if name in names]


def _metavar(hint: Any) -> str:
    kind = plain(hint)
    if get_origin(kind) is Literal:
        return "{" + ",".join(map(str, get_args(kind))) + "}"
    return _METAVARS.get(kind, getattr(kind, "__name__", "VALUE").upper())


def attributes(kind: type) -> dict[str, str]:
    """Return what the docstrings of a dataclass and its bases say of its attributes, by name."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        name = ""
        for line in _section(base.__doc__ or ""):
            if not line.startswith(" "):
                name, _, text = line.partition(":")
                found[name] = text.strip()
            else:
                found[name] += f" {line.strip()}"
    return found


def _section(doc: str) -> list[str]:
    """Return the lines under "Attributes:", less their indentation."""
    lines = inspect.cleandoc(doc).splitlines()
    if "Attributes:" not in lines:
        return []
    rest = lines[lines.index("Attributes:") + 1 :]
    ends = [k for k, line in enumerate(rest) if line and not line.startswith(" ")]
    section = rest[: ends[0]] if ends else rest
    return [line[4:] for line in section if line.strip()]


def with_values(settings: _Settings, values: dict[tuple[str, ...], Any]) -> _Settings:
    """Return a dataclass with some values by path in place of its own.

    Every dataclass in it is made once, with all its new values, so that they are checked together.

    Raises:
        UsageError: a dataclass refuses its values.
    """
    own: dict[str, Any] = {path[0]: value for path, value in values.items() if len(path) == 1}
    for name in {path[0]: None for path in values if len(path) > 1}:
        below = {path[1:]: value for path, value in values.items() if path[0] == name}
        own[name] = with_values(getattr(settings, name), below)
    return replace(settings, **own) if own else settings  # type: ignore[type-var]
