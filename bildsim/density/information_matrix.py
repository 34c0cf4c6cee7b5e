"""The Wasserstein information matrix of the density family: a metric for the robots' motion."""

from functools import cache

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.density import legendre
from bildsim.density.legendre_family import LegendreFamily
from bildsim.numerics.aligned import aligned_empty

_BLOCK = 256


def information(family: LegendreFamily, moments: Floats) -> Floats:
    """Return M(y) = E_y[grad phi^T grad phi], (N, m, m), in 1/m^2.

    Moving every robot by -grad phi(x) z changes the swarm's mean statistics by -M z, so M^-1 turns
    a wanted change of the moments into the motion of least effort that causes it (Li and Zhao,
    Wasserstein information matrix, Information Geometry 6, 2023). Products of derivatives are short
    Legendre sums too, so M is a linear image of the moments E_y[P_e(x) P_f(y)], e, f <= 2 kappa.

    Args:
        family: the density family.
        moments: (N, (2 kappa + 1)^2) as ``LegendreFamily.evaluate`` gives them.
    """
    values, slopes = _product_sums(family.order)
    degrees = 2 * family.order + 1
    # By degree in x, then in y.
    table = moments.reshape(-1, degrees, degrees).swapaxes(1, 2)
    matrix = np.empty((len(table), family.size, family.size))
    # What stands between moments and M is several times as large as M: only so many at a time.
    for first in range(0, len(table), _BLOCK):
        block = slice(first, first + _BLOCK)
        matrix[block] = _matrices(table[block], values, slopes, family.order + 1)
    return matrix


def _matrices(moments: Floats, values: Floats, slopes: Floats, side: int) -> Floats:
    """Return M, (N, m, m), from the moments and the Legendre sums of the products."""
    # Rows (a, c), columns (b, d): statistic (a, b) against statistic (c, d).
    products = slopes @ (moments @ values.T) + values @ (moments @ slopes.T)
    matrix = products.reshape(len(moments), side, side, side, side).swapaxes(2, 3)
    return np.asarray(matrix.reshape(len(moments), side**2, side**2)[:, 1:, 1:])


def packed_information(family: LegendreFamily, moments: Floats) -> Floats:
    """Return the upper triangles of M(y), (N, m (m + 1) / 2); see ``information``."""
    values, slopes = upper_sums(family.order)
    table = _by_degree(family, moments)
    products = slopes @ (table @ values.T) + values @ (table @ slopes.T)
    return _packed(family, products)


def _by_degree(family: LegendreFamily, moments: Floats) -> Floats:
    """Return the moments by degree in x, then in y, (N, 2 kappa + 1, 2 kappa + 1)."""
    degrees = 2 * family.order + 1
    return moments.reshape(-1, degrees, degrees).swapaxes(1, 2)


def _packed(family: LegendreFamily, products: Floats) -> Floats:
    """Return packed triangles of what is given by pairs of factors in x and in y, (N, u, u)."""
    packed = aligned_empty(len(products), family.packed_size)
    np.take(products.reshape(len(products), -1), family.tables.second, axis=1, out=packed)
    return packed


@cache
def upper_sums(order: int) -> tuple[Floats, Floats]:
    """Return the Legendre sums of P_a P_c and of P_a' P_c' for a <= c, each (T, 2 kappa + 1).

    Row t belongs to the t-th product of `bildsim.density.kernel_tables.Tables`.
    """
    side = order + 1
    rows, columns = np.triu_indices(side)
    values, slopes = _product_sums(order)
    return values[rows * side + columns], slopes[rows * side + columns]


def metric(family: LegendreFamily, moments: Floats, ridge: float) -> Floats:
    """Return M(y) + e I with e ``ridge`` times the mean eigenvalue of M; see ``information``."""
    matrix = information(family, moments)
    diagonal = np.arange(family.size)
    extra = ridge * np.trace(matrix, axis1=1, axis2=2) / family.size
    matrix[:, diagonal, diagonal] += extra[:, None]
    return matrix


@cache
def _product_sums(order: int) -> tuple[Floats, Floats]:
    """Return the Legendre sums of P_a P_c and of P_a' P_c', each (K^2, 2 kappa + 1)."""
    sums = legendre.product_coefficients(order)
    expand = legendre.derivative_coefficients(order)
    slopes = np.einsum("ag,ch,ghe->ace", expand, expand, sums)
    pairs = (order + 1) ** 2
    return sums.reshape(pairs, -1), slopes.reshape(pairs, -1)
