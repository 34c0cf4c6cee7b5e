"""From documents to states: every kind of node, checked before anything is made of it.

The kinds (n is a value, see `bildsim.programs.checkpoint.document`; b the number of a buffer):

- ``float`` "nan", "inf" or "-inf"; ``complex`` n n; ``bytes`` b; ``path`` string;
- ``list`` n ..., ``tuple`` n ..., ``set`` n ..., ``frozenset`` n ..., ``dict`` key value ...;
- ``array``, ``scalar``, ``dtype``, ``seeds``, ``bits``, ``generator``: see `plain_numpy`;
- ``record``, ``member``: see `records`;
- ``constant`` name: what the run that goes on has by itself;
- ``pickle`` b: what only a user's own planner knows; refused unless the bytes are trusted.
"""

import io
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bildsim.programs.checkpoint import plain_numpy, records
from bildsim.programs.checkpoint.document import StateError, unpack

_SPREAD = 64
_SMALL = 2**24


def decode(
    data: bytes, constants: Mapping[str, object] | None = None, *, trusted: bool = False
) -> Any:
    """Return the state that `bildsim.programs.checkpoint.encoder.encode` made these bytes of.

    Untrusted bytes run no code, whatever they are, and get memory in proportion to their number.

    Args:
        data: the bytes.
        constants: objects by the names that were given to ``encode``.
        trusted: whether to read pickles in them, which can run any code.

    Raises:
        StateError: the bytes are none of ``encode``, name a constant that is not there or a class
            that is not allowed, or the state cannot be made of them.
    """
    document = unpack(data)
    decoder = Decoder(list(document.buffers), constants or {}, trusted, _SPREAD * len(data))
    try:
        for node in document.nodes:
            decoder.add(node)
        return decoder.value(document.root)
    except StateError:
        raise
    # Contents that make no sense raise nearly anything.
    except Exception as error:
        raise StateError(f"{type(error).__name__}: {error}") from error


class Decoder:
    """Makes the objects of one document, node by node.

    Args:
        buffers: of the document.
        constants: objects by their names.
        trusted: whether to read pickles.
        memory: how many bytes arrays may take that are larger than their buffers.
    """

    def __init__(
        self,
        buffers: list[Any],
        constants: Mapping[str, object],
        trusted: bool,
        memory: int,
    ) -> None:
        self._buffers, self._constants, self._trusted = buffers, constants, trusted
        self._memory = memory + _SMALL
        self._made: list[Any] = []

    def add(self, node: Any) -> None:
        """Make what the next node says.

        Raises:
            StateError: it is no node, or not allowed.
        """
        kind = node[0] if type(node) is list and node else None
        if type(kind) is not str or kind not in _MAKERS:
            raise StateError(f"the state holds something of no known kind: {str(kind)[:40]!r}")
        self._made.append(_MAKERS[kind](self, *node[1:]))

    def value(self, value: Any) -> Any:
        """Return the object that a node refers to."""
        if type(value) is not list:
            return value
        (number,) = value
        if type(number) is not int or not 0 <= number < len(self._made):
            raise StateError("the state refers to something that is not there")
        return self._made[number]

    def values(self, values: Any) -> list[Any]:
        """Return the objects that a node refers to."""
        return [self.value(value) for value in values]

    def buffer(self, number: Any) -> memoryview:
        """Return a buffer of one's own: it is given away once."""
        if type(number) is not int or not 0 <= number < len(self._buffers):
            raise StateError("the state refers to bytes that are not there")
        buffer, self._buffers[number] = self._buffers[number], None
        if buffer is None:
            raise StateError("the state refers to the same bytes twice")
        return memoryview(buffer)

    def allot(self, size: int) -> None:
        """Count memory that is taken beyond that of the buffers.

        Raises:
            StateError: it is far more than such a file can need.
        """
        self._memory -= size
        if self._memory < 0:
            raise StateError("the state asks for far more memory than its size explains")

    def constant(self, name: Any) -> object:
        """Return a constant."""
        if type(name) is not str or name not in self._constants:
            raise StateError(f"the state refers to {name!r}, which this run does not have")
        return self._constants[name]

    def dictionary(self, *parts: Any) -> dict[Any, Any]:
        """Return a dictionary of keys and values in turn."""
        found = self.values(parts)
        return dict(zip(found[::2], found[1::2], strict=True))

    def record(self, place: Any, *parts: Any) -> Any:
        """Return an instance of one of our classes."""
        return records.record(place, self.dictionary(*parts))

    def pickled(self, number: Any) -> Any:
        """Return what a pickle holds.

        Raises:
            StateError: the bytes are not trusted.
        """
        if not self._trusted:
            raise StateError("a pickle is not allowed in a state of this project's own parts")
        leaf = pickle.Unpickler(io.BytesIO(self.buffer(number)))
        leaf.persistent_load = lambda number: self.value([number])  # type: ignore[method-assign]
        return leaf.load()

    def special_float(self, text: Any) -> float:
        """Return a number that JSON does not know."""
        return {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}[text]


_MAKERS: dict[str, Callable[..., Any]] = {
    "float": Decoder.special_float,
    "complex": lambda d, *parts: complex(*d.values(parts)),
    "bytes": lambda d, number: bytes(d.buffer(number)),
    "path": lambda _, text: Path(text),
    "list": lambda d, *parts: d.values(parts),
    "tuple": lambda d, *parts: tuple(d.values(parts)),
    "set": lambda d, *parts: set(d.values(parts)),
    "frozenset": lambda d, *parts: frozenset(d.values(parts)),
    "dict": Decoder.dictionary,
    "constant": Decoder.constant,
    "record": Decoder.record,
    "member": lambda _, place, name: records.member(place, name),
    "pickle": Decoder.pickled,
    **plain_numpy.MAKERS,
}
