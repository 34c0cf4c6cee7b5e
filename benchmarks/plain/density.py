"""Moments and grad f of densities in plain loops, for some robots' rows of the grid end to end.

What `bildsim.density.grid_kernels` does, for order 6 or less. A loop runs along the rows of
``beside`` robots' grids, laid end to end: with one robot over 41 nodes, with eight over 328, which
spreads what it costs to begin a loop. Rows at y and -y share the work.
"""

import numpy as np

from benchmarks.plain.compiled import loops, sums
from benchmarks.plain.exponential import exponential
from bildsim.basics.arrays import Floats
from bildsim.density.kernel_tables import Tables
from bildsim.density.kernels import Evaluation


@loops
def _fill_rows(theta: Floats, across: Floats, rows: Floats) -> None:
    """Fill rows[b] with sums over a of theta[robot, b, a] P_a(x), robot after robot."""
    robots, size, nodes = theta.shape[0], theta.shape[1], across.shape[1]
    for robot in range(robots):
        for b in range(size):
            part, t = rows[b, robot * nodes : (robot + 1) * nodes], theta[robot, b]
            for j in range(nodes):
                part[j] = 0.0
            for a in range(size):
                factor, p = t[a], across[a]
                for j in range(nodes):
                    part[j] += factor * p[j]


@loops
def _fill_exponent(rows: Floats, along: Floats, grid: Floats, peak: Floats) -> None:
    """Fill the grid with y . phi, and ``peak`` with the largest of each column."""
    count, half = len(grid), (len(grid) + 1) // 2
    a, b, c, d, e, f, g = rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6]
    for n in range(len(peak)):
        peak[n] = -np.inf
    for i in range(half):
        p, low, high = along[i], grid[i], grid[count - 1 - i]
        p0, p1, p2, p3, p4, p5, p6 = p[0], p[1], p[2], p[3], p[4], p[5], p[6]
        for n in range(len(peak)):
            even = a[n] * p0 + c[n] * p2 + e[n] * p4 + g[n] * p6
            odd = b[n] * p1 + d[n] * p3 + f[n] * p5
            lower, upper = even + odd, even - odd
            low[n], high[n] = lower, upper
            larger = lower if lower > upper else upper
            peak[n] = larger if larger > peak[n] else peak[n]


@loops
def _spread_peaks(peak: Floats, nodes: int) -> None:
    """Replace the columns' largest values with those of their robots."""
    for start in range(0, len(peak), nodes):
        part, largest = peak[start : start + nodes], -np.inf
        for j in range(nodes):
            largest = max(largest, part[j])
        for j in range(nodes):
            part[j] = largest


@loops
def _exponentiate(
    i: int, grid: Floats, target: Floats, peak: Floats, weight: float, folded: Floats
) -> None:
    """Write sums and differences of mirror rows of the density, then times ln p - ln p*."""
    low, high = grid[i], grid[len(grid) - 1 - i]
    below, above = target[i], target[len(grid) - 1 - i]
    both, less, surplus, lack = folded[0, i], folded[1, i], folded[2, i], folded[3, i]
    for n in range(len(peak)):
        x, y = low[n] - peak[n], high[n] - peak[n]
        p, q = exponential(x) * weight, exponential(y) * weight
        both[n], less[n] = p + q, p - q
        p, q = p * (x - below[n]), q * (y - above[n])
        surplus[n], lack[n] = p + q, p - q


@loops
def _contract(source: Floats, along: Floats, d: int, e: int, out: Floats, other: Floats) -> None:
    """Write the sums along y times P_d and times P_e: four rows at a time, for two degrees."""
    half, i = len(source), 0
    for n in range(len(out)):
        out[n], other[n] = 0.0, 0.0
    while i < half:
        # Past the middle rows count nothing.
        j, k, m = min(i + 1, half - 1), min(i + 2, half - 1), min(i + 3, half - 1)
        a, b, p, q = source[i], source[j], source[k], source[m]
        f0, g0 = along[i, d], along[i, e]
        f1, g1 = (along[j, d], along[j, e]) if i + 1 < half else (0.0, 0.0)
        f2, g2 = (along[k, d], along[k, e]) if i + 2 < half else (0.0, 0.0)
        f3, g3 = (along[m, d], along[m, e]) if i + 3 < half else (0.0, 0.0)
        for n in range(len(out)):
            out[n] = out[n] + a[n] * f0 + b[n] * f1 + p[n] * f2 + q[n] * f3
            other[n] = other[n] + a[n] * g0 + b[n] * g1 + p[n] * g2 + q[n] * g3
        i += 4


