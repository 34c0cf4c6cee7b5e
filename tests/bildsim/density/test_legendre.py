import numpy as np
import pytest
from numpy.polynomial import legendre as reference

from bildsim.density import legendre

POINTS = np.linspace(-1.0, 1.0, 37)


# The recurrence loses about one rounding a degree.
@pytest.mark.parametrize("order", [0, 1, 2, 6, 24])
def test_values_are_numpys(order):
    expected = reference.legvander(POINTS, order)
    assert np.abs(legendre.values(POINTS, order) - expected).max() <= 1e-14


@pytest.mark.parametrize("order", [0, 1, 2, 6, 12])
def test_derivatives_are_numpys(order):
    expected = reference.legval(POINTS, reference.legder(np.eye(order + 1), axis=0)).T
    assert np.abs(legendre.derivatives(POINTS, order) - expected).max() <= 1e-12


def test_any_shape_of_points_gains_one_axis():
    points = POINTS[:36].reshape(3, 4, 3)
    assert legendre.values(points, 5).shape == (3, 4, 3, 6)
    assert legendre.derivatives(points, 5).shape == (3, 4, 3, 6)


@pytest.mark.parametrize("order", [1, 6, 12])
def test_products_are_sums_of_twice_the_degree(order):
    coefficients = legendre.product_coefficients(order)
    p = legendre.values(POINTS, order)
    products = np.einsum("na,nb->nab", p, p)
    sums = np.einsum("abc,nc->nab", coefficients, legendre.values(POINTS, 2 * order))
    assert np.abs(sums - products).max() <= 1e-13
