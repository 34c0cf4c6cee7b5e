"""The compiled fit against Newton's method in NumPy and SciPy, and where it gives up."""

import numpy as np
import pytest

from bildsim.density import fit_kernels
from bildsim.density.exact_fit import ExactFit
from bildsim.density.fit_tables import fit_tables, folded_target
from bildsim.density.legendre_family import LegendreFamily


def run(family, means, ridge, start=None, tolerance=1e-10, log_target=None):
    """Return fits, their KLs to the target (uniform unless given) and how they ended."""
    size = family.grid.size
    target = np.zeros((size, size)) if log_target is None else log_target
    tables = fit_tables(family.order, family.grid, family.degrees)
    fits, status = ExactFit(family, ridge).begin(len(means)), np.full(len(means), -1)
    if start is not None:
        fits.theta[:] = start
    folded = folded_target(target, family.grid)
    fit_kernels.fit_pass(0, len(means), means, ridge, tolerance, folded, tables, fits, status)
    return fits.theta, fits.kl, status


def heaps(family, seed, swarms=3, robots=20):
    """Return mean statistics of heaps of robots."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(-0.6, 0.6, (swarms, 1, 2))
    points = np.clip(centres + rng.normal(0.0, 0.3, (swarms, robots, 2)), -1.0, 1.0)
    return family.statistics(points).mean(axis=1)


@pytest.mark.parametrize(
    ("order", "step"),
    [(1, 0.25), (2, 0.1), (3, 2 / 9), (4, 0.05), (6, 0.05), (7, 0.04), (12, 0.05)],
)
def test_fits_and_their_kl_are_those_of_newtons_method(order, step):
    family = LegendreFamily(order, step)
    log_target = np.log(np.random.default_rng(1).uniform(0.1, 1.0, (family.grid.size,) * 2))
    means = heaps(family, order)
    theta, kl, status = run(family, means, 1e-4, log_target=log_target)
    assert (status == fit_kernels.FITTED).all()
    for mean, found, divergence in zip(means, theta, kl, strict=True):
        # The parameters are known as well as gradient over curvature: 1e-10 over the ridge.
        np.testing.assert_allclose(found, family.fit(mean, 1e-4), rtol=0, atol=1e-6)
        assert divergence == pytest.approx(family.kl(found, log_target), rel=0, abs=1e-11)


def test_the_gradient_at_an_answer_is_within_the_tolerance():
    family, ridge = LegendreFamily(), 1e-4
    means = heaps(family, 0)
    for tolerance in (1e-6, 1e-10, 1e-12):
        theta, _, _ = run(family, means, ridge, tolerance=tolerance)
        slopes = [family.moments(y) - s + ridge * y for y, s in zip(theta, means, strict=True)]
        # Another summation of the same moments rounds otherwise.
        assert np.abs(slopes).max() <= tolerance + 1e-14


def test_a_fit_depends_on_no_other_and_on_no_place():
    family = LegendreFamily(4, 0.1)
    means = heaps(family, 3, swarms=5)
    theta, kl, _ = run(family, means, 1e-3)
    backwards, kl_backwards, _ = run(family, means[::-1].copy(), 1e-3)
    np.testing.assert_array_equal(theta, backwards[::-1])
    np.testing.assert_array_equal(kl, kl_backwards[::-1])


def test_robots_in_a_corner_are_fitted_from_far_away():
    family = LegendreFamily()
    mean = family.statistics(np.full((10, 2), -0.999)).mean(axis=0)[None]
    far = 30.0 * np.random.default_rng(0).normal(size=mean.shape)
    from_zero, _, status = run(family, mean, 1e-3)
    from_far, _, also = run(family, mean, 1e-3, start=far)
    assert status[0] == also[0] == fit_kernels.FITTED
    np.testing.assert_allclose(from_far, from_zero, rtol=0, atol=1e-6)


def test_it_says_when_it_cannot():
    family = LegendreFamily(2, 0.1)
    means = heaps(family, 1, swarms=1)
    assert run(family, means, 1e-3, tolerance=0.0)[2][0] == fit_kernels.UNFINISHED
    assert run(family, means, -10.0)[2][0] == fit_kernels.SINGULAR
