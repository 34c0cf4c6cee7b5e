"""Cubic convolution: exact where it should be, and its own gradient."""

import numpy as np

from bildsim.controllers.baselines.kernels.interpolation import interpolate
from bildsim.targets.point_masses import PointMasses
from tests.controllers.baselines.kernels.helpers import TARGET, differences, scatter


def test_interpolation_is_exact_for_quadratics():
    centres = PointMasses.of(TARGET, 14).centres
    x, y = np.meshgrid(centres, centres)
    points = scatter(9, 5, 0.75)
    tables = np.stack([1 + k * x - y + 0.3 * x * x + 2 * x * y - k * y * y for k in range(9)])
    px, py, k = points[:, 0], points[:, 1], np.arange(9)
    value, gradient = interpolate(tables, points)
    expected = 1 + k * px - py + 0.3 * px**2 + 2 * px * py - k * py**2
    slopes = np.stack([k + 0.6 * px + 2 * py, -1 + 2 * px - 2 * k * py], axis=1)
    np.testing.assert_allclose(value, expected, atol=1e-12)
    np.testing.assert_allclose(gradient, slopes, atol=1e-11)


def test_the_gradient_of_an_interpolation_is_its_own_also_at_the_walls():
    table = np.random.default_rng(0).uniform(0.0, 1.0, (1, 8, 8))
    points = np.concatenate([scatter(6, 6), [[-0.999, 0.999], [0.95, -0.97]]])
    expected = differences(lambda at: interpolate(table, at)[0], points)
    np.testing.assert_allclose(interpolate(table, points)[1], expected, rtol=1e-6, atol=1e-7)
