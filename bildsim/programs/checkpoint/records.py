"""Instances of this project's dataclasses, named tuples and enumerations, by their fields.

Only what a class declares is stored, and what comes back is checked against it: every field there,
nothing else, and each of the type that the class states (`bildsim.basics.schema`). No code of the
class runs but ``require_sound``, where it has one, in which a class checks what types do not say.
"""

import dataclasses
import enum
import sys
from functools import cache
from importlib import import_module
from typing import Any, Protocol, get_type_hints

from bildsim.basics.schema import fits

_OURS = "bildsim."


class _Encoder(Protocol):
    def value_of(self, value: object) -> Any:
        """Return how a node refers to a value."""


def is_record(kind: type) -> bool:
    """Whether instances of a class are stored by their fields."""
    return kind.__module__.startswith(_OURS) and (
        dataclasses.is_dataclass(kind) or _is_named_tuple(kind) or issubclass(kind, enum.Enum)
    )


def node_of(value: Any, encoder: _Encoder) -> list[Any]:
    """Return the node of an instance: ``record``, the class, and names and values in turn.

    Of a member of an enumeration it is ``member``, the class and the name.
    """
    kind = type(value)
    place = f"{kind.__module__}:{kind.__qualname__}"
    if isinstance(value, enum.Enum):
        return ["member", place, value.name]
    names = field_names(kind)
    parts = (part for name in names for part in (name, encoder.value_of(getattr(value, name))))
    return ["record", place, *parts]


def record(place: str, values: dict[str, Any]) -> Any:
    """Return an instance with these fields.

    Args:
        place: the class, as ``module:name``.
        values: all of its fields, by name.

    Raises:
        ValueError: the class is none of ours, or the fields are not as it declares them.
    """
    kind = class_at(place)
    names = field_names(kind)
    if set(names) != values.keys():
        raise ValueError(f"{place} has other fields than {', '.join(values) or 'none'}")
    for name, hint in _hints(kind).items():
        if name in values and not fits(values[name], hint):
            found = type(values[name]).__name__
            raise ValueError(f"{place} cannot hold this {found} as its {name}")
    if _is_named_tuple(kind):
        made: Any = tuple.__new__(kind, [values[name] for name in names])
    else:
        made = object.__new__(kind)
        for name in names:
            object.__setattr__(made, name, values[name])
    if hasattr(kind, "require_sound"):
        made.require_sound()
    return made


def member(place: str, name: str) -> Any:
    """Return a member of an enumeration.

    Raises:
        ValueError: the class is none of ours, or has no such member.
    """
    kind = class_at(place)
    if not issubclass(kind, enum.Enum) or name not in kind.__members__:
        raise ValueError(f"{place} has no member {name}")
    return kind[name]


def field_names(kind: type) -> tuple[str, ...]:
    """Return the names of the fields of a dataclass or named tuple, in their order."""
    if _is_named_tuple(kind):
        return tuple(kind._fields)  # type: ignore[attr-defined]
    return tuple(field.name for field in dataclasses.fields(kind))


def class_at(place: str) -> type:
    """Return a class of this project whose instances are records.

    Raises:
        ValueError: there is none.
    """
    module, _, name = place.partition(":")
    found = None
    if module.startswith(_OURS) and name.isidentifier():
        found = getattr(sys.modules.get(module) or import_module(module), name, None)
    if not (isinstance(found, type) and found.__module__ == module and is_record(found)):
        raise ValueError(f"{place.replace(':', '.')} is not allowed in a state")
    return found


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _is_named_tuple(kind: type) -> bool:
    return issubclass(kind, tuple) and hasattr(kind, "_fields")
