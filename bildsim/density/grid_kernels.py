"""Compiled sums over the density grid of p(.; y), of its moments and of ln p - ln p*.

Steps 1, 2 and 4 of `bildsim.density.kernels`, for eight robots side by side: from their
coefficients, (K K, 8), over G x G nodes, to sums of the density times P_c(x) P_d(y), (D D, 8), for
D = 2 K - 1. NumPy would write out the densities, (N, G, G), and go through them for each step; here
three nodes or four degrees keep their sums in registers, and a column of the grid is used up while
it is in the nearest cache. In NumPy a round's densities take several times as long (``python -m
benchmarks.round_cost``), in plain loops about twice as long (``python -m benchmarks.plain_loops``).
"""

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.density.kernel_tables import Tables, Workspace, axis_size
from bildsim.numerics.compiling import inlined, inlined_early
from bildsim.numerics.exp import NOTHING, fast_exp
from bildsim.numerics.lanes import Lanes, element, load, maximum, spread, store


@inlined_early
def _parity_sums(
    values: Floats, start: int, factors: Floats, node: int, size: int
) -> tuple[Lanes, Lanes]:
    """Return the sums of values[start + d] * factors[node + d] over even and over odd d < size."""
    even, odd = spread(0.0), spread(0.0)
    for d in range(0, size - 1, 2):
        even = even + load(values, start + d) * element(factors, node + d)
        odd = odd + load(values, start + d + 1) * element(factors, node + d + 1)
    if size % 2 == 1:
        even = even + load(values, start + size - 1) * element(factors, node + size - 1)
    return even, odd


@inlined
def _fill_rows(tables: Tables, work: Workspace) -> None:
    """Fill work.rows[j, b] with the sums over a of Theta[b, a] P_a(x_j)."""
    size = axis_size(tables)
    nodes, degrees = tables.polynomials.shape
    for j in range(tables.fold.size):
        for b in range(size):
            even, odd = _parity_sums(work.theta, b * size, tables.polynomials, j * degrees, size)
            store(work.rows, j * size + b, even + odd)
            store(work.rows, (nodes - 1 - j) * size + b, even - odd)


@inlined
def log_density(tables: Tables, work: Workspace) -> Lanes:
    """Fill work.grid with y . phi, column after column of the grid; return its largest value.

    Three nodes at a time share what is read of work.rows.
    """
    _fill_rows(tables, work)
    size, half = axis_size(tables), tables.fold.size
    nodes, degrees = tables.polynomials.shape
    p, rows = tables.polynomials, work.rows
    peak = spread(-np.inf)
    for j in range(nodes):
        i = 0
        while i + 3 <= half:
            e0, e1, e2 = spread(0.0), spread(0.0), spread(0.0)
            o0, o1, o2 = spread(0.0), spread(0.0), spread(0.0)
            for d in range(0, size - 1, 2):
                n = i * degrees + d
                value, following = load(rows, j * size + d), load(rows, j * size + d + 1)
                e0 = e0 + value * element(p, n)
                e1 = e1 + value * element(p, n + degrees)
                e2 = e2 + value * element(p, n + 2 * degrees)
                o0 = o0 + following * element(p, n + 1)
                o1 = o1 + following * element(p, n + degrees + 1)
                o2 = o2 + following * element(p, n + 2 * degrees + 1)
            if size % 2 == 1:
                value, n = load(rows, j * size + size - 1), i * degrees + size - 1
                e0 = e0 + value * element(p, n)
                e1 = e1 + value * element(p, n + degrees)
                e2 = e2 + value * element(p, n + 2 * degrees)
            low, high = j * nodes + i, j * nodes + nodes - 1 - i
            peak = maximum(peak, _store_mirrored(work.grid, low, high, e0, o0))
            peak = maximum(peak, _store_mirrored(work.grid, low + 1, high - 1, e1, o1))
            peak = maximum(peak, _store_mirrored(work.grid, low + 2, high - 2, e2, o2))
            i += 3
        while i < half:
            even, odd = _parity_sums(rows, j * size, p, i * degrees, size)
            low, high = j * nodes + i, j * nodes + nodes - 1 - i
            peak = maximum(peak, _store_mirrored(work.grid, low, high, even, odd))
            i += 1
    return peak


@inlined
def empty(peak: Lanes, tables: Tables, work: Workspace) -> None:
    """Set work.grid at nodes without density so low that nothing is left of it."""
    for k in range(len(tables.blocked)):
        store(work.grid, tables.blocked[k], peak - NOTHING)


