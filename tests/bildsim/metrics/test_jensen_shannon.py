"""The Jensen-Shannon divergence between a swarm's kernel density estimate and its target."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from bildsim.density import kde
from bildsim.metrics.jensen_shannon import jensen_shannon, js_kde
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.target import named_target


@pytest.fixture(scope="module")
def metric():
    return PositionMetrics.of(named_target("gmm3"))


def scattered(robots, seed):
    return np.random.default_rng(seed).uniform(-1.0, 1.0, (robots, 2))


@given(st.lists(st.floats(0.01, 1.0), min_size=3, max_size=3), st.floats(0.1, 10.0))
def test_it_is_symmetric_and_blind_to_scale(values, scale):
    p, q = np.array(values), np.array([0.2, 0.5, 0.3])
    found = jensen_shannon(p, q)
    assert 0.0 <= found <= math.log(2.0)
    assert jensen_shannon(q, p) == pytest.approx(found, abs=1e-15)
    assert jensen_shannon(scale * p, q) == pytest.approx(found, abs=1e-12)


def test_js_agrees_with_scipy_on_a_plainly_written_blur(metric):
    positions, h = scattered(30, 1), 0.15
    centres = metric.cells.centres
    kernel = kde.reflected_kernel(centres, centres, h)
    blurred = np.einsum("ia,jb,ab->ij", kernel, kernel, metric.cells.masses)
    swarm = kde.reflected_kde(centres, positions, h)
    expected = jensenshannon(swarm.ravel(), blurred.ravel()) ** 2
    assert metric.js_kde(positions, h) == pytest.approx(expected, rel=1e-9)


def test_js_is_zero_for_robots_that_stand_for_the_target_and_near_ln_two_far_from_it():
    everywhere = PointMasses(np.full((20, 20), 1.0 / 400.0))
    corner = np.zeros((20, 20))
    corner[0, 0] = 1.0
    assert js_kde(everywhere.points, everywhere) == pytest.approx(0.0, abs=1e-14)
    opposite = np.array([[1.0, 1.0]])
    assert js_kde(opposite, PointMasses(corner), 0.1) == pytest.approx(math.log(2.0), rel=1e-6)


def test_js_uses_the_bandwidth_of_its_number_of_robots(metric):
    assert kde.standard_bandwidth(100) == 0.12
    assert kde.standard_bandwidth(6400) == pytest.approx(0.06)
    positions = scattered(6400, 0)
    assert metric.js_kde(positions) == metric.js_kde(positions, kde.standard_bandwidth(6400))
