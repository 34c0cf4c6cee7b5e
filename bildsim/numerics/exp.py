"""A compiled exponential of eight numbers at once.

The C library's ``exp`` is called once a number, and the density of one robot needs it at every
grid point. This one is straight arithmetic on vector registers, accurate to two units in the last
place (tests/bildsim/numerics/test_exp.py) and faster than ``np.exp`` on the grid (``python -m
benchmarks.round_cost``), which has to be given whole arrays, too: here the density's sums take up
each result while it is in a register. The same arithmetic in a plain loop takes 1.4 times as long,
the C library's function 6 times (``python -m benchmarks.plain_loops``).

e^x = 2^k e^r with k the integer nearest to x / ln 2, so |r| <= ln(2) / 2 and a short polynomial
does.
"""

import math

import numpy as np
from numpy.polynomial import chebyshev

from bildsim.numerics.compiling import inlined
from bildsim.numerics.lanes import Lanes, maximum, times_power_of_two

_LOG2_E = 1.4426950408889634
# ln 2 in two parts: the first has trailing zero bits, so multiples of it by |k| < 2^11 are exact.
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
# Adding 1.5 * 2^52 leaves the nearest integer in the low bits of the sum.
_ROUND = 6755399441055744.0
_LOWEST = -708.0
NOTHING = 700.0
"""An exponent so far below the largest one is as good as none: no sum is changed by it."""


def _economised(terms: int, kept: int) -> tuple[float, ...]:
    """Return coefficients of (e^r - 1 - r) / r^2 on |r| <= ln(2) / 2.

    The Taylor series with its last Chebyshev terms dropped: two powers fewer, as accurate.
    """
    scale = (0.5 * math.log(2.0)) ** np.arange(terms)
    taylor = np.array([1.0 / math.factorial(n + 2) for n in range(terms)])
    short = chebyshev.cheb2poly(chebyshev.poly2cheb(taylor * scale)[:kept])
    return tuple(float(c) for c in short / scale[:kept])


_C = _economised(terms=15, kept=10)


@inlined
def fast_exp(x: Lanes) -> Lanes:
    """Return exp(x) for x in [-inf, 700]; below -708 it returns exp(-708), about 3e-308."""
    x = maximum(x, _LOWEST)
    # k stands in the low bits of ``shifted``, which is what 2^k is made from at the end.
    shifted = x * _LOG2_E + _ROUND
    k = shifted - _ROUND
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    # Horner's rule for p = e^r - 1: the 1 is added last, when nothing of p can be lost any more.
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
    return times_power_of_two(p + 1.0, shifted)
