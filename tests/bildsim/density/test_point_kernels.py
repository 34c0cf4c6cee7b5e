"""Compiled passes over points against polynomials written out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import legendre

from bildsim.density.point_kernels import ascent_pass, statistics_pass


def statistics(points, order):
    x, y = (legendre.legvander(points[:, k], order) for k in (0, 1))
    return np.einsum("na,nb->nab", x, y).reshape(len(points), -1)[:, 1:]


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 30), st.integers(1, 12), st.integers(0, 2**31))
def test_statistics_are_products_of_polynomials(count, order, seed):
    points = np.random.default_rng(seed).uniform(-1.0, 1.0, (count, 2))
    found = np.full((count, (order + 1) ** 2 - 1), np.nan)
    statistics_pass(0, count, points, found)
    np.testing.assert_allclose(found, statistics(points, order), rtol=0, atol=1e-12)


@pytest.mark.parametrize("order", [1, 4, 9])
def test_ascent_is_the_gradient_of_the_statistics_along_z(order):
    """Central differences of phi(x) . z."""
    rng = np.random.default_rng(order)
    points, size = rng.uniform(-0.9, 0.9, (13, 2)), (order + 1) ** 2 - 1
    z, found, h = rng.standard_normal((13, size)), np.empty((13, 2)), 1e-5
    ascent_pass(0, 13, points, z, found)
    for axis, unit in enumerate(np.eye(2)):
        ahead, behind = (statistics(points + s * h * unit, order) for s in (1, -1))
        slope = np.einsum("nm,nm->n", ahead - behind, z) / (2 * h)
        np.testing.assert_allclose(found[:, axis], slope, rtol=1e-6, atol=1e-6)


def test_only_the_rows_asked_for_are_written():
    points = np.random.default_rng(0).uniform(-1.0, 1.0, (20, 2))
    found = np.full((20, 3), np.nan)
    statistics_pass(5, 14, points, found)
    assert np.isnan(found[:5]).all()
    assert np.isnan(found[14:]).all()
    np.testing.assert_allclose(found[5:14], statistics(points, 1)[5:14], atol=1e-14)


@pytest.mark.parametrize("order", [1, 5, 6, 12])
def test_a_point_gets_the_same_bits_wherever_it_stands(order):
    rng, size = np.random.default_rng(order), (order + 1) ** 2 - 1
    points, z = rng.uniform(-1.0, 1.0, (19, 2)), rng.standard_normal((19, size))
    phi, ascent = np.empty((19, size)), np.empty((19, 2))
    statistics_pass(0, 19, points, phi)
    ascent_pass(0, 19, points, z, ascent)
    for i in range(19):
        alone, one = np.empty((1, size)), np.empty((1, 2))
        statistics_pass(0, 1, points[i : i + 1], alone)
        ascent_pass(0, 1, points[i : i + 1], z[i : i + 1], one)
        assert (alone[0] == phi[i]).all()
        assert (one[0] == ascent[i]).all()
