"""Ergodic descent: its step against differences of the metric, its fall, its messages."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.controllers.baselines.spectral.ergodic import ErgodicDescent
from bildsim.controllers.baselines.spectral.smc import SpectralCoverage
from bildsim.controllers.consensus.averaging import track
from bildsim.controllers.step_limit import limited, off_the_walls
from tests.controllers.baselines.spectral.helpers import (
    PROBLEM,
    ergodic_metric,
    observe,
    scatter,
    slope,
)


def test_ergodic_robots_descend_the_metric():
    """On a complete network one round gives everybody the true mean."""
    planner, positions = ErgodicDescent(PROBLEM, order=5, step=0.05), scatter(9)
    state = planner.init(observe(positions), np.random.default_rng(0))
    waypoints, _ = planner.plan(state, observe(positions))
    gradient = slope(lambda x: ergodic_metric(planner.cosines, x), positions)
    # Leaving out 2 / N makes the step that of one robot, however many there are.
    expected = -planner.step * 9 / 2 * gradient
    np.testing.assert_allclose(waypoints - positions, expected, rtol=1e-5, atol=1e-9)


def test_the_ergodic_metric_falls_over_a_sparse_network():
    problem = replace(PROBLEM, max_step=0.02, rounds=5)
    planner, positions = ErgodicDescent(problem), scatter(30, 1)
    state = planner.init(observe(positions, "ring"), np.random.default_rng(0))
    before = ergodic_metric(planner.cosines, positions)
    for _ in range(150):
        positions, state = planner.plan(state, observe(positions, "ring"))
    assert ergodic_metric(planner.cosines, positions) < 0.1 * before


@pytest.mark.parametrize(("planner", "numbers"), [(ErgodicDescent, 35), (SpectralCoverage, 35)])
def test_a_message_is_one_number_a_cosine(planner, numbers):
    made, positions = planner(replace(PROBLEM, rounds=3), order=5), scatter(6)
    state = made.init(observe(positions), np.random.default_rng(0))
    _, state = made.plan(state, observe(positions))
    assert made.report(state).traffic.bytes.tolist() == [5 * 3 * numbers * 8] * 6


@pytest.mark.parametrize("spec", ["ring", "complete"])
def test_perfect_links_change_no_bit(spec):
    problem = replace(PROBLEM, max_step=0.02, rounds=3)
    planner, positions = ErgodicDescent(problem, order=5), scatter(12)
    cosines = planner.cosines
    state = planner.init(observe(positions, spec), np.random.default_rng(0))
    estimates = before = cosines.values(positions)
    for _ in range(6):
        observation = observe(positions, spec)
        now = cosines.values(positions)
        estimates, before = track(observation.network, estimates, before, now, 3), now
        error = cosines.sobolev_weights * (estimates - cosines.means)
        goals = positions - planner.step * cosines.gradient(off_the_walls(positions), error)
        expected = limited(positions, goals, 0.02)
        positions, state = planner.plan(state, observation)
        np.testing.assert_array_equal(positions, expected)
