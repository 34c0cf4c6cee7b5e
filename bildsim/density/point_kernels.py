"""Compiled passes over points: the statistics phi(x_i), (N, m), and grad phi(x_i) z_i, (N, 2).

A statistic is a product P_a(x) P_b(y) of two of the K = kappa + 1 Legendre polynomials, and its
slopes are P_a'(x) P_b(y) and P_a(x) P_b'(y): for each point 2 K numbers, then loops over their
products, which numba's plain loops do as fast as eight points side by side in vector registers, and
which compile in a fraction of the time (``python -m benchmarks.plain_loops``). NumPy would make
arrays of all points' factors and products, (N, K, K): the same in it is printed there, too.
"""

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.numerics.compiling import inlined, kernel

_compiled = kernel(__file__, any_order=True)


@inlined
def _recurrence(size: int) -> tuple[Floats, Floats]:
    """Return the factors of Bonnet's recurrence, P_n = rise[n] x P_{n-1} - fall[n] P_{n-2}."""
    rise, fall = np.empty(size), np.empty(size)
    for n in range(1, size):
        rise[n], fall[n] = (2.0 * n - 1.0) / n, (n - 1.0) / n
    return rise, fall


@inlined
def _fill_values(x: float, y: float, rise: Floats, fall: Floats, p: Floats, q: Floats) -> None:
    """Fill ``p`` with P_0(x)..P_{K-1}(x) and ``q`` with those of y, which do not wait for them."""
    p_before, q_before, p_last, q_last = 1.0, 1.0, x, y
    p[0], q[0], p[1], q[1] = p_before, q_before, p_last, q_last
    for n in range(2, len(p)):
        p_before, p_last = p_last, rise[n] * x * p_last - fall[n] * p_before
        q_before, q_last = q_last, rise[n] * y * q_last - fall[n] * q_before
        p[n], q[n] = p_last, q_last


@inlined
def _fill_slopes(p: Floats, q: Floats, p_slope: Floats, q_slope: Floats) -> None:
    """Fill the slopes with P_0'..P_{K-1}' of x and y, by P_n' = P_{n-2}' + (2n - 1) P_{n-1}."""
    p_before, q_before, p_last, q_last = 0.0, 0.0, 1.0, 1.0
    p_slope[0], q_slope[0], p_slope[1], q_slope[1] = p_before, q_before, p_last, q_last
    for n in range(2, len(p)):
        p_before, p_last = p_last, p_before + (2.0 * n - 1.0) * p[n - 1]
        q_before, q_last = q_last, q_before + (2.0 * n - 1.0) * q[n - 1]
        p_slope[n], q_slope[n] = p_last, q_last


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
    (rise, fall), p, q = _recurrence(size), np.empty(size), np.empty(size)
    for i in range(first, last):
        _fill_values(points[i, 0], points[i, 1], rise, fall, p, q)
        row = statistics[i]
        # P_0 P_0 is left out: (a, b) stands in place a K + b - 1.
        for b in range(1, size):
            row[b - 1] = q[b]
        for a in range(1, size):
            part, factor = row[a * size - 1 :], p[a]
            for b in range(size):
                part[b] = factor * q[b]


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
    (rise, fall), p, q = _recurrence(size), np.empty(size), np.empty(size)
    p_slope, q_slope = np.empty(size), np.empty(size)
    for i in range(first, last):
        _fill_values(points[i, 0], points[i, 1], rise, fall, p, q)
        _fill_slopes(p, q, p_slope, q_slope)
        along_x, along_y = 0.0, 0.0
        for b in range(1, size):
            along_y += z[i, b - 1] * q_slope[b]
        for a in range(1, size):
            part, inner, outer = z[i, a * size - 1 :], 0.0, 0.0
            for b in range(size):
                inner += part[b] * q[b]
                outer += part[b] * q_slope[b]
            along_x += inner * p_slope[a]
            along_y += outer * p[a]
        ascent[i, 0], ascent[i, 1] = along_x, along_y
