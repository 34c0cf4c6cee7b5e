"""What every part of a run meets that must go on after a checkpoint as if nothing had happened."""

import copy
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

import numpy as np


class Resumable(Protocol):
    """Something that changes as a run goes."""

    def snapshot(self) -> Any:
        """Return all that changes, as data that later changes do not touch.

        Data are what a checkpoint can hold: plain values, arrays, generators, dataclasses of ours.
        """

    def restore(self, state: Any) -> None:
        """Be as when ``state`` was taken; the state stays as it is, to be used again."""


def snapshot_all(parts: Mapping[str, Resumable]) -> dict[str, Any]:
    """Return the states of parts by their names."""
    return {name: part.snapshot() for name, part in parts.items()}


def restore_all(parts: Mapping[str, Resumable], states: Mapping[str, Any]) -> None:
    """Give every part its state back.

    Raises:
        KeyError: a part has no state.
    """
    for name, part in parts.items():
        part.restore(states[name])


class KeptAttributes:
    """A part whose state is some of its attributes; those that are parts themselves keep theirs."""

    _kept: ClassVar[tuple[str, ...]] = ()

    def snapshot(self) -> dict[str, Any]:
        """Return the attributes by name."""
        values = ((name, getattr(self, name)) for name in self._kept)
        return {
            name: value.snapshot() if isinstance(value, KeptAttributes) else copy.deepcopy(value)
            for name, value in values
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken.

        Raises:
            KeyError: an attribute has no state.
            ValueError: the state of an attribute is of another kind than the attribute.
        """
        for name in self._kept:
            value = getattr(self, name)
            if isinstance(value, KeptAttributes):
                value.restore(state[name])
                continue
            if not _alike(state[name], value):
                kind = type(state[name]).__name__
                raise ValueError(f"{type(self).__name__} cannot keep this {kind} as its {name}")
            setattr(self, name, copy.deepcopy(state[name]))


def _alike(value: Any, known: Any) -> bool:
    """Whether a value is of the kind of what stands in its place; anything goes with None."""
    if value is None or known is None:
        return True
    if isinstance(known, np.ndarray):
        same = isinstance(value, np.ndarray) and value.dtype == known.dtype
        return same and value.shape == known.shape
    if isinstance(known, (int, float, np.number)):
        return isinstance(value, (int, float, np.number))
    if isinstance(known, dict) and known:
        fits = isinstance(value, dict) and value.keys() == known.keys()
        return fits and all(_alike(value[key], known[key]) for key in known)
    return type(value) is type(known)
