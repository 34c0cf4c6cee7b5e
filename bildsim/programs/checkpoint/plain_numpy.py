"""NumPy's arrays, numbers and generators as plain values, and back.

NumPy's own pickles name constructors that trust what they are given: an array of objects over
foreign bytes, or a generator that reads beyond its state, ends the process. So a state spells them
by numbers, strings and buffers, and the functions here check these before anything is made of them.
"""

from collections.abc import Callable
from typing import Any, Literal

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


def reduced(value: object, buffer: Callable[[Any], object]) -> tuple[Any, ...] | None:
    """Return one of `MAKERS` and its arguments, in the form of ``__reduce__``.

    Args:
        value: any object.
        buffer: makes of a contiguous array what its bytes are stored as.

    Returns:
        None where the value is nothing of NumPy's, or holds objects or fields.
    """
    if type(value) is np.ndarray and value.dtype.kind in _KINDS:
        return _reduced_array(value, buffer)
    if isinstance(value, np.generic) and value.dtype.kind in _KINDS:
        return scalar, (value.dtype.str, value.tobytes())
    if isinstance(value, np.dtype) and value.kind in _KINDS:
        return dtype, (value.str,)
    if type(value) is np.random.Generator:
        return generator, (value.bit_generator,)
    if type(value) is np.random.SeedSequence:
        pool = value.pool_size, value.n_children_spawned
        return seed_sequence, (value.entropy, value.spawn_key, *pool)
    if type(value) in _ALGORITHMS.values():
        assert isinstance(value, np.random.BitGenerator)
        return bit_generator, (dict(value.state), value.seed_seq)
    return None


def _reduced_array(value: NDArray[Any], buffer: Callable[[Any], object]) -> tuple[Any, ...]:
    if value.flags.c_contiguous or value.flags.f_contiguous:
        order = "C" if value.flags.c_contiguous else "F"
        return array, (buffer(value), value.dtype.str, value.shape, order)
    return strided, (np.ascontiguousarray(value), value.strides)


def array(
    memory: memoryview, code: str, shape: tuple[int, ...], order: Literal["C", "F"]
) -> NDArray[Any]:
    """Return an array over the memory, which it keeps.

    Args:
        memory: at least as many bytes as the array needs.
        code: of the dtype, such as ``<f8``.
        shape: of the array.
        order: ``C`` or ``F``.

    Raises:
        ValueError: it is no array of plain numbers or strings.
    """
    # Anything else that has bytes could be changed, or made smaller, by who else refers to it.
    if type(memory) is not memoryview or order not in ("C", "F"):
        raise ValueError("an array must lie in memory of its own, in one of two orders")
    made: NDArray[Any] = np.ndarray(shape, dtype(code), memory, order=order)
    # NumPy takes -1 for what fits.
    if made.shape != shape:
        raise ValueError(f"{shape} is no shape of an array")
    return made


def strided(values: NDArray[Any], strides: tuple[int, ...]) -> NDArray[Any]:
    """Return a copy of an array whose elements lie in memory as these strides (bytes) say."""
    ends = [(length - 1) * stride for length, stride in zip(values.shape, strides, strict=True)]
    below = -sum(min(end, 0) for end in ends) if values.size else 0
    above = sum(max(end, 0) for end in ends) if values.size else 0
    memory = np.zeros(below + above + values.itemsize, dtype=np.uint8)
    copy: NDArray[Any] = np.ndarray(values.shape, values.dtype, memory.data, below, strides)
    copy[...] = values
    return copy


def scalar(code: str, memory: bytes) -> Any:
    """Return one number or string of NumPy's, from its dtype's code and its bytes.

    Raises:
        ValueError: it is neither.
    """
    if type(memory) is not bytes:
        raise ValueError("a number must be given by its bytes")
    # Not np.frombuffer, which refuses an empty string for having no bytes.
    return np.ndarray((), dtype(code), memory)[()]


def dtype(code: str) -> np.dtype[Any]:
    """Return the dtype of a code, such as ``<f8``.

    Raises:
        ValueError: it is none of plain numbers or strings.
    """
    if type(code) is not str or (found := np.dtype(code)).kind not in _KINDS:
        raise ValueError(f"{code!r} is no dtype of numbers or strings")
    return found


def generator(source: np.random.BitGenerator) -> np.random.Generator:
    """Return a generator on a source of bits.

    Raises:
        ValueError: it is no such source.
    """
    if type(source) not in _ALGORITHMS.values():
        raise ValueError("a generator must stand on a source of bits")
    return np.random.Generator(source)


def seed_sequence(
    entropy: Any, spawn_key: tuple[int, ...], pool_size: int, children: int
) -> np.random.SeedSequence:
    """Return a seed sequence that goes on spawning after so many children."""
    return np.random.SeedSequence(
        entropy, spawn_key=spawn_key, pool_size=pool_size, n_children_spawned=children
    )


def bit_generator(state: dict[str, Any], seeds: np.random.SeedSequence) -> np.random.BitGenerator:
    """Return a source of bits in a state as its attribute ``state`` gives it.

    Raises:
        ValueError: it is the state of none.
    """
    name = state["bit_generator"]
    if name not in _ALGORITHMS or type(seeds) is not np.random.SeedSequence:
        raise ValueError(f"{name!r} with {type(seeds).__name__} is no source of bits")
    place = state["buffer_pos"] if name == "Philox" else state["state"].get("pos", 0)
    if type(place) is not int or not 0 <= place <= _PLACES.get(name, 0):
        raise ValueError(f"{name} does not stand at {place!r}")
    made = _ALGORITHMS[name](seeds)
    made.state = state
    return made


MAKERS = frozenset({array, strided, scalar, dtype, generator, seed_sequence, bit_generator})
"""What makes NumPy's objects of plain values; all that a state may call of this module."""
