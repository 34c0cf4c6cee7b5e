"""Cosines on the square: norms, means under the target, and the metric made of them."""

import numpy as np
import pytest
from scipy.integrate import dblquad

from bildsim.controllers.baselines.spectral.cosine_basis import Cosines
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.targets.point_masses import PointMasses
from tests.controllers.baselines.spectral.helpers import TARGET, ergodic_metric, scatter


def test_cosines_have_unit_norm_and_stand_apart():
    cosines = Cosines(TARGET, 3)

    def product(a, b):
        def integrand(y, x):
            values = cosines.values(np.array([[x, y]]))[0]
            return values[a] * values[b]

        return dblquad(integrand, -1, 1, -1, 1, epsabs=1e-6)[0]

    assert product(0, 0) == pytest.approx(1.0, abs=1e-5)
    assert product(6, 6) == pytest.approx(1.0, abs=1e-5)
    assert product(2, 6) == pytest.approx(0.0, abs=1e-5)


def test_means_are_those_of_the_target():
    cosines = Cosines(TARGET, 4)
    cells = PointMasses.of(TARGET, 160)
    expected = cells.masses.ravel() @ cosines.values(cells.points)
    np.testing.assert_allclose(cosines.means, expected, atol=2e-4)


def test_the_metric_is_that_of_the_position_metrics():
    positions = scatter(20)
    found = ergodic_metric(Cosines(TARGET, 10), positions)
    assert found == pytest.approx(PositionMetrics.of(TARGET).ergodic(positions), rel=0.05)
