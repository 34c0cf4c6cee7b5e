"""NumPy's arrays, numbers and generators as nodes, and back.

Arrays come back with their strides, because sums over an array in another layout may differ in the
last bit, and on whole cache lines, as compiled kernels want them. NumPy trusts what generators
are told of their state, and one that reads beyond it ends the process: here it is checked.

The kinds (n is a value, see `bildsim.programs.checkpoint.document`; b the number of a buffer):

- ``array`` b dtype shape order: over the bytes of b, order "C" or "F";
- ``array`` b dtype shape strides: the same numbers in rising order of their indices, to be laid
  out with these strides (bytes);
- ``scalar`` dtype hexadecimal digits of its bytes; ``dtype`` code;
- ``seeds`` entropy spawn_key pool_size n_children_spawned: a seed sequence, n each;
- ``bits`` n n: the state that a bit generator gives of itself, and its seed sequence;
- ``generator`` n: a generator on bits.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

_KINDS = "biufcSUmM"
_ALGORITHMS: dict[str, type[np.random.BitGenerator]] = {
    kind.__name__: kind
    for kind in (
        *(np.random.PCG64, np.random.PCG64DXSM, np.random.Philox),
        *(np.random.SFC64, np.random.MT19937),
    )
}
# Where a generator stands in a buffer of so many numbers; NumPy does not look at the bounds.
_PLACES = {"MT19937": 624, "Philox": 4}


class _Encoder(Protocol):
    def value_of(self, value: object) -> Any:
        """Return how a node refers to a value."""

    def values_of(self, values: Any) -> list[Any]:
        """Return how a node refers to several."""

    def buffer(self, content: bytes | memoryview) -> int:
        """Return the number of a new buffer."""


class _Decoder(Protocol):
    def value(self, value: Any) -> Any:
        """Return the object that a node refers to."""

    def values(self, values: Any) -> list[Any]:
        """Return the objects that a node refers to."""

    def buffer(self, number: Any) -> memoryview:
        """Return a buffer of one's own."""

    def allot(self, size: int) -> None:
        """Count memory beyond that of the buffers."""


def is_plain(value: object) -> bool:
    """Whether a value is NumPy's, and holds neither objects nor fields."""
    if type(value) is np.ndarray or isinstance(value, np.generic):
        return value.dtype.kind in _KINDS
    if isinstance(value, np.dtype):
        return value.kind in _KINDS
    return type(value) in _SOURCES


def node_of(value: Any, encoder: _Encoder) -> list[Any]:
    """Return the node of a value of which `is_plain` is true."""
    if isinstance(value, np.ndarray):
        return _node_of_array(value, encoder)
    if isinstance(value, np.generic):
        return ["scalar", value.dtype.str, value.tobytes().hex()]
    if isinstance(value, np.dtype):
        return ["dtype", value.str]
    if isinstance(value, np.random.Generator):
        return ["generator", encoder.value_of(value.bit_generator)]
    if isinstance(value, np.random.SeedSequence):
        kept = (value.entropy, value.spawn_key, value.pool_size, value.n_children_spawned)
        return ["seeds", *encoder.values_of(kept)]
    return ["bits", *encoder.values_of((dict(value.state), value.seed_seq))]


def _node_of_array(value: NDArray[Any], encoder: _Encoder) -> list[Any]:
    shape, code = list(value.shape), value.dtype.str
    if value.flags.c_contiguous:
        return ["array", encoder.buffer(_bytes_of(value)), code, shape, "C"]
    if value.flags.f_contiguous:
        return ["array", encoder.buffer(_bytes_of(value.T)), code, shape, "F"]
    content = _bytes_of(np.ascontiguousarray(value))
    return ["array", encoder.buffer(content), code, shape, list(value.strides)]


def _bytes_of(value: NDArray[Any]) -> bytes | memoryview:
    """Return the bytes of an array that lies in them in order."""
    # Neither text nor dates nor nothing at all can be looked at as bytes.
    return value.data.cast("B") if value.size and value.dtype.kind in "biufc" else value.tobytes()


