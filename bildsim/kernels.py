"""Compiled passes over the density grid: one robot's log-partition, moments and covariance.

Everything the estimator needs of p(.; y) follows from one exponential at each grid point:

1. ln p on the grid is P^T Theta P, two small matrix products, because the statistics are products
   of one-dimensional polynomials. Rows at +y and -y share the work: P_b(-y) = (-1)^b P_b(y).
2. The moments E[P_c(x) P_d(y)] for c, d <= 2 kappa are two more small products.
3. E[phi phi^T] is a linear image of those moments (bildsim.legendre.product_coefficients), so the
   (G^2, m) design matrix is never formed.

Loops run over rows of adjacent numbers so that the compiler vectorises them without reordering
sums: the result does not depend on how robots are divided among threads.
"""

from typing import NamedTuple

import numba
import numpy as np

from bildsim.arrays import Floats, Ints
from bildsim.fast_exp import fast_exp

_FAST = {"contract"}


class Tables(NamedTuple):
    """Constants of a density family, laid out for the kernels (kappa the order, K = kappa + 1).

    Attributes:
        polynomials: (2K - 1, G) P_d at the grid's nodes.
        node_polynomials: (G, 2K - 1), its transpose.
        weights: (G,) one-dimensional quadrature weights.
        degree_x, degree_y: (m,) degrees a, b of each statistic.
        products: (2K - 1, T) coefficient of P_f in the t-th of the T = K (K + 1) / 2 products.
        pair: (K, K) index of the product P_a P_b.
    """

    polynomials: Floats
    node_polynomials: Floats
    weights: Floats
    degree_x: Ints
    degree_y: Ints
    products: Floats
    pair: Ints


class Workspace(NamedTuple):
    """Scratch arrays for one thread."""

    theta: Floats
    rows: Floats
    grid: Floats
    fold: Floats
    half: Floats
    moments: Floats
    partial: Floats
    second: Floats


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def workspace(tables: Tables) -> Workspace:
    """Allocate the scratch arrays that the passes below need."""
    degrees, nodes = tables.polynomials.shape
    size = tables.pair.shape[0]
    products = tables.products.shape[1]
    return Workspace(
        np.zeros((size, size)),
        np.empty((size, nodes)),
        np.empty((nodes, nodes)),
        np.empty((4, nodes)),
        np.empty((degrees, nodes)),
        np.empty((degrees, degrees)),
        np.empty((products, degrees)),
        np.empty((products, products)),
    )