@inlined
def _store_mirrored(grid: Floats, low: int, high: int, even: Lanes, odd: Lanes) -> Lanes:
    """Write the sum of even and odd part and their difference; return the larger one."""
    store(grid, low, even + odd)
    store(grid, high, even - odd)
    return maximum(even + odd, even - odd)


@inlined
def _exponentiate(j: int, peak: Lanes, log_target: Floats, tables: Tables, work: Workspace) -> None:
    """Fill work.column with sums and differences of mirror nodes of the weighted density.

    With a target, the same for the density times ln p - ln p* (but for a constant) follows behind.
    """
    nodes, half = tables.polynomials.shape[0], tables.fold.size
    for i in range(half):
        mirror = nodes - 1 - i
        ahead, behind = (
            load(work.grid, j * nodes + i) - peak,
            load(work.grid, j * nodes + mirror) - peak,
        )
        low, high = (
            fast_exp(ahead) * element(tables.fold, i),
            fast_exp(behind) * element(tables.fold, i),
        )
        store(work.column, i, low + high)
        store(work.column, half + i, low - high)
        if log_target.size > 0:
            low = low * (ahead - element(log_target, i * nodes + j))
            high = high * (behind - element(log_target, mirror * nodes + j))
            store(work.column, 2 * half + i, low + high)
            store(work.column, 3 * half + i, low - high)


@inlined_early
def _contract(start: int, out: int, degrees: int, tables: Tables, work: Workspace) -> None:
    """Write the sums over i of work.column * P_d(y_i) for d < degrees to work.half[out + d].

    The column holds sums from ``start`` and differences behind them. Four degrees at a time keep
    their sums in registers.
    """
    half, stride = tables.fold.size, tables.polynomials.shape[1]
    column, p = work.column, tables.polynomials
    for parity in range(2):
        first = start + parity * half
        d = parity
        while d + 6 < degrees:
            s0, s1, s2, s3 = spread(0.0), spread(0.0), spread(0.0), spread(0.0)
            for i in range(half):
                value, n = load(column, first + i), i * stride + d
                s0 = s0 + value * element(p, n)
                s1 = s1 + value * element(p, n + 2)
                s2 = s2 + value * element(p, n + 4)
                s3 = s3 + value * element(p, n + 6)
            store(work.half, out + d, s0)
            store(work.half, out + d + 2, s1)
            store(work.half, out + d + 4, s2)
            store(work.half, out + d + 6, s3)
            d += 8
        while d < degrees:
            s0 = spread(0.0)
            for i in range(half):
                s0 = s0 + load(column, first + i) * element(p, i * stride + d)
            store(work.half, out + d, s0)
            d += 2


@inlined
def _add_columns(
    j: int, left: int, right: int, degrees: int, out: int, tables: Tables, work: Workspace
) -> None:
    """Add column j and its mirror, contracted in work.half, to work.sums[out + d degrees + c]."""
    p, sums, fold = tables.polynomials, work.sums, tables.fold[j]
    row = j * tables.polynomials.shape[1]
    for d in range(degrees):
        even = (load(work.half, left + d) + load(work.half, right + d)) * fold
        odd = (load(work.half, left + d) - load(work.half, right + d)) * fold
        n = out + d * degrees
        for c in range(0, degrees - 1, 2):
            store(sums, n + c, load(sums, n + c) + even * element(p, row + c))
            store(sums, n + c + 1, load(sums, n + c + 1) + odd * element(p, row + c + 1))
        if degrees % 2 == 1:
            n += degrees - 1
            store(sums, n, load(sums, n) + even * element(p, row + degrees - 1))


@inlined
def grid_sums(
    degrees: int, peak: Lanes, log_target: Floats, tables: Tables, work: Workspace
) -> None:
    """Fill work.sums[d, c] with sums of the density times P_c(x) P_d(y), c, d < degrees.

    With a target, those of the density times ln p - ln p*, c, d <= kappa, follow behind.
    """
    nodes, half, size = tables.polynomials.shape[0], tables.fold.size, axis_size(tables)
    kinds = 2 if log_target.size > 0 else 1
    for n in range(degrees * degrees + size * size):
        store(work.sums, n, spread(0.0))
    for j in range(half):
        for side in range(2):
            _exponentiate(nodes - 1 - j if side else j, peak, log_target, tables, work)
            for kind in range(kinds):
                count = size if kind else degrees
                out = kind * 2 * degrees + side * count
                _contract(kind * 2 * half, out, count, tables, work)
        for kind in range(kinds):
            count = size if kind else degrees
            left = kind * 2 * degrees
            _add_columns(j, left, left + count, count, kind * degrees * degrees, tables, work)
