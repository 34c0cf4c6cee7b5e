"""Densities that would overflow, or that sit in a corner, are summed as well as any other."""

import numpy as np
import pytest

from bildsim.density.legendre_family import LegendreFamily


def test_exponents_far_beyond_what_exp_can_hold():
    """ln Z of y . phi with |y| in the thousands: the peak is taken out before exp."""
    family = LegendreFamily(2, 0.1)
    y = np.zeros((1, family.size))
    y[0, 0] = 5000.0  # P_1(y): all mass at y = 1
    found = family.evaluate(y)
    last = family.grid.weights[-1]
    assert found.log_z[0] == pytest.approx(5000.0 + np.log(2.0 * last), rel=1e-12)
    assert found.mean[0, 0] == pytest.approx(1.0, abs=1e-12)
    assert np.isfinite(found.covariance).all()


@pytest.mark.parametrize("step", [0.25, 0.1, 0.05])
def test_mirrored_densities_have_mirrored_means(step):
    """P_a(-x) = (-1)^a P_a(x): turning the sign of odd parameters turns the sign of odd means."""
    family = LegendreFamily(3, step)
    y = np.random.default_rng(0).normal(0.0, 0.5, (1, family.size))
    sign = (-1.0) ** family.degrees[:, 0]
    one, other = family.evaluate(y).mean, family.evaluate(sign * y).mean
    np.testing.assert_allclose(other, sign * one, rtol=0, atol=1e-13)


def test_the_uniform_density_has_the_grids_own_area():
    family = LegendreFamily(2)
    found = family.evaluate(np.zeros((1, family.size)))
    assert found.log_z[0] == pytest.approx(np.log(family.grid.weights.sum() ** 2), rel=1e-13)
