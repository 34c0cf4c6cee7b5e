"""Agreement on a density: its sums, its limit and its messages."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.controllers.baselines.kernels.kde_consensus import ConsensusFlow
from bildsim.controllers.consensus.averaging import mixing
from bildsim.density.kde import reflected_kde, standard_bandwidth
from bildsim.network.channel import Channel
from bildsim.network.link_settings import LinkSettings
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


def agreed(settings=None, spec="knn:3", ticks=5, rounds=4):
    """Return each tick's kernels, the last state, and the planner, of robots that draw nearer."""
    channel = Channel(LinkSettings(**(settings or {})))
    planner = ConsensusFlow(replace(PROBLEM, channel=channel, rounds=rounds))
    observation = observe(scatter(11), spec)
    state, kernels = planner.init(observation, np.random.default_rng(0)), []
    for tick in range(ticks):
        kernels.append(planner._kernels(scatter(11) * 0.98 ** min(tick, 5)))
        state = planner.agree(state, kernels[-1], observation.network)
    state.require_sound()
    return kernels, state, planner


def literal(kernels, planner, spec="knn:3", rounds=4):
    weights = mixing(observe(scatter(11), spec).network)
    p, e = kernels[0], np.zeros_like(kernels[0])
    for now in kernels:
        for _ in range(rounds):
            apart, pull = p - weights @ p, e - weights @ e
            change = planner.rate * (now - p) - planner.proportional * apart
            p, e = p + (change - planner.integral * pull), e + planner.integral * apart
    return p, e


@pytest.mark.parametrize("spec", ["ring", "complete"])
def test_perfect_links_change_no_bit(spec):
    kernels, state, planner = agreed(spec=spec)
    p, e = literal(kernels, planner, spec)
    np.testing.assert_array_equal(state.densities, p)
    np.testing.assert_array_equal(state.integrals, e)


@pytest.mark.parametrize(
    ("settings", "rounds", "atol"),
    [({"loss": 1e-12}, 4, 1e-12), ({"link_delay": 3}, 16, 1e-12), ({"message_bits": 32}, 4, 1e-7)],
)
def test_links_that_are_nearly_perfect_do_nearly_the_same(settings, rounds, atol):
    """With a delay of 3 it takes four rounds to do what one does over perfect links."""
    kernels, state, planner = agreed(settings, rounds=rounds)
    p, e = literal(kernels, planner)
    np.testing.assert_allclose(state.densities, p, atol=atol)
    np.testing.assert_allclose(state.integrals, e, atol=atol)


@pytest.mark.parametrize("settings", [{"link_delay": 3}, {"message_bits": 8}])
def test_delay_and_rounding_leave_the_integrals_their_sum(settings):
    _, state, _ = agreed(settings, ticks=20)
    assert np.abs(state.integrals).max() > 0.01
    np.testing.assert_allclose(state.integrals.sum(axis=0), 0.0, atol=1e-12)


def test_lost_messages_are_forgotten():
    """What a while of bad links leaves is gone once links are good again."""
    kernels, state, _ = agreed({"loss": 0.5}, ticks=20)
    mean = kernels[-1].mean(axis=0)
    assert np.abs(state.densities.mean(axis=0) - mean).max() > 1e-3
    planner = ConsensusFlow(replace(PROBLEM, rounds=8000))
    after = planner.agree(state, kernels[-1], observe(scatter(11), "knn:3").network)
    np.testing.assert_allclose(after.densities, np.broadcast_to(mean, (11, 400)), atol=1e-6)


def test_states_whose_arrays_do_not_go_together_are_refused():
    _, state, _ = agreed({"link_delay": 2})
    for part in ("densities", "integrals"):
        with pytest.raises(ValueError, match="rows"):
            replace(state, **{part: getattr(state, part)[:-1]}).require_sound()
