"""Compiled passes over the density grid: ln Z, E[phi], Cov[phi] and grad f for many robots.

Everything the estimator needs of p(.; y) follows from one exponential at each grid point:

1. ln p on the grid is P^T Theta P, two small matrix products, because the statistics are products
   of one-dimensional polynomials. Nodes at +x and -x share the work: P_a(-x) = (-1)^a P_a(x).
2. The moments E[P_c(x) P_d(y)] for c, d <= 2 kappa are two more small products.
3. E[phi phi^T] is a linear image of those moments (bildsim.legendre.product_coefficients), so the
   (G^2, m) design matrix is never formed.

4. grad f = Cov(phi, ln p - ln p*) is one more product, with the exponent at hand.

Eight robots go through the passes side by side (bildsim.lanes).
"""

from typing import NamedTuple

import numba
import numpy as np

from bildsim.arrays import Floats, Ints
from bildsim.fast_exp import fast_exp
from bildsim.lanes import WIDTH, Lanes, element, load, maximum, scratch, spread, store
from bildsim.transposition import gather_rows, scatter_rows

# Small functions become part of their callers: a call would cost more than their work.
_inlined = numba.njit(inline="always")


class Tables(NamedTuple):
    """Constants of a density family, laid out for the kernels (kappa the order, K = kappa + 1).

    Attributes:
        polynomials: (G, 2K - 1) P_d at the grid's nodes.
        weights: (G,) one-dimensional quadrature weights.
        fold: ((G + 1) // 2,) the weights, halved for a node that is its own mirror image.
        degree_x, degree_y: (m,) degrees a, b of each statistic.
        products: (T, 2K - 1) coefficient of P_f in the t-th of the T = K (K + 1) / 2 products.
        factors: (T, 2) the degrees a <= b of each product.
        second: (m (m + 1) / 2,) where E[phi_k phi_h], k <= h, row by row, stands among the T x T
            second moments: the index in x times T plus that in y.
        own, theta: (m,) 0..m-1, and where y_k stands among the K x K coefficients.
    """

    polynomials: Floats
    weights: Floats
    fold: Floats
    degree_x: Ints
    degree_y: Ints
    products: Floats
    factors: Ints
    second: Ints
    own: Ints
    theta: Ints


class Evaluation(NamedTuple):
    """What the passes find for n robots, a row a robot.

    Attributes:
        log_z: (n,) ln Z(y).
        mean: (n, m) E_y[phi].
        moments: (n, (2 K - 1)^2) E_y[P_c(x) P_d(y)], element d (2 K - 1) + c; (0, 0) if not asked.
        covariance: (n, m (m + 1) / 2) upper triangle of Cov_y[phi] row by row; (0, 0) if not asked.
        expected: (n,) E_y[ln p*].
        gradient: (n, m) grad f(y) = Cov_y(phi, ln p(.; y) - ln p*).
    """

    log_z: Floats
    mean: Floats
    moments: Floats
    covariance: Floats
    expected: Floats
    gradient: Floats


class Workspace(NamedTuple):
    """Scratch arrays for one thread, (n, 8): eight robots a row."""

    y: Floats
    theta: Floats
    rows: Floats
    grid: Floats
    column: Floats
    half: Floats
    sums: Floats
    partial: Floats
    second: Floats
    mean: Floats
    gradient: Floats
    packed: Floats
    line: Floats


@_inlined
def _size(tables: Tables) -> int:
    """Return K, the number of polynomials an axis."""
    degrees: int = tables.polynomials.shape[1]
    return (degrees + 1) // 2


@_inlined
def workspace(tables: Tables) -> Workspace:
    """Allocate the scratch arrays that the passes below need."""
    nodes, degrees = tables.polynomials.shape
    products = tables.products.shape[0]
    statistics, size = tables.own.size, _size(tables)
    theta = scratch(size * size)
    store(theta, 0, spread(0.0))  # the constant statistic, which no y sets
    return Workspace(
        scratch(statistics),
        theta,
        scratch(nodes * size),
        scratch(nodes * nodes),
        scratch(2 * nodes + 2),
        scratch(4 * degrees),
        scratch(degrees * degrees + size * size),
        scratch(products * degrees),
        scratch(products * products),
        scratch(statistics),
        scratch(statistics),
        scratch(tables.second.size),
        scratch(3),
    )


@_inlined
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


@_inlined
def _rows(tables: Tables, work: Workspace) -> None:
    """Fill work.rows[j, b] with the sums over a of Theta[b, a] P_a(x_j)."""
    size, degrees = _size(tables), tables.polynomials.shape[1]
    nodes = tables.weights.size
    for j in range(tables.fold.size):
        for b in range(size):
            even, odd = _parity_sums(work.theta, b * size, tables.polynomials, j * degrees, size)
            store(work.rows, j * size + b, even + odd)
            store(work.rows, (nodes - 1 - j) * size + b, even - odd)


@_inlined
def _log_density(tables: Tables, work: Workspace) -> Lanes:
    """Fill work.grid with y . phi, column after column of the grid; return its largest value.

    Three nodes at a time share what is read of work.rows.
    """
    size, degrees = _size(tables), tables.polynomials.shape[1]
    nodes, half = tables.weights.size, tables.fold.size
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


@_inlined
def _store_mirrored(grid: Floats, low: int, high: int, even: Lanes, odd: Lanes) -> Lanes:
    """Write the sum of even and odd part and their difference; return the larger one."""
    store(grid, low, even + odd)
    store(grid, high, even - odd)
    return maximum(even + odd, even - odd)


