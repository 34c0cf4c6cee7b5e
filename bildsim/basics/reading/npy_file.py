"""NumPy's arrays in files that may be somebody else's: what the header says, then the numbers.

NumPy's own reader makes the array that a header claims before it looks for its numbers, and reads a
header of any length. Here a header is short, and the caller judges what it claims before memory is
taken.
"""

import io
import math
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

MOST_HEADER_BYTES = 10_000
"""Longer headers are refused, as NumPy does; that of an array of numbers has about 100 bytes."""
_CHUNK = 2**20


class DamagedError(ValueError):
    """What was read is no whole .npy array of plain values."""


class Readable(Protocol):
    """A file, or the member of an archive."""

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, or those that are left."""


class Header(NamedTuple):
    """What a .npy file says it holds.

    Attributes:
        shape: of the array; no number in it is negative.
        dtype: of its values; no objects.
        by_columns: whether the first index runs fastest, as in Fortran.
        size: bytes of the header itself.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    by_columns: bool
    size: int

    @property
    def values(self) -> int:
        """How many values the array has, whatever an integer of the machine can hold."""
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        """How many bytes they take."""
        return self.values * self.dtype.itemsize


def read_header(file: Readable) -> Header:
    """Return what the file says that follows, and read no further.

    Raises:
        DamagedError: it does not begin as a .npy file, or the array is of objects.
    """
    magic = _exactly(file, npy.MAGIC_LEN)
    try:
        version = npy.read_magic(io.BytesIO(magic))
        stated = _exactly(file, 2 if version == (1, 0) else 4)
        length = int.from_bytes(stated, "little")
        if length > MOST_HEADER_BYTES:
            raise DamagedError
        rest = io.BytesIO(stated + _exactly(file, length))
        # Versions 2 and 3 differ in how names of fields are spelled, which numbers have not.
        reader = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, by_columns, dtype = reader(rest, max_header_size=MOST_HEADER_BYTES)
    except DamagedError:
        raise
    except Exception:  # a damaged header can lead NumPy's parser to many kinds of error
        raise DamagedError from None
    if dtype.hasobject or dtype.itemsize == 0 or min(shape, default=0) < 0:
        raise DamagedError
    return Header(tuple(map(int, shape)), dtype, by_columns, len(magic + stated) + length)


def read_values(file: Readable, header: Header) -> NDArray[Any]:
    """Return the array of which the header was just read; its memory is ``header.bytes``.

    Raises:
        DamagedError: the file holds less.
    """
    content = np.empty(header.bytes, dtype=np.uint8)
    got = 0
    while got < len(content):
        part = file.read(min(_CHUNK, len(content) - got))
        if not part:
            raise DamagedError
        content[got : got + len(part)] = np.frombuffer(part, dtype=np.uint8)
        got += len(part)
    try:
        return content.view(header.dtype).reshape(
            header.shape, order="F" if header.by_columns else "C"
        )
    except ValueError:  # more dimensions than NumPy has, or no values in a shape too large for it
        raise DamagedError from None


def _exactly(file: Readable, count: int) -> bytes:
    found = file.read(count)
    if len(found) != count:
        raise DamagedError
    return found
