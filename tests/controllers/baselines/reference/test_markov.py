"""The chain of Metropolis and Hastings: its stationary law, its moves and its clock."""

import numpy as np
import pytest

from bildsim.controllers.baselines.reference.markov import MetropolisSwarm
from bildsim.controllers.planner import Observation, Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.target import named_target

TARGET = named_target("ring")
PLANNER = MetropolisSwarm(Problem(TARGET, LegendreFamily(2), 1e-4, 0.02), bins=5)


def observe(positions):
    network = build_network(NetworkSpec.parse("ring"), positions, np.random.default_rng(0))
    return Observation(0.0, positions, network)


def test_bins_hold_the_mass_of_the_target():
    fine = PointMasses.of(TARGET, 400).masses.T.reshape(5, 80, 5, 80).sum(axis=(1, 3))
    np.testing.assert_allclose(PLANNER.stationary, fine, atol=1e-4)
    assert PLANNER.stationary.sum() == pytest.approx(1.0, abs=1e-12)


def transitions(draws=4000):
    """Estimate the chain's matrix, (25, 25), from many hops out of each bin."""
    rng = np.random.default_rng(0)
    rows = []
    for place in np.ndindex(5, 5):
        after = PLANNER.hop(np.tile(place, (draws, 1)), rng)
        rows.append(np.bincount(5 * after[:, 0] + after[:, 1], minlength=25) / draws)
    return np.array(rows)


def test_the_target_is_stationary_and_hops_go_to_neighbours():
    found, pi = transitions(), PLANNER.stationary.ravel()
    expected = np.zeros((25, 25))
    for i, j in np.ndindex(5, 5):
        for x, y in ((i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)):
            if 0 <= x < 5 and 0 <= y < 5:
                odds = pi[5 * x + y] / pi[5 * i + j]
                expected[5 * i + j, 5 * x + y] = min(1.0, odds) / 4
    expected += np.diag(1.0 - expected.sum(axis=1))
    np.testing.assert_allclose(pi @ expected, pi, atol=1e-15)
    # Five standard deviations of a share of 4000.
    assert np.abs(found - expected).max() < 5 * 0.5 / np.sqrt(4000)
    assert not found[expected == 0.0].any()


def test_many_robots_take_the_stationary_law():
    rng = np.random.default_rng(1)
    bins = np.zeros((5000, 2), dtype=np.int64)
    for _ in range(400):
        bins = PLANNER.hop(bins, rng)
    found = np.bincount(5 * bins[:, 0] + bins[:, 1], minlength=25) / 5000
    assert np.abs(found - PLANNER.stationary.ravel()).max() < 5 * np.sqrt(0.12 * 0.88 / 5000)


def test_decisions_come_when_a_hop_is_done():
    assert PLANNER.period == 20
    positions = np.random.default_rng(2).uniform(-1.0, 1.0, (50, 2))
    state = PLANNER.init(observe(positions), np.random.default_rng(3))
    goals, late = [], []
    for _ in range(61):
        late.append(np.abs(positions - state.goals).max())
        positions, state = PLANNER.plan(state, observe(positions))
        goals.append(state.goals)
    assert max(late[40], late[60]) < 1e-12, "everybody is where it was sent when it decides"
    for tick in range(1, 61):
        assert (goals[tick] != goals[tick - 1]).any() == (tick % 20 == 0)


def test_robots_stay_clear_of_the_rims_of_their_bins():
    positions = np.random.default_rng(4).uniform(-1.0, 1.0, (50, 2))
    state = PLANNER.init(observe(positions), np.random.default_rng(5))
    assert np.abs(state.offsets).max() <= 0.9 / 5
    np.testing.assert_array_equal(PLANNER.bins_of(state.goals), PLANNER.bins_of(positions))