@numba.njit(cache=True, fastmath=_FAST)  # type: ignore[untyped-decorator]
def log_density(y: Floats, tables: Tables, work: Workspace) -> float:
    """Fill work.grid with y . phi on the grid and return its largest value."""
    theta, rows, grid, fold = work.theta, work.rows, work.grid, work.fold
    size, nodes = rows.shape
    for k in range(y.size):
        theta[tables.degree_y[k], tables.degree_x[k]] = y[k]
    for b in range(size):
        rows[b, :] = 0.0
        for a in range(size):
            factor = theta[b, a]
            for j in range(nodes):
                rows[b, j] += factor * tables.polynomials[a, j]
    even, odd = fold[0], fold[1]
    for i in range((nodes + 1) // 2):
        even[:] = 0.0
        odd[:] = 0.0
        for b in range(0, size, 2):
            factor = tables.polynomials[b, i]
            for j in range(nodes):
                even[j] += factor * rows[b, j]
        for b in range(1, size, 2):
            factor = tables.polynomials[b, i]
            for j in range(nodes):
                odd[j] += factor * rows[b, j]
        for j in range(nodes):
            grid[i, j] = even[j] + odd[j]
            grid[nodes - 1 - i, j] = even[j] - odd[j]
    peak = -np.inf
    for i in range(nodes):
        for j in range(nodes):
            peak = max(peak, grid[i, j])
    return peak


@numba.njit(cache=True, fastmath=_FAST)  # type: ignore[untyped-decorator]
def exponentiate(peak: float, tables: Tables, work: Workspace) -> None:
    """Turn the log-density in work.grid into unnormalised weighted probabilities."""
    grid = work.grid
    nodes = grid.shape[0]
    for i in range(nodes):
        weight = tables.weights[i]
        for j in range(nodes):
            grid[i, j] = fast_exp(grid[i, j] - peak) * (weight * tables.weights[j])


@numba.njit(cache=True, fastmath=_FAST)  # type: ignore[untyped-decorator]
def raw_moments(degrees: int, tables: Tables, work: Workspace) -> None:
    """Fill work.moments[d, c] with the sums of grid * P_c(x) P_d(y) for c, d < degrees."""
    grid, half, moments = work.grid, work.half, work.moments
    nodes = grid.shape[0]
    plus, minus = work.fold[2], work.fold[3]
    half[:degrees, :] = 0.0
    for i in range(nodes // 2):
        for j in range(nodes):
            plus[j] = grid[i, j] + grid[nodes - 1 - i, j]
            minus[j] = grid[i, j] - grid[nodes - 1 - i, j]
        for d in range(0, degrees, 2):
            factor = tables.polynomials[d, i]
            for j in range(nodes):
                half[d, j] += factor * plus[j]
        for d in range(1, degrees, 2):
            factor = tables.polynomials[d, i]
            for j in range(nodes):
                half[d, j] += factor * minus[j]
    if nodes % 2 == 1:
        middle = nodes // 2
        for d in range(0, degrees, 2):
            factor = tables.polynomials[d, middle]
            for j in range(nodes):
                half[d, j] += factor * grid[middle, j]
    for d in range(degrees):
        moments[d, :degrees] = 0.0
        for j in range(nodes):
            factor = half[d, j]
            for c in range(degrees):
                moments[d, c] += factor * tables.node_polynomials[j, c]


@numba.njit(cache=True, fastmath=_FAST)  # type: ignore[untyped-decorator]
def second_moments(tables: Tables, work: Workspace) -> None:
    """Fill work.second[t, u] with E[(P_b P_b')(y) (P_a P_a')(x)], t and u the product indices."""
    products = tables.products.shape[1]
    degrees = tables.products.shape[0]
    partial, second, moments = work.partial, work.second, work.moments
    for t in range(products):
        partial[t, :] = 0.0
        for d in range(degrees):
            factor = tables.products[d, t]
            if factor != 0.0:
                for c in range(degrees):
                    partial[t, c] += factor * moments[d, c]
    for t in range(products):
        second[t, :] = 0.0
        for c in range(degrees):
            factor = partial[t, c]
            for u in range(products):
                second[t, u] += factor * tables.products[c, u]


@numba.njit(cache=True, fastmath=_FAST)  # type: ignore[untyped-decorator]
def moments(y: Floats, mean: Floats, tables: Tables, work: Workspace) -> float:
    """Write E_y[phi] into ``mean`` (m,) and return ln Z(y)."""
    peak = log_density(y, tables, work)
    exponentiate(peak, tables, work)
    raw_moments(tables.pair.shape[0], tables, work)
    mass = work.moments[0, 0]
    for k in range(y.size):
        mean[k] = work.moments[tables.degree_y[k], tables.degree_x[k]] / mass
    return peak + np.log(mass)


@numba.njit(cache=True, fastmath=_FAST)  # type: ignore[untyped-decorator]
def moments_and_covariance(
    y: Floats, mean: Floats, packed: Floats, tables: Tables, work: Workspace
) -> float:
    """Write E_y[phi] into ``mean`` and the packed covariance; return ln Z(y).

    Args:
        y: (m,) natural parameters.
        mean: (m,) output.
        packed: (m (m + 1) / 2,) output, the upper triangle of Cov_y[phi] row by row.
        tables: the family's constants.
        work: scratch arrays; work.grid keeps the weighted probabilities times Z.
    """
    peak = log_density(y, tables, work)
    exponentiate(peak, tables, work)
    raw_moments(tables.polynomials.shape[0], tables, work)
    mass = work.moments[0, 0]
    for d in range(work.moments.shape[0]):
        for c in range(work.moments.shape[1]):
            work.moments[d, c] /= mass
    for k in range(y.size):
        mean[k] = work.moments[tables.degree_y[k], tables.degree_x[k]]
    second_moments(tables, work)
    n = 0
    for k in range(y.size):
        row_y, row_x = tables.pair[tables.degree_y[k]], tables.pair[tables.degree_x[k]]
        own = mean[k]
        for h in range(k, y.size):
            value = work.second[row_y[tables.degree_y[h]], row_x[tables.degree_x[h]]]
            packed[n] = value - own * mean[h]
            n += 1
    return peak + np.log(mass)


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def grid_covariance(
    log_target: Floats, mean: Floats, result: Floats, tables: Tables, work: Workspace
) -> float:
    """Write Cov_y(phi, ln p*) into ``result`` and return E_y[ln p*].

    Call it right after ``moments`` or ``moments_and_covariance`` of the same y: it reads the
    probabilities left in work.grid, and overwrites them.
    """
    grid = work.grid
    nodes = grid.shape[0]
    total = 0.0
    mass = 0.0
    for i in range(nodes):
        for j in range(nodes):
            mass += grid[i, j]
            grid[i, j] *= log_target[i, j]
            total += grid[i, j]
    raw_moments(tables.pair.shape[0], tables, work)
    expected = total / mass
    for k in range(mean.size):
        joint = work.moments[tables.degree_y[k], tables.degree_x[k]] / mass
        result[k] = joint - mean[k] * expected
    return expected
