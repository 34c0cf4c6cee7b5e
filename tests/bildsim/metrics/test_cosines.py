"""The cosines on an axis against quadrature and differences."""

import numpy as np

from bildsim.metrics import cosines

ORDER = 10
POINTS, WEIGHTS = np.polynomial.legendre.leggauss(60)


def test_they_are_orthonormal_on_the_axis():
    values = cosines.values(POINTS, ORDER)
    np.testing.assert_allclose(values.T @ (WEIGHTS[:, None] * values), np.eye(11), atol=1e-12)


def test_no_wave_leaves_through_a_wall():
    np.testing.assert_allclose(cosines.derivatives(np.array([-1.0, 1.0]), ORDER), 0.0, atol=1e-13)


def test_derivatives_are_those_of_the_values():
    step = 1e-5
    ends = [cosines.values(POINTS + side * step, ORDER) for side in (1, -1)]
    expected = (ends[0] - ends[1]) / (2.0 * step)
    np.testing.assert_allclose(cosines.derivatives(POINTS, ORDER), expected, atol=1e-7)


def test_the_weights_fall_with_the_wave_number():
    weights = cosines.sobolev_weights(2)
    np.testing.assert_allclose(weights[1:, 1], [3.0**-1.5, 6.0**-1.5])
    np.testing.assert_array_equal(weights, weights.T)
    assert weights[0, 0] == 1.0
