"""A state as a document: one line of JSON that says what there is, then the bytes of its arrays.

The JSON is an object with three keys:

- ``nodes``: whatever is no plain value, each a list of its kind and what that kind is made of, in
  an order in which everything comes before what refers to it, so that reading needs no recursion;
- ``root``: the state itself;
- ``buffers``: the sizes in bytes of what follows the line.

A value is null, true, false, a number, a string, or ``[n]`` for node ``n``. Kinds are listed in
`bildsim.programs.checkpoint.decoder`.
"""

import json
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from bildsim.numerics.aligned import aligned_empty

Buffer = bytes | bytearray | memoryview


class StateError(ValueError):
    """A state cannot be turned into bytes, or bytes into a state."""


class Document(NamedTuple):
    """What a state is written as.

    Attributes:
        nodes: each a list of its kind and its contents.
        root: the state, a value.
        buffers: bytes of arrays and the like, by the numbers that nodes know them by.
    """

    nodes: list[list[Any]]
    root: Any
    buffers: Sequence[Buffer]


def pack(document: Document) -> bytes:
    """Return the bytes of a document."""
    sizes = [memoryview(buffer).nbytes for buffer in document.buffers]
    said = {"nodes": document.nodes, "root": document.root, "buffers": sizes}
    # Strings that are not UTF-8, as file names may be, come back exactly.
    line = json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return b"".join([line.encode("utf-8", "surrogatepass"), b"\n", *document.buffers])


def unpack(data: bytes) -> Document:
    """Return the document of these bytes; its buffers are copies that start cache lines.

    Raises:
        StateError: they are none.
    """
    line, newline, rest = data.partition(b"\n")
    try:
        said = json.loads(line.decode("utf-8", "surrogatepass"))
        nodes, root, sizes = said["nodes"], said["root"], said["buffers"]
    # Brackets within brackets by the thousand overrun the reader of JSON.
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise StateError("the state has no table of contents") from error
    are_lists = all(type(part) is list for part in (nodes, sizes))
    if not (newline and are_lists and all(type(size) is int and size >= 0 for size in sizes)):
        raise StateError("the state has a table of contents of another kind")
    ends = list(accumulate(sizes, initial=0))
    if ends[-1] != len(rest):
        raise StateError("the state has not the length that it states")
    whole = memoryview(rest)
    pieces = zip(ends, sizes, strict=False)
    return Document(nodes, root, [_aligned(whole[begin : begin + size]) for begin, size in pieces])


def _aligned(part: memoryview) -> memoryview:
    """Return a copy that starts a cache line and can be written to."""
    memory = aligned_empty(-(-part.nbytes // 8))
    copy = memory.data.cast("B")[: part.nbytes]
    copy[:] = part
    return copy
