"""The exponential of `bildsim.numerics.exp` of one number, in loops that LLVM may vectorise."""

import math

import numpy as np

from benchmarks.plain.compiled import loops
from bildsim.basics.arrays import Floats
from bildsim.numerics.exp import _C, _LN2_HIGH, _LN2_LOW, _LOG2_E, _LOWEST, _ROUND


@loops
def exponential(x: float) -> float:
    """Return exp(x) as `fast_exp` does."""
    x = x if x > _LOWEST else _LOWEST
    k = (x * _LOG2_E + _ROUND) - _ROUND
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    p = r * _C[9] + _C[8]
    p = p * r + _C[7]
    p = p * r + _C[6]
    p = p * r + _C[5]
    p = p * r + _C[4]
    p = p * r + _C[3]
    p = p * r + _C[2]
    p = p * r + _C[1]
    p = p * r + _C[0]
    p = p * (r * r) + r
    power: float = np.int64((np.int64(k) + 1023) << 52).view(np.float64)
    return (p + 1.0) * power


@loops
def exponentials(numbers: Floats, into: Floats) -> None:
    """Write exp of the numbers."""
    for n in range(len(into)):
        into[n] = exponential(numbers[n])


@loops
def library_exponentials(numbers: Floats, into: Floats) -> None:
    """Write exp of the numbers, by the C library's function, a call a number."""
    for n in range(len(into)):
        into[n] = math.exp(numbers[n])