def array(decoder: _Decoder, number: Any, code: Any, shape: Any, order: Any) -> NDArray[Any]:
    """Return an array that has its memory to itself.

    Raises:
        ValueError: it is no array of plain numbers or strings.
    """
    kind, memory, shape = dtype(decoder, code), decoder.buffer(number), tuple(shape)
    if not all(type(length) is int and length >= 0 for length in shape):
        raise ValueError(f"{shape} is no shape of an array")
    if order not in ("C", "F"):
        values: NDArray[Any] = np.ndarray(shape, kind, memory)
        return _strided(decoder, values, tuple(order))
    # Exactly as large as its memory: an array of nothing could else have any shape.
    made: NDArray[Any] = np.ndarray(shape, kind, memory, order=order)
    if made.nbytes != memory.nbytes:
        raise ValueError(f"an array of shape {shape} does not fill {memory.nbytes} bytes")
    return made


def _strided(decoder: _Decoder, values: NDArray[Any], strides: tuple[int, ...]) -> NDArray[Any]:
    """Return a copy of an array whose elements lie in memory as these strides (bytes) say."""
    ends = [(length - 1) * stride for length, stride in zip(values.shape, strides, strict=True)]
    below = -sum(min(end, 0) for end in ends) if values.size else 0
    above = sum(max(end, 0) for end in ends) if values.size else 0
    decoder.allot(below + above + values.itemsize)
    memory = np.zeros(below + above + values.itemsize, dtype=np.uint8)
    copy: NDArray[Any] = np.ndarray(values.shape, values.dtype, memory.data, below, strides)
    copy[...] = values
    return copy


def scalar(decoder: _Decoder, code: Any, digits: Any) -> Any:
    """Return one number or string of NumPy's."""
    # Not np.frombuffer, which refuses an empty string for having no bytes.
    return np.ndarray((), dtype(decoder, code), bytes.fromhex(digits))[()]


def dtype(_: _Decoder, code: Any) -> np.dtype[Any]:
    """Return the dtype of a code, such as ``<f8``.

    Raises:
        ValueError: it is none of plain numbers or strings.
    """
    if type(code) is not str or (found := np.dtype(code)).kind not in _KINDS:
        raise ValueError(f"{code!r} is no dtype of numbers or strings")
    return found


def seeds(decoder: _Decoder, *parts: Any) -> np.random.SeedSequence:
    """Return a seed sequence that goes on spawning where it was.

    Raises:
        ValueError: its pool is larger than anyone's.
    """
    entropy, spawn_key, pool_size, children = decoder.values(parts)
    if type(pool_size) is not int or not 4 <= pool_size <= 64:
        raise ValueError(f"{pool_size!r} is no size of a pool")
    return np.random.SeedSequence(
        entropy, spawn_key=spawn_key, pool_size=pool_size, n_children_spawned=children
    )


def bits(decoder: _Decoder, *parts: Any) -> np.random.BitGenerator:
    """Return a source of bits in a state as its attribute ``state`` gives it.

    Raises:
        ValueError: it is the state of none.
    """
    state, source = decoder.values(parts)
    name = state["bit_generator"]
    if name not in _ALGORITHMS or type(source) is not np.random.SeedSequence:
        raise ValueError(f"{name!r} with {type(source).__name__} is no source of bits")
    place = state["buffer_pos"] if name == "Philox" else state["state"].get("pos", 0)
    if type(place) is not int or not 0 <= place <= _PLACES.get(name, 0):
        raise ValueError(f"{name} does not stand at {place!r}")
    made = _ALGORITHMS[name](source)
    made.state = state
    return made


def generator(decoder: _Decoder, source: Any) -> np.random.Generator:
    """Return a generator on a source of bits.

    Raises:
        ValueError: it is no such source.
    """
    found = decoder.value(source)
    if type(found) not in _ALGORITHMS.values():
        raise ValueError("a generator must stand on a source of bits")
    return np.random.Generator(found)


_SOURCES = (np.random.Generator, np.random.SeedSequence, *_ALGORITHMS.values())
MAKERS: Mapping[str, Callable[..., Any]] = {
    "array": array,
    "scalar": scalar,
    "dtype": dtype,
    "seeds": seeds,
    "bits": bits,
    "generator": generator,
}
"""What makes NumPy's objects of nodes, by their kinds."""
