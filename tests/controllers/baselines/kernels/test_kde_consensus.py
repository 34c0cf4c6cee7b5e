"""Agreement on a density: its sums, its limit and its messages."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.controllers.baselines.kernels.kde_consensus import ConsensusFlow
from bildsim.density.kde import reflected_kde, standard_bandwidth
from bildsim.targets.point_masses import PointMasses
from tests.controllers.baselines.kernels.helpers import PROBLEM, TARGET, observe, scatter


def test_agreement_keeps_its_sums():
    """The integrals add up to 0, and the mean follows the robots' mean at the rate alone."""
    planner, positions = ConsensusFlow(PROBLEM), scatter(11)
    observation = observe(positions, "knn:3")
    rng = np.random.default_rng(1)
    kernels = rng.uniform(0.0, 1.0, (11, planner.nodes**2))
    state = planner.init(observation, rng)
    after = planner.agree(state, kernels, observation.network)
    np.testing.assert_allclose(after.integrals.sum(axis=0), 0.0, atol=1e-12)
    left = (1.0 - planner.rate) ** PROBLEM.rounds
    expected = left * state.densities.mean(axis=0) + (1.0 - left) * kernels.mean(axis=0)
    np.testing.assert_allclose(after.densities.mean(axis=0), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("spec", ["ring", "complete", "knn:4"])
def test_agreement_reaches_the_density_of_all_whatever_it_was_before(spec):
    positions = scatter(12)
    planner = ConsensusFlow(replace(PROBLEM, rounds=8000))
    observation = observe(positions, spec)
    state = planner.init(observe(scatter(12, 9)), np.random.default_rng(0))
    _, state = planner.plan(state, observation)
    bandwidth = planner.widening * standard_bandwidth(12)
    expected = reflected_kde(PointMasses.of(TARGET, planner.nodes).centres, positions, bandwidth)
    everyone = np.broadcast_to(expected.ravel(), state.densities.shape)
    np.testing.assert_allclose(state.densities, everyone, atol=1e-6)


def test_a_message_is_two_tables():
    planner, positions = ConsensusFlow(PROBLEM), scatter(8)
    state = planner.init(observe(positions), np.random.default_rng(0))
    _, state = planner.plan(state, observe(positions))
    # Two neighbours, four rounds, two tables of double precision.
    assert planner.report(state).traffic.bytes.tolist() == [2 * 4 * 2 * planner.nodes**2 * 8] * 8
