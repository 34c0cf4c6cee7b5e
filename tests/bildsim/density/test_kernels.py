"""The compiled passes over the grid against sums written out in NumPy."""

import numpy as np
import pytest
from numpy.polynomial import legendre

from bildsim.density.legendre_family import LegendreFamily
from bildsim.targets.target import named_target


def written_out(family, y, log_target):
    """Return ln Z, E[phi], the moments of twice the order, Cov[phi], E[ln p*] and grad f."""
    grid = family.grid
    phi = family.statistics(grid.points.reshape(-1, 2))
    weights = np.outer(grid.weights, grid.weights).ravel()
    exponent = phi @ y
    mass = weights * np.exp(exponent)
    log_z, p = np.log(mass.sum()), mass / mass.sum()
    mean = p @ phi
    covariance = (phi * p[:, None]).T @ phi - np.outer(mean, mean)
    degrees = range(2 * family.order + 1)
    x, z = (legendre.legvander(grid.points.reshape(-1, 2)[:, k], degrees[-1]) for k in (0, 1))
    moments = np.array([p @ (x[:, c] * z[:, d]) for d in degrees for c in degrees])
    target = log_target.ravel()
    surplus = exponent - log_z - target
    gradient = (p * surplus) @ phi - mean * (p @ surplus)
    return log_z, mean, moments, covariance, p @ target, gradient


@pytest.mark.parametrize("order", [1, 2, 5])
@pytest.mark.parametrize("rows", [1, 8, 11])
def test_all_sums(order, rows):
    family = LegendreFamily(order, 0.1)
    log_target = np.log(named_target("ring").on_grid(family.grid))
    y = np.random.default_rng(rows).normal(0.0, 0.7, (rows, family.size))
    found = family.evaluate(y, log_target, moments=True)
    for i in range(rows):
        log_z, mean, moments, covariance, expected, gradient = written_out(family, y[i], log_target)
        assert found.log_z[i] == pytest.approx(log_z, abs=1e-12)
        assert found.expected[i] == pytest.approx(expected, abs=1e-12)
        np.testing.assert_allclose(found.mean[i], mean, rtol=0, atol=1e-13)
        np.testing.assert_allclose(found.moments[i], moments, rtol=0, atol=1e-13)
        unpacked = family.unpack(found.covariance[i])
        np.testing.assert_allclose(unpacked, covariance, rtol=0, atol=1e-13)
        np.testing.assert_allclose(found.gradient[i], gradient, rtol=0, atol=1e-12)


def test_what_is_not_asked_for_is_not_computed():
    family = LegendreFamily(2)
    found = family.evaluate(np.zeros((3, family.size)), second=False)
    assert found.covariance.size == found.moments.size == 0
    np.testing.assert_allclose(found.mean, 0.0, atol=1e-3)


def test_a_density_does_not_depend_on_its_company():
    family = LegendreFamily(4)
    y = np.random.default_rng(0).normal(0.0, 1.0, (19, family.size))
    together = family.evaluate(y)
    for i in (0, 7, 8, 18):
        alone = family.evaluate(y[i : i + 1])
        assert alone.covariance.tobytes() == together.covariance[i].tobytes()
        assert alone.log_z[0] == together.log_z[i]
