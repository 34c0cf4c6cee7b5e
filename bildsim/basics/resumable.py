"""What every part of a run meets that must go on after a checkpoint as if nothing had happened."""

import copy
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol


class Resumable(Protocol):
    """Something that changes as a run goes."""

    def snapshot(self) -> Any:
        """Return all that changes, as data that later changes do not touch and pickle knows."""

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
        """Be as when the state was taken."""
        for name in self._kept:
            value = getattr(self, name)
            if isinstance(value, KeptAttributes):
                value.restore(state[name])
            else:
                setattr(self, name, copy.deepcopy(state[name]))
