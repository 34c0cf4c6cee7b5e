"""The passes of `bildsim.density.point_kernels` with eight points side by side in vector registers.

They were the package's own until plain loops turned out to be no slower.
"""

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.numerics.compiling import inlined, kernel
from bildsim.numerics.lanes import WIDTH, Lanes, load, scratch, spread, store
from bildsim.numerics.transpose import gather_rows, scatter_rows

_compiled = kernel(__file__)


@inlined
def _polynomials(x: Lanes, values: Floats) -> None:
    """Fill ``values`` (K, 8) with P_0(x)..P_{K-1}(x), by Bonnet's recurrence."""
    store(values, 0, spread(1.0))
    store(values, 1, x)
    for n in range(2, len(values)):
        before, last = load(values, n - 2), load(values, n - 1)
        store(values, n, ((2.0 * n - 1.0) * x * last - (n - 1.0) * before) * (1.0 / n))


@inlined
def _derivatives(values: Floats, slopes: Floats) -> None:
    """Fill ``slopes`` with P_0'..P_{K-1}', by P_n' = P_{n-2}' + (2n - 1) P_{n-1}."""
    store(slopes, 0, spread(0.0))
    store(slopes, 1, spread(1.0))
    for n in range(2, len(values)):
        store(slopes, n, load(slopes, n - 2) + (2.0 * n - 1.0) * load(values, n - 1))


@_compiled
def statistics_pass(first: int, last: int, points: Floats, statistics: Floats) -> None:
    """Write phi of the points first..last-1.

    Args:
        first: first point.
        last: one past the last point.
        points: (N, 2) coordinates (m).
        statistics: (N, m) gets P_a(x) P_b(y), the order of ``LegendreFamily``.
    """
    size = round(np.sqrt(statistics.shape[1] + 1.0))
    place, axes = scratch(2), np.arange(2)
    p, q, products = scratch(size), scratch(size), scratch(size * size - 1)
    for start in range(first, last, WIDTH):
        count = min(WIDTH, last - start)
        gather_rows(points, start, count, place, axes)
        _polynomials(load(place, 0), p)
        _polynomials(load(place, 1), q)
        for a in range(size):
            for b in range(1 if a == 0 else 0, size):
                store(products, a * size + b - 1, load(p, a) * load(q, b))
        scatter_rows(products, statistics, start, count)


@_compiled
def ascent_pass(first: int, last: int, points: Floats, z: Floats, ascent: Floats) -> None:
    """Write grad phi(x_i) z_i of the points first..last-1.

    Args:
        first: first point.
        last: one past the last point.
        points: (N, 2) coordinates (m).
        z: (N, m), in the order of the statistics.
        ascent: (N, 2) gets the products (1/m).
    """
    size = round(np.sqrt(z.shape[1] + 1.0))
    place, axes, own = scratch(2), np.arange(2), np.arange(z.shape[1])
    p, q, direction = scratch(size), scratch(size), scratch(size * size - 1)
    p_slope, q_slope = scratch(size), scratch(size)
    for start in range(first, last, WIDTH):
        count = min(WIDTH, last - start)
        gather_rows(points, start, count, place, axes)
        gather_rows(z, start, count, direction, own)
        _polynomials(load(place, 0), p)
        _polynomials(load(place, 1), q)
        _derivatives(p, p_slope)
        _derivatives(q, q_slope)
        along_x, along_y = spread(0.0), spread(0.0)
        for a in range(size):
            inner, outer = spread(0.0), spread(0.0)
            for b in range(1 if a == 0 else 0, size):
                value = load(direction, a * size + b - 1)
                inner, outer = inner + value * load(q, b), outer + value * load(q_slope, b)
            along_x = along_x + inner * load(p_slope, a)
            along_y = along_y + outer * load(p, a)
        store(place, 0, along_x)
        store(place, 1, along_y)
        scatter_rows(place, ascent, start, count)
