"""(H(y_i) + gamma M(y_i))^-1 v_i for N robots, from what each keeps of its own density, compiled.

A robot's moments, (2 kappa + 1)^2 numbers, hold both matrices: H(y_i) = Cov[phi] + w I of (5), and
M(y_i) = E[grad phi^T grad phi] (`bildsim.density.information_matrix`). The matrix of eight robots
is made of them in scratch memory, (m, m, 8), factorised there once and forgotten; each of K
right-hand sides costs O(m^2) more. It is at least w I, so P_{>= w} has nothing to do.

In NumPy this is ``np.linalg.solve(information(family, moments) * gamma + hessian, vectors)``: five
arrays of (N, m, m) are written and read, and LAPACK is called a robot at a time
(``python -m benchmarks.round_cost`` prints both). They agree but for rounding
(`tests/controllers/bild_macro/solvers/test_own_curvature.py`).
"""

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro.kernels import load_means
from bildsim.controllers.bild_macro.solvers.direct import (
    factor,
    identities,
    padded,
    room_for_factors,
    solve_factored,
)
from bildsim.density.information_matrix import upper_sums
from bildsim.density.kernel_tables import Tables, Workspace, workspace
from bildsim.density.kernels import second_moments
from bildsim.density.legendre_family import LegendreFamily
from bildsim.numerics.compiling import inlined, kernel
from bildsim.numerics.lanes import WIDTH, element, fill, load, scratch, spread, store
from bildsim.numerics.threads import over_robots
from bildsim.numerics.transpose import gather_rows, scatter_rows

_compiled = kernel(__file__)


def own_curvature_solve(
    family: LegendreFamily,
    moments: Floats,
    regularisation: float,
    vectors: Floats,
    long_step: float = 0.0,
) -> Floats:
    """Return (Cov[phi] + w I + gamma M)^-1 v at each robot's own density, (K, N, m).

    Args:
        family: the density family.
        moments: (N, (2 kappa + 1)^2) as ``LegendreFamily.evaluate`` gives them.
        regularisation: w > 0.
        vectors: (K, N, m) K right-hand sides a robot.
        long_step: gamma >= 0.
    """
    solutions = np.empty_like(vectors)
    _, slopes = upper_sums(family.order)
    over_robots(
        len(moments),
        own_curvature_pass,
        moments,
        np.ascontiguousarray(vectors),
        long_step,
        regularisation,
        solutions,
        slopes,
        family.tables,
    )
    return solutions


@inlined
def _along_y(slopes: Floats, tables: Tables, partial: Floats, sloped: Floats, sums: Floats) -> None:
    """Sum the moments over the degrees in y: with products P_b P_d, and with P_b' P_d'.

    Args:
        slopes: (T, 2 kappa + 1) Legendre sums of the products of derivatives.
        tables: the family's constants.
        partial: (T (2 kappa + 1), 8) gets the sums with P_b P_d, by product and degree in x.
        sloped: (T (2 kappa + 1), 8) gets those with P_b' P_d'.
        sums: the moments, degree in y first.
    """
    products, degrees = tables.products.shape
    for t in range(products):
        a, b = element(tables.factors, 2 * t), element(tables.factors, 2 * t + 1)
        for c in range(degrees):
            value, slope = spread(0.0), spread(0.0)
            for f in range((b - a) % 2, b + a + 1, 2):
                moment = load(sums, f * degrees + c)
                value = value + moment * element(tables.products, t * degrees + f)
                slope = slope + moment * element(slopes, t * degrees + f)
            store(partial, t * degrees + c, value)
            store(sloped, t * degrees + c, slope)


@inlined
def _add_information(
    long_step: float, slopes: Floats, tables: Tables, sloped: Floats, work: Workspace
) -> None:
    """Add gamma M to work.second, by the products' indices in x and in y; see ``_along_y``."""
    products, degrees = tables.products.shape
    _along_y(slopes, tables, work.partial, sloped, work.sums)
    for u in range(products):
        a, b = element(tables.factors, 2 * u), element(tables.factors, 2 * u + 1)
        for t in range(products):
            value = spread(0.0)
            for f in range((b - a) % 2, b + a + 1, 2):
                n, place = u * degrees + f, t * degrees + f
                value = value + load(work.partial, place) * element(slopes, n)
                value = value + load(sloped, place) * element(tables.products, n)
            place = u * products + t
            store(work.second, place, load(work.second, place) + value * long_step)


@inlined
def _fill_matrix(
    regularisation: float, size: int, tables: Tables, matrix: Floats, work: Workspace
) -> None:
    """Fill the matrix's upper triangle with work.second less E[phi] E[phi]^T, plus w I."""
    load_means(work.mean, tables, work)
    n = 0
    for k in range(tables.own.size):
        own = load(work.mean, k)
        for h in range(k, tables.own.size):
            joint = load(work.second, element(tables.second, n))
            store(matrix, k * size + h, joint - own * load(work.mean, h))
            n += 1
        store(matrix, k * size + k, load(matrix, k * size + k) + regularisation)


@_compiled
def own_curvature_pass(
    first: int,
    last: int,
    moments: Floats,
    vectors: Floats,
    long_step: float,
    regularisation: float,
    solutions: Floats,
    slopes: Floats,
    tables: Tables,
) -> None:
    """Do `own_curvature_solve` for the robots first..last-1.

    Args:
        first: first robot.
        last: one past the last robot.
        moments: (N, (2 kappa + 1)^2).
        vectors: (K, N, m).
        long_step: gamma; 0 for H(y_i) alone.
        regularisation: w.
        solutions: (K, N, m) gets the solutions.
        slopes: (T, 2 kappa + 1) Legendre sums of P_a' P_c'.
        tables: the density family's constants.
    """
    work, rows = workspace(tables), tables.own.size
    size = padded(rows)
    matrix, factors, vector = identities(size), room_for_factors(size), scratch(size)
    sloped, places = scratch(len(work.partial)), np.arange(moments.shape[1])
    for start in range(first, last, WIDTH):
        count = min(WIDTH, last - start)
        gather_rows(moments, start, count, work.sums, places)
        second_moments(tables, work)
        if long_step > 0.0:
            _add_information(long_step, slopes, tables, sloped, work)
        _fill_matrix(regularisation, size, tables, matrix, work)
        factor(0.0, matrix, factors)
        for k in range(len(vectors)):
            fill(vector, rows, size, 0.0)
            gather_rows(vectors[k], start, count, vector, tables.own)
            solve_factored(factors, vector)
            scatter_rows(vector, solutions[k], start, count)
