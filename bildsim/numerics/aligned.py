"""Arrays that start a cache line, as the kernels of `bildsim.numerics.lanes` like to read them."""

import math

import numpy as np

from bildsim.basics.arrays import Floats

_LINE_BYTES = 64
_NUMBER_BYTES = 8


def aligned_empty(*shape: int) -> Floats:
    """Return a new array whose first number starts a cache line."""
    # Up to seven numbers are skipped, so that the next one's address is a multiple of 64 bytes.
    size = math.prod(shape)
    raw = np.empty(size + _LINE_BYTES // _NUMBER_BYTES)
    skip = -raw.ctypes.data % _LINE_BYTES // _NUMBER_BYTES
    return raw[skip : skip + size].reshape(shape)
