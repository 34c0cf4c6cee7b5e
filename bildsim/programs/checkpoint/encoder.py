"""From states to documents: plain values, arrays, generators and records, nothing twice."""

import enum
import io
import math
import pickle
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from bildsim.programs.checkpoint import plain_numpy, records
from bildsim.programs.checkpoint.document import Buffer, Document, StateError, pack

_COLLECTIONS: dict[type, str] = {list: "list", tuple: "tuple", set: "set", frozenset: "frozenset"}


def encode(
    state: Any, constants: Mapping[str, object] | None = None, *, trusted: bool = False
) -> bytes:
    """Return a state as bytes that `bildsim.programs.checkpoint.decoder.decode` reads back.

    Args:
        state: plain values, collections of them, NumPy's arrays and generators, instances of this
            project's dataclasses, named tuples and enumerations.
        constants: what is not stored, but found by its name again; recognised by identity.
        trusted: whether whatever else there is may be stored as the standard pickle has it.

    Raises:
        StateError: something in the state has no place in a file: an object of an unknown class,
            a lambda, an open file, or something that holds itself.
    """
    encoder = Encoder(constants or {}, trusted)
    try:
        root = encoder.value_of(state)
        return pack(Document(encoder.nodes, root, encoder.buffers))
    except StateError:
        raise
    except Exception as error:
        raise StateError(f"{type(error).__name__}: {error}") from error


class Encoder:
    """Writes the nodes and buffers of one document.

    Attributes:
        nodes: so far.
        buffers: so far.
    """

    def __init__(self, constants: Mapping[str, object], trusted: bool) -> None:
        self.nodes: list[list[Any]] = []
        self.buffers: list[Buffer] = []
        self._constants = {id(value): name for name, value in constants.items()}
        self._trusted = trusted
        # What has been seen, by its identity: its node, or none while it is being written; and
        # itself, so that no other object gets its identity.
        self._seen: dict[int, tuple[int | None, object]] = {}

    def value_of(self, value: object) -> Any:
        """Return how a node refers to a value, and write what it needs.

        Raises:
            StateError: there is no way to write it.
        """
        kind = type(value)
        if value is None or kind in (bool, int, str) or (kind is float and math.isfinite(value)):  # type: ignore[arg-type]
            return value
        known = self._seen.get(id(value))
        if known is None:
            self._seen[id(value)] = None, value
            known = len(self.nodes), value
            node = self._node(value)
            known = len(self.nodes), value
            self.nodes.append(node)
            self._seen[id(value)] = known
        if known[0] is None:
            raise StateError(f"a {kind.__name__} holds itself")
        return [known[0]]

    def values_of(self, values: Any) -> list[Any]:
        """Return how a node refers to several values."""
        return [self.value_of(value) for value in values]

    def buffer(self, content: Buffer) -> int:
        """Return the number of a new buffer."""
        self.buffers.append(content)
        return len(self.buffers) - 1

    def is_data(self, value: object) -> bool:
        """Whether a value that is no plain one is written as data, and never pickled."""
        return (
            id(value) in self._constants
            or plain_numpy.is_plain(value)
            or records.is_record(type(value))
        )

    def _node(self, value: object) -> list[Any]:
        if id(value) in self._constants:
            return ["constant", self._constants[id(value)]]
        writer = _WRITERS.get(type(value))
        if writer is not None:
            return writer(self, value)
        if plain_numpy.is_plain(value):
            return plain_numpy.node_of(value, self)
        if records.is_record(type(value)):
            return records.node_of(value, self)
        if isinstance(value, PurePath):
            return ["path", str(value)]
        if self._trusted:
            return ["pickle", self.buffer(_pickled(value, self))]
        kind = type(value)
        raise StateError(f"{kind.__module__}.{kind.__qualname__} is not allowed in a state")

    def _collection(self, value: Any) -> list[Any]:
        return [_COLLECTIONS[type(value)], *self.values_of(value)]

    def _dictionary(self, value: Any) -> list[Any]:
        return ["dict", *(self.value_of(part) for item in value.items() for part in item)]

    def _float(self, value: Any) -> list[Any]:
        return ["float", repr(value)]

    def _complex(self, value: Any) -> list[Any]:
        return ["complex", self.value_of(value.real), self.value_of(value.imag)]

    def _bytes(self, value: Any) -> list[Any]:
        return ["bytes", self.buffer(value)]


_WRITERS: dict[type, Callable[[Encoder, Any], list[Any]]] = {
    float: Encoder._float,
    complex: Encoder._complex,
    bytes: Encoder._bytes,
    dict: Encoder._dictionary,
    **dict.fromkeys(_COLLECTIONS, Encoder._collection),
}


class _Leaf(pickle.Pickler):
    """Pickles what only a user's own planner knows; data within it are nodes as elsewhere."""

    def __init__(self, stream: io.BytesIO, encoder: Encoder) -> None:
        super().__init__(stream, protocol=5)
        self._encoder = encoder

    def persistent_id(self, value: object) -> Any:
        if isinstance(value, (str, int, float, enum.Enum, type)) or value is None:
            return None
        return self._encoder.value_of(value)[0] if self._encoder.is_data(value) else None


def _pickled(value: object, encoder: Encoder) -> bytes:
    stream = io.BytesIO()
    _Leaf(stream, encoder).dump(value)
    return stream.getvalue()
