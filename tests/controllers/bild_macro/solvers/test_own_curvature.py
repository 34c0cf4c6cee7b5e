"""Solves with H(y_i) + gamma M(y_i), made in registers, against NumPy's, robot by robot."""

import numpy as np
import pytest

from bildsim.controllers.bild_macro.solvers.own_curvature import (
    own_curvature_pass,
    own_curvature_solve,
)
from bildsim.density.information_matrix import information, upper_sums
from bildsim.density.legendre_family import LegendreFamily

RIDGE = 1e-4


def densities(order, robots, seed=0):
    """Return a family and the moments and Hessians of some robots' densities."""
    family, rng = LegendreFamily(order, 0.1), np.random.default_rng(seed)
    found = family.evaluate(0.5 * rng.standard_normal((robots, family.size)), moments=True)
    hessians = family.unpack(found.covariance) + RIDGE * np.eye(family.size)
    return family, found.moments, hessians


@pytest.mark.parametrize("order", [1, 2, 3, 5, 6])
@pytest.mark.parametrize("robots", [1, 8, 21])
@pytest.mark.parametrize("gamma", [0.0, 0.2, 50.0])
def test_solutions_equal_those_of_numpy(order, robots, gamma):
    family, moments, hessians = densities(order, robots)
    vectors = np.random.default_rng(1).standard_normal((3, robots, family.size))
    found = own_curvature_solve(family, moments, RIDGE, vectors, gamma)
    matrices = hessians + gamma * information(family, moments)
    for one, right in zip(found, vectors, strict=True):
        expected = np.linalg.solve(matrices, right[:, :, None])[:, :, 0]
        np.testing.assert_allclose(one, expected, rtol=0, atol=1e-9 * np.abs(expected).max())


def test_right_hand_sides_may_be_views_and_are_not_changed():
    family, moments, _ = densities(3, 5)
    wide = np.random.default_rng(2).standard_normal((2, 5, 2 * family.size))
    before = wide.copy()
    found = own_curvature_solve(family, moments, RIDGE, wide[:, :, ::2])
    expected = own_curvature_solve(family, moments, RIDGE, wide[:, :, ::2].copy())
    assert found.tobytes() == expected.tobytes()
    assert wide.tobytes() == before.tobytes()


def test_neither_a_robots_place_nor_the_ranges_change_a_bit():
    family, moments, _ = densities(4, 19)
    vectors = np.random.default_rng(3).standard_normal((2, 19, family.size))
    whole = own_curvature_solve(family, moments, RIDGE, vectors, 0.3)
    turned = own_curvature_solve(
        family, np.roll(moments, 5, axis=0), RIDGE, np.roll(vectors, 5, axis=1), 0.3
    )
    assert np.roll(turned, -5, axis=1).tobytes() == whole.tobytes()
    parts, slopes = np.full_like(vectors, np.nan), upper_sums(4)[1]
    for first, last in ((16, 19), (0, 8), (8, 16)):
        own_curvature_pass(first, last, moments, vectors, 0.3, RIDGE, parts, slopes, family.tables)
    assert parts.tobytes() == whole.tobytes()
