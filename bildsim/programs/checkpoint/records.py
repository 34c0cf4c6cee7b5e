"""Instances of dataclasses as their class and attributes, and back.

A pickle would make an instance and then set its state, and the same words set that of a class. So a
state spells both as the arguments of one function, which makes an instance and nothing else.
"""

import dataclasses
from typing import Any


def reduced(value: object) -> tuple[Any, ...] | None:
    """Return `record` and its arguments, in the form of ``__reduce__``.

    Returns:
        None where the value is no instance of a dataclass, or keeps its state in a way of its own.
    """
    kind = type(value)
    own_way = kind.__getstate__ is not object.__getstate__ or not hasattr(value, "__dict__")
    if not dataclasses.is_dataclass(kind) or own_way:
        return None
    return record, (kind, dict(vars(value)))


def record(kind: type, attributes: dict[str, Any]) -> Any:
    """Return an instance with these attributes, without calling its class.

    Raises:
        TypeError: the class is no dataclass, or the attributes are none.
    """
    named = type(attributes) is dict and all(type(name) is str for name in attributes)
    if not (isinstance(kind, type) and dataclasses.is_dataclass(kind) and named):
        raise TypeError("a record is of a dataclass, with attributes by their names")
    made = object.__new__(kind)
    vars(made).update(attributes)
    return made
