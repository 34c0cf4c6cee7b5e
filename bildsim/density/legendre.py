"""Legendre polynomials on [-1, 1]: values, derivatives, and products written as sums."""

import numpy as np
from numpy.polynomial import legendre

from bildsim.basics.arrays import Floats


def values(points: Floats, order: int) -> Floats:
    """Return P_0..P_order at the points.

    Bonnet's recurrence, the one the paper states in section V.

    Args:
        points: (...,) coordinates in [-1, 1].
        order: highest degree kappa.

    Returns:
        (..., order + 1) values.
    """
    points = np.asarray(points, dtype=np.float64)
    result = np.empty((*points.shape, order + 1))
    result[..., 0] = 1.0
    if order >= 1:
        result[..., 1] = points
    for degree in range(2, order + 1):
        result[..., degree] = (
            (2 * degree - 1) * points * result[..., degree - 1]
            - (degree - 1) * result[..., degree - 2]
        ) / degree
    return result


def derivatives(points: Floats, order: int) -> Floats:
    """Return P_0'..P_order' at the points, shape (..., order + 1).

    Uses P_n' = P_{n-2}' + (2n - 1) P_{n-1}, which has no division that fails at the ends.
    """
    value = values(points, order)
    result = np.zeros_like(value)
    if order >= 1:
        result[..., 1] = 1.0
    for degree in range(2, order + 1):
        result[..., degree] = result[..., degree - 2] + (2 * degree - 1) * value[..., degree - 1]
    return result


def product_coefficients(order: int) -> Floats:
    """Return L with P_a P_b = sum_c L[a, b, c] P_c, shape (order+1, order+1, 2*order+1).

    A product of two Legendre polynomials is a short Legendre sum (Adams' formula), so second
    moments of the statistics are a linear image of first moments of twice the degree.
    """
    size = order + 1
    result = np.zeros((size, size, 2 * order + 1))
    unit = np.eye(size)
    for a in range(size):
        for b in range(size):
            product = legendre.legmul(unit[a, : a + 1], unit[b, : b + 1])
            result[a, b, : product.size] = product
    return result


def derivative_coefficients(order: int) -> Floats:
    """Return D with P_a' = sum_c D[a, c] P_c, shape (order + 1, order + 1)."""
    result = np.zeros((order + 1, order + 1))
    for a in range(1, order + 1):
        slope = legendre.legder(np.eye(order + 1)[a, : a + 1])
        result[a, : slope.size] = slope
    return result
