"""Compiled passes over the density grid: ln Z, E[phi], Cov[phi] and grad f for many robots.

Everything the estimator needs of p(.; y) follows from one exponential at each grid point:

1. ln p on the grid is P^T Theta P, two small matrix products, because the statistics are products
   of one-dimensional polynomials. Nodes at +x and -x share the work: P_a(-x) = (-1)^a P_a(x).
2. The moments E[P_c(x) P_d(y)] for c, d <= 2 kappa are two more small products.
3. E[phi phi^T] is a linear image of those moments (bildsim.density.legendre.product_coefficients),
   so the (G^2, m) design matrix is never formed.
4. grad f = Cov(phi, ln p - ln p*) is one more product, with the exponent at hand.

Eight robots go through the passes side by side (bildsim.numerics.lanes). What is summed over the
grid is in bildsim.density.grid_kernels. From y, (N, m), come rows of `Evaluation`. NumPy needs a
dozen passes over arrays of (N, G, G) or (N, m, m) numbers for the same; how many times as long it
takes says ``python -m benchmarks.round_cost``.
"""

from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.density.grid_kernels import empty, grid_sums, log_density
from bildsim.density.kernel_tables import Tables, Workspace, axis_size, workspace
from bildsim.numerics.compiling import inlined, inlined_early, kernel
from bildsim.numerics.lanes import WIDTH, Lanes, element, load, spread, store
from bildsim.numerics.transpose import gather_rows, scatter_rows

_compiled = kernel(__file__)


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


@inlined
def _expectations(degrees: int, tables: Tables, work: Workspace) -> tuple[Lanes, Lanes]:
    """Divide the sums by the mass; fill work.mean, and work.gradient with Cov(phi, ln p - ln p*).

    Returns the mass and y . E[phi] - E[ln p - ln p*], without what was constant on the grid.
    """
    size, joint = axis_size(tables), degrees * degrees
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


@inlined
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


@inlined
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


@inlined_early
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
    degrees = tables.polynomials.shape[1] if wide else axis_size(tables)
    gather_rows(y, first, count, work.y, tables.own)
    for k in range(tables.own.size):
        store(work.theta, element(tables.theta, k), load(work.y, k))
    peak = log_density(tables, work)
    empty(peak, tables, work)
    grid_sums(degrees, peak, log_target, tables, work)
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


@_compiled
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