@sums
def _inner_products(row: Floats, weighted: Floats, out: Floats) -> None:
    """Write the products of a row with the rows of ``weighted``, four at a time."""
    count, k = len(out), 0
    while k < count:
        j, m, n = min(k + 1, count - 1), min(k + 2, count - 1), min(k + 3, count - 1)
        p, q, r, s = weighted[k], weighted[j], weighted[m], weighted[n]
        a, b, c, d = 0.0, 0.0, 0.0, 0.0
        for x in range(len(row)):
            a += row[x] * p[x]
            b += row[x] * q[x]
            c += row[x] * r[x]
            d += row[x] * s[x]
        out[k], out[j], out[m], out[n] = a, b, c, d
        k += 4


@loops
def evaluate(
    first: int,
    last: int,
    y: Floats,
    log_target: Floats,
    result: Evaluation,
    tables: Tables,
    beside: int,
) -> None:
    """Do `bildsim.density.kernels.evaluate` without covariances, ``beside`` robots at a time."""
    along, fold = tables.polynomials, tables.fold
    nodes, degrees = along.shape
    size, half, width = (degrees + 1) // 2, len(fold), beside * nodes
    theta, rows = np.zeros((beside, size, size)), np.zeros((7, width))
    grid, folded, peak = np.empty((nodes, width)), np.empty((4, half, width)), np.empty(width)
    partial, moments = np.empty((2, degrees + 1, width)), np.empty((2, beside, degrees, degrees))
    padded, weighted = np.zeros((half, 7)), np.empty((degrees, nodes))
    across, target = np.empty((size, nodes)), np.empty((nodes, width))
    padded[:, :size] = along[:half, :size]
    for j in range(nodes):
        # The middle node's weight is halved in ``fold``, as it is its own mirror image.
        mirror = min(j, nodes - 1 - j)
        weight = fold[mirror] * (2.0 if mirror == nodes - 1 - mirror else 1.0)
        for d in range(degrees):
            weighted[d, j] = along[j, d] * weight
        across[:, j] = along[j, :size]
        for n in range(width):
            target[j, n] = log_target[j, n % nodes]
    for start in range(first, last, beside):
        count = min(beside, last - start)
        for robot in range(beside):
            i = start + min(robot, count - 1)
            for k in range(y.shape[1]):
                theta[robot, tables.degree_y[k], tables.degree_x[k]] = y[i, k]
        _fill_rows(theta, across, rows)
        _fill_exponent(rows, padded, grid, peak)
        _spread_peaks(peak, nodes)
        for i in range(half):
            _exponentiate(i, grid, target, peak, fold[i], folded)
        for kind in range(2):
            used = size if kind else degrees
            for parity in range(2):
                for d in range(parity, used, 4):
                    e = min(d + 2, degrees)
                    source, out = folded[2 * kind + parity], partial[kind]
                    _contract(source, along, d, min(e, degrees - 1), out[d], out[e])
            for d in range(used):
                for robot in range(count):
                    row = partial[kind, d, robot * nodes : (robot + 1) * nodes]
                    _inner_products(row, weighted[:used], moments[kind, robot, d, :used])
        for robot in range(count):
            i, mass = start + robot, moments[0, robot, 0, 0]
            excess = moments[1, robot, 0, 0] / mass
            result.log_z[i] = peak[robot * nodes] + np.log(mass)
            for k in range(y.shape[1]):
                a, b = tables.degree_x[k], tables.degree_y[k]
                mean = moments[0, robot, b, a] / mass
                result.mean[i, k] = mean
                result.gradient[i, k] = moments[1, robot, b, a] / mass - mean * excess
            for n in range(degrees * degrees):
                result.moments[i, n] = moments[0, robot, n // degrees, n % degrees] / mass