@_inlined
def _exponentiate(j: int, peak: Lanes, log_target: Floats, tables: Tables, work: Workspace) -> None:
    """Fill work.column with sums and differences of mirror nodes of the weighted density.

    With a target, the same for the density times ln p - ln p* (but for a constant) follows behind.
    """
    nodes, half = tables.weights.size, tables.fold.size
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


@_inlined
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


@_inlined
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


@_inlined
def _sums(degrees: int, peak: Lanes, log_target: Floats, tables: Tables, work: Workspace) -> None:
    """Fill work.sums[d, c] with sums of the density times P_c(x) P_d(y), c, d < degrees.

    With a target, those of the density times ln p - ln p*, c, d <= kappa, follow behind.
    """
    nodes, half, size = tables.weights.size, tables.fold.size, _size(tables)
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


@_inlined
def _expectations(degrees: int, tables: Tables, work: Workspace) -> tuple[Lanes, Lanes]:
    """Divide the sums by the mass; fill work.mean, and work.gradient with Cov(phi, ln p - ln p*).

    Returns the mass and y . E[phi] - E[ln p - ln p*], without what was constant on the grid.
    """
    size, joint = _size(tables), degrees * degrees
    mass = load(work.sums, 0)
    share = 1.0 / mass
    for n in range(joint + size * size):
        store(work.sums, n, load(work.sums, n) * share)
    excess = load(work.sums, joint)
    along = spread(0.0)
    for k in range(tables.own.size):
        a, b = tables.degree_x[k], tables.degree_y[k]
        mean = load(work.sums, b * degrees + a)
        store(work.mean, k, mean)
        store(work.gradient, k, load(work.sums, joint + b * size + a) - mean * excess)
        along = along + mean * load(work.y, k)
    return mass, along - excess


@_inlined
def second_moments(tables: Tables, work: Workspace) -> None:
    """Fill work.second[u, t] with E[(P_a P_a')(x) (P_b P_b')(y)], u and t the products' indices.

    It is an image of the moments in work.sums.
    """
    products, degrees = tables.products.shape
    for t in range(products):
        a, b = element(tables.factors, 2 * t), element(tables.factors, 2 * t + 1)
        for c in range(degrees):
            value = spread(0.0)
            for f in range(b - a, b + a + 1, 2):
                factor = element(tables.products, t * degrees + f)
                value = value + load(work.sums, f * degrees + c) * factor
            store(work.partial, t * degrees + c, value)
    for u in range(products):
        a, b = element(tables.factors, 2 * u), element(tables.factors, 2 * u + 1)
        for t in range(products):
            value = spread(0.0)
            for f in range(b - a, b + a + 1, 2):
                factor = element(tables.products, u * degrees + f)
                value = value + load(work.partial, t * degrees + f) * factor
            store(work.second, u * products + t, value)


@_inlined
def _covariance(tables: Tables, work: Workspace) -> None:
    """Fill work.packed with the upper triangle of Cov[phi]."""
    second_moments(tables, work)
    statistics, n = tables.own.size, 0
    for k in range(statistics):
        own = load(work.mean, k)
        for h in range(k, statistics):
            joint = load(work.second, element(tables.second, n))
            store(work.packed, n, joint - own * load(work.mean, h))
            n += 1


@_inlined
def evaluate_group(
    first: int,
    count: int,
    y: Floats,
    log_target: Floats,
    result: Evaluation,
    tables: Tables,
    work: Workspace,
) -> None:
    """Evaluate p(.; y) for the ``count`` <= 8 robots from ``first``; see ``evaluate``."""
    wide = result.moments.shape[0] > 0 or result.covariance.shape[0] > 0
    degrees = tables.polynomials.shape[1] if wide else _size(tables)
    gather_rows(y, first, count, work.y, tables.own)
    for k in range(tables.own.size):
        store(work.theta, element(tables.theta, k), load(work.y, k))
    _rows(tables, work)
    peak = _log_density(tables, work)
    _sums(degrees, peak, log_target, tables, work)
    mass, relative = _expectations(degrees, tables, work)
    if result.moments.shape[0] > 0:
        scatter_rows(work.sums, result.moments, first, count)
    if result.covariance.shape[0] > 0:
        _covariance(tables, work)
        scatter_rows(work.packed, result.covariance, first, count)
    scatter_rows(work.mean, result.mean, first, count)
    scatter_rows(work.gradient, result.gradient, first, count)
    store(work.line, 0, peak)
    store(work.line, 1, mass)
    store(work.line, 2, relative - peak)
    for lane in range(count):
        i = first + lane
        result.log_z[i] = work.line[0, lane] + np.log(work.line[1, lane])
        result.expected[i] = work.line[2, lane]


@numba.njit(cache=True, nogil=True)
def evaluate(
    first: int, last: int, y: Floats, log_target: Floats, result: Evaluation, tables: Tables
) -> None:
    """Evaluate p(.; y) for the robots first..last-1.

    Args:
        first: the first robot; its row in ``y`` and in the result.
        last: one past the last robot.
        y: (N, m) natural parameters.
        log_target: (G, G) ln p*; (0, 0) leaves ``expected`` and ``gradient`` without meaning.
        result: where the answers go; moments and a covariance of no rows are not computed.
        tables: the family's constants.
    """
    work = workspace(tables)
    for i in range(first, last, WIDTH):
        evaluate_group(i, min(WIDTH, last - i), y, log_target, result, tables, work)
