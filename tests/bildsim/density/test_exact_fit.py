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
    theta, kl = np.zeros(means.shape), np.full(4, -1.0)
    fit.fit(1, 3, means, fit.folded(TARGET), theta, kl)
    np.testing.assert_allclose(theta[1], FAMILY.fit(means[1], 1e-3), atol=1e-8)
    np.testing.assert_array_equal(theta[1], theta[2])
    assert not theta[[0, 3]].any()
    assert kl.tolist() == [-1.0, kl[1], kl[1], -1.0]
    # From the answer nothing is left to do.
    again = theta.copy()
    fit.fit(1, 3, means, fit.folded(TARGET), again, kl)
    np.testing.assert_array_equal(again, theta)


@pytest.mark.parametrize(
    ("fit", "mean", "words"),
    [
        (ExactFit(FAMILY, 1e-3), np.nan, "not finite"),
        (ExactFit(FAMILY, 1e-3, tolerance=0.0), 0.05, "did not converge"),
        (ExactFit(FAMILY, -10.0), 0.05, "singular"),
    ],
)
def test_what_fails_says_so(fit, mean, words):
    means, theta = np.full((2, FAMILY.size), mean), np.zeros((2, FAMILY.size))
    with pytest.raises(RunError, match=words):
        fit.fit(0, 2, means, fit.folded(TARGET), theta, np.empty(2))
