"""Fits of many swarms, from Python."""

import numpy as np
import pytest

from bildsim.basics.errors import RunError
from bildsim.density.exact_fit import ExactFit
from bildsim.density.legendre_family import LegendreFamily

FAMILY = LegendreFamily(3, 0.1)
TARGET = np.zeros((21, 21))


def test_only_the_swarms_that_are_asked_for_are_fitted():
    fit, means = ExactFit(FAMILY, 1e-3), np.full((4, FAMILY.size), 0.05)
    fits = fit.begin(4)
    fit.fit(1, 3, means, fit.folded(TARGET), fits)
    np.testing.assert_allclose(fits.theta[1], FAMILY.fit(means[1], 1e-3), atol=1e-8)
    np.testing.assert_array_equal(fits.theta[1], fits.theta[2])
    assert not fits.theta[[0, 3]].any()
    assert fits.kl.tolist() == [np.inf, fits.kl[1], fits.kl[1], np.inf]
    assert np.isnan(fits.peak).tolist() == [True, False, False, True]


def test_from_an_answer_nothing_is_left_to_do_but_the_kl_to_another_target():
    fit, means = ExactFit(FAMILY, 1e-3), np.full((1, FAMILY.size), 0.05)
    fits, other = fit.begin(1), np.log(np.random.default_rng(0).uniform(0.1, 1.0, (21, 21)))
    fit.fit(0, 1, means, fit.folded(TARGET), fits)
    theta = fits.theta.copy()
    fit.fit(0, 1, means, fit.folded(other), fits)
    np.testing.assert_array_equal(fits.theta, theta)
    assert fits.kl[0] == pytest.approx(FAMILY.kl(theta[0], other), rel=0, abs=1e-12)


def test_what_is_known_of_the_last_fit_changes_nothing_but_the_time():
    fit, rng = ExactFit(FAMILY, 1e-3), np.random.default_rng(1)
    kept = fit.begin(1)
    for mean in 0.1 * rng.normal(size=(5, 1, FAMILY.size)):
        forgotten = fit.begin(1)
        forgotten.theta[:] = kept.theta
        fit.fit(0, 1, mean, fit.folded(TARGET), kept)
        fit.fit(0, 1, mean, fit.folded(TARGET), forgotten)
        for one, other in zip(kept, forgotten, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("fit", "mean", "words"),
    [
        (ExactFit(FAMILY, 1e-3), np.nan, "not finite"),
        (ExactFit(FAMILY, 1e-3, tolerance=0.0), 0.05, "did not converge"),
        (ExactFit(FAMILY, -10.0), 0.05, "singular"),
    ],
)
def test_what_fails_says_so(fit, mean, words):
    means = np.full((2, FAMILY.size), mean)
    with pytest.raises(RunError, match=words):
        fit.fit(0, 2, means, fit.folded(TARGET), fit.begin(2))
