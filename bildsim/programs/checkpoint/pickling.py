"""States as bytes: what a run must know to go on, exactly as it was in memory.

The standard pickle, with three differences. Arrays come back with their strides, because sums over
an array in another layout may differ in the last bit, and on whole cache lines, as the kernels want
them; with all else of NumPy's they are stored as plain values (`plain_numpy`), and dataclasses as
their attributes (`records`). What the configuration determines anyway, such as a density family
that a state refers to, is stored by its name and found again in the resumed run. And only classes
that states of this project's own parts are made of are loaded, and nothing is set on what is there
already, unless the caller trusts the bytes.
"""

import dataclasses
import enum
import io
import pickle
import pickletools
import struct
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from bildsim.numerics.lanes import aligned_empty
from bildsim.programs.checkpoint import plain_numpy, records

_PROTOCOL = 5
_LENGTH = struct.Struct("<Q")
_OURS = frozenset({"bildsim", "controllers", "envs"})
# A pickle of this protocol numbers what it remembers in the order of its coming. Other numbers make
# the reader allot memory up to the largest of them.
_FOREIGN = frozenset({"PUT", "BINPUT", "LONG_BINPUT"})
_STANDARD = frozenset(
    {
        *(("builtins", name) for name in ("set", "frozenset", "complex", "slice", "bytearray")),
        *(("collections", name) for name in ("deque", "OrderedDict", "defaultdict", "Counter")),
        *(("pathlib", name) for name in ("Path", "PosixPath", "PurePosixPath")),
    }
)


class StateError(ValueError):
    """A state cannot be turned into bytes, or bytes into a state."""


def encode(state: Any, constants: Mapping[str, object] | None = None) -> bytes:
    """Return a state as bytes that `decode` reads back.

    Args:
        state: anything that pickle knows.
        constants: what is not stored, but found by its name again; recognised by identity.

    Raises:
        StateError: something in the state has no place in a file: a lambda, an open file ...
    """
    buffers: list[pickle.PickleBuffer] = []
    stream = io.BytesIO()
    try:
        _Encoder(stream, constants or {}, buffers).dump(state)
    except Exception as error:
        raise StateError(f"{type(error).__name__}: {error}") from error
    parts = [stream.getbuffer(), *(buffer.raw() for buffer in buffers)]
    sizes = (_LENGTH.pack(size) for size in (len(parts), *(part.nbytes for part in parts)))
    return b"".join([*sizes, *parts])


def decode(
    data: bytes, constants: Mapping[str, object] | None = None, *, trusted: bool = False
) -> Any:
    """Return the state that `encode` made these bytes of.

    Args:
        data: the bytes.
        constants: objects by the names that were given to `encode`.
        trusted: whether to load every class that the bytes name, which lets them run any code;
            otherwise only those that states of this project's own parts need.

    Raises:
        StateError: the bytes are none of `encode`, name a constant that is not there or a class
            that is not allowed, or the state cannot be made of them.
    """
    try:
        first, *rest = _parts(memoryview(data))
        buffers = [_aligned(part) for part in rest]
        names = {opcode.name for opcode, _, _ in pickletools.genops(bytes(first))}
        if names & _FOREIGN:
            raise StateError("the state was written by another pickler")
        if not trusted and "BUILD" in names:
            raise StateError("the state sets attributes of something that is no record")
        return _Decoder(io.BytesIO(first), constants or {}, buffers, trusted).load()
    except StateError:
        raise
    # Damaged bytes can make pickle raise nearly anything.
    except Exception as error:
        raise StateError(f"{type(error).__name__}: {error}") from error


class _Encoder(pickle.Pickler):
    def __init__(
        self,
        stream: io.BytesIO,
        constants: Mapping[str, object],
        buffers: list[pickle.PickleBuffer],
    ) -> None:
        super().__init__(stream, _PROTOCOL, buffer_callback=buffers.append)
        self._names = {id(value): name for name, value in constants.items()}

    def persistent_id(self, value: object) -> str | None:
        return self._names.get(id(value))

    def reducer_override(self, value: object) -> Any:
        found = plain_numpy.reduced(value, pickle.PickleBuffer) or records.reduced(value)
        return NotImplemented if found is None else found


class _Decoder(pickle.Unpickler):
    def __init__(
        self,
        stream: io.BytesIO,
        constants: Mapping[str, object],
        buffers: list[memoryview],
        trusted: bool,
    ) -> None:
        super().__init__(stream, buffers=buffers)
        self._constants, self._trusted = constants, trusted

    def persistent_load(self, name: str) -> object:
        if name not in self._constants:
            raise StateError(f"the state refers to {name!r}, which this run does not have")
        return self._constants[name]

    def find_class(self, module: str, name: str) -> Any:
        if not (self._trusted or _is_known(module, name)):
            raise StateError(f"{module}.{name} is not allowed in a state")
        found = super().find_class(module, name)
        if not (self._trusted or module.split(".")[0] not in _OURS or _is_data(found)):
            raise StateError(f"{module}.{name} is not allowed in a state: it is no data class")
        return found


def _is_known(module: str, name: str) -> bool:
    return (module, name) in _STANDARD or module.split(".")[0] in _OURS


def _is_data(found: object) -> bool:
    """Whether a name of ours stands for mere data: making one of these does nothing else."""
    if not isinstance(found, type):
        return found in plain_numpy.MAKERS or found is records.record
    is_tuple = issubclass(found, tuple) and hasattr(found, "_fields")
    return is_tuple or dataclasses.is_dataclass(found) or issubclass(found, enum.Enum)


def _parts(data: memoryview) -> list[memoryview]:
    (count,) = _LENGTH.unpack_from(data)
    place = _LENGTH.size * (1 + count)
    sizes = np.frombuffer(data[_LENGTH.size : place], dtype="<u8").tolist()
    ends = np.cumsum([place, *sizes]).tolist()
    if len(sizes) != count or ends[-1] != len(data):
        raise StateError("the state has not the length that it states")
    return [data[start:end] for start, end in pairwise(ends)]


def _aligned(part: memoryview) -> memoryview:
    """Return a copy that starts a cache line and can be written to."""
    memory = aligned_empty(-(-part.nbytes // 8))
    copy = memory.data.cast("B")[: part.nbytes]
    copy[:] = part
    return copy
