"""A compiled exponential that the compiler can run on whole vector registers.

The C library's ``exp`` is called once a number, and the density of one robot needs it at every
grid point. This one is straight arithmetic, so a loop over it is vectorised: about 8 times faster
here, accurate to two units in the last place (tests/bildsim/test_fast_exp.py).
"""

import math
from typing import Any

import numba
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

_LOG2_E = 1.4426950408889634
# ln 2 in two parts: the first has trailing zero bits, so multiples of it by |k| < 2^11 are exact.
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
# Adding 1.5 * 2^52 leaves the nearest integer in the low bits of the sum.
_ROUND = 6755399441055744.0
_LOWEST = -708.0
_C = tuple(1.0 / math.factorial(n) for n in range(14))


@intrinsic  # type: ignore[misc]
def _bits_of(typing_context: Any, value: Any) -> Any:
    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(64))

    return types.int64(types.float64), build


@intrinsic  # type: ignore[misc]
def _float_of(typing_context: Any, bits: Any) -> Any:
    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.int64), build


@numba.njit(inline="always", fastmath={"contract"})  # type: ignore[untyped-decorator]
def fast_exp(x: float) -> float:
    """Return exp(x) for x in [-inf, 700]; below -708 it returns exp(-708), about 3e-308."""
    x = max(x, _LOWEST)
    shifted = x * _LOG2_E + _ROUND
    k = shifted - _ROUND
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    p = _C[13]
    p = p * r + _C[12]
    p = p * r + _C[11]
    p = p * r + _C[10]
    p = p * r + _C[9]
    p = p * r + _C[8]
    p = p * r + _C[7]
    p = p * r + _C[6]
    p = p * r + _C[5]
    p = p * r + _C[4]
    p = p * r + _C[3]
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    return p * float(_float_of((_bits_of(shifted) + 1023) << 52))
