"""Whether a value is of the type that an annotation states."""

import types
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import numpy as np

# An annotation of one of these takes these: a whole number is as good as one with a point.
_NUMBERS: Mapping[type, tuple[type, ...]] = {
    bool: (bool, np.bool_),
    int: (int, np.integer),
    float: (float, int, np.floating, np.integer),
}
_SEQUENCES = (list, tuple, set, frozenset, Sequence)


def fits(value: object, hint: Any) -> bool:
    """Say whether a value is of a type.

    Args:
        value: any object.
        hint: the type, as `typing.get_type_hints` resolves annotations: a class, a union, an array
            type of NumPy's, or a collection of these. Type variables and ``Any`` take everything.

    Raises:
        TypeError: the annotation is of another form.
    """
    origin, parts = get_origin(hint), get_args(hint)
    if hint is Any or isinstance(hint, TypeVar):
        return True
    if hint is None:
        return value is None
    if origin in (Union, types.UnionType):
        return any(fits(value, part) for part in parts)
    if origin is Literal:
        # Arrays, too, can be compared, and their answer is no answer.
        return any(type(value) is type(part) and value == part for part in parts)
    if origin is np.ndarray:
        return isinstance(value, np.ndarray) and _has_dtype(value, parts)
    if isinstance(origin, type):
        return isinstance(value, origin) and _contents_fit(value, origin, parts)
    if isinstance(hint, type):
        allowed = _NUMBERS.get(hint, (hint,))
        # True is an int to Python, and no number here.
        return isinstance(value, allowed) and (hint is bool or not isinstance(value, bool))
    raise TypeError(f"{hint!r} is an annotation that cannot be checked")


def _has_dtype(value: np.ndarray[Any, Any], parts: tuple[Any, ...]) -> bool:
    (kind,) = get_args(parts[1]) or (Any,)
    return not isinstance(kind, type) or issubclass(value.dtype.type, kind)


def _contents_fit(value: Any, origin: type, parts: tuple[Any, ...]) -> bool:
    if not parts:
        # tuple[()] is the empty one.
        return origin is not tuple or not value
    if issubclass(origin, Mapping):
        return all(fits(k, parts[0]) and fits(v, parts[1]) for k, v in value.items())
    if origin is tuple and parts[-1] is not ...:
        return len(value) == len(parts) and all(map(fits, value, parts))
    if issubclass(origin, _SEQUENCES) or origin is Iterable:
        return all(fits(item, parts[0]) for item in value)
    # A generic class of ours: what its parameters stand for is in its fields.
    return True
