"""Averages over a network: what they keep, and where they end."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.controllers.consensus.averaging import Tracked, track, track_over
from bildsim.network.channel import Channel
from bildsim.network.link_settings import LinkSettings
from tests.controllers.baselines.spectral.helpers import observe, scatter


def test_tracking_keeps_the_sum_and_finds_the_mean():
    rng = np.random.default_rng(2)
    network = observe(scatter(10), "knn:3").network
    estimates = before = rng.standard_normal((10, 4))
    for _ in range(5):
        now = rng.standard_normal((10, 4))
        estimates = track(network, estimates, before, now, 2)
        before = now
        np.testing.assert_allclose(estimates.sum(axis=0), now.sum(axis=0), atol=1e-13)
    estimates = track(network, estimates, before, before, 800)
    np.testing.assert_allclose(estimates, np.broadcast_to(before.mean(axis=0), (10, 4)), atol=1e-9)


def test_sparse_and_dense_networks_track_alike():
    """A ring of 60 is multiplied as a sparse matrix, its dense form by hand here."""
    positions = scatter(60)
    network = observe(positions, "ring").network
    old, new = positions, scatter(60, 1)
    dense = network.matrix().toarray()
    expected = dense @ (dense @ (old + (new - old)))
    np.testing.assert_allclose(track(network, old, old, new, 2), expected, atol=1e-14)


def moving(ticks, robots=10):
    """What the robots know of themselves, a little of it new in every tick."""
    rng = np.random.default_rng(4)
    steps = (
        rng.standard_normal((ticks, robots, 4))
        * np.array([1.0] + [0.1] * (ticks - 1))[:, None, None]
    )
    return np.cumsum(steps, axis=0)


def followed(channel, network, inputs, rounds):
    rng = np.random.default_rng(0)
    state = Tracked.begin(channel.open(len(inputs[0]), rng), inputs[0])
    for now in inputs:
        state = track_over(channel, state, network, now, rounds)
        state.require_sound()
    return state


@pytest.mark.parametrize("rounds", [1, 3])
@pytest.mark.parametrize("spec", ["ring", "complete"])
def test_perfect_links_change_no_bit(spec, rounds):
    network, inputs = observe(scatter(10), spec).network, moving(6)
    estimates = before = inputs[0]
    for now in inputs:
        estimates, before = track(network, estimates, before, now, rounds), now
    state = followed(Channel(), network, inputs, rounds)
    np.testing.assert_array_equal(state.estimates, estimates)
    np.testing.assert_array_equal(state.channel.traffic.bytes, 6 * rounds * 4 * 8 * network.degree)


def test_links_that_hardly_ever_lose_do_the_same_rounds():
    network, inputs = observe(scatter(10), "knn:3").network, moving(6)
    exact = followed(Channel(), network, inputs, 3)
    nearly = followed(Channel(LinkSettings(loss=1e-12)), network, inputs, 3)
    np.testing.assert_allclose(nearly.estimates, exact.estimates, atol=1e-13)


@pytest.mark.parametrize("settings", [{"link_delay": 3}, {"message_bits": 8}])
def test_delay_and_rounding_alone_keep_the_sum_and_find_the_mean(settings):
    network, inputs = observe(scatter(10), "knn:3").network, moving(6)
    inputs = [*inputs, *[inputs[-1]] * 300]
    state = followed(Channel(LinkSettings(**settings)), network, inputs, 4)
    np.testing.assert_allclose(state.estimates.sum(axis=0), inputs[-1].sum(axis=0), atol=1e-11)
    coarse = 0.05 if "message_bits" in settings else 1e-9
    everyone = np.broadcast_to(inputs[-1].mean(axis=0), (10, 4))
    np.testing.assert_allclose(state.estimates, everyone, atol=coarse)


def test_late_robots_do_the_same_rounds_every_few_and_wait_in_between():
    """With a delay of 3, four rounds do what one does over perfect links."""
    network, inputs = observe(scatter(10), "knn:3").network, moving(6)
    exact = followed(Channel(), network, inputs, 1)
    late = Channel(LinkSettings(link_delay=3))
    np.testing.assert_allclose(
        followed(late, network, inputs, 4).estimates, exact.estimates, atol=1e-14
    )
    # An own move shows in nobody's estimate before the others' can.
    state = followed(late, network, inputs, 4)
    waiting = track_over(late, state, network, inputs[-1] + 1.0, 3)
    np.testing.assert_array_equal(waiting.estimates, state.estimates)


def test_lost_messages_bias_the_estimates_for_ever():
    network, inputs = observe(scatter(10), "knn:3").network, moving(6)
    lossy, state = Channel(LinkSettings(loss=0.3)), None
    state = followed(lossy, network, [*inputs, *[inputs[-1]] * 300], 4)
    gaps = np.abs(state.estimates - inputs[-1].mean(axis=0))
    assert gaps.max() > 0.01
    # They agree, on something else, and not far away.
    np.testing.assert_allclose(state.estimates, state.estimates[:1].repeat(10, 0), atol=1e-9)
    assert gaps.max() < np.ptp(inputs[-1], axis=0).max()
    perfect = followed(Channel(), network, [inputs[-1]] * 9, 4)
    after = track_over(Channel(), replace(state, channel=perfect.channel), network, inputs[-1], 99)
    np.testing.assert_allclose(after.estimates, state.estimates, atol=1e-9)


@pytest.mark.parametrize("part", ["estimates", "inputs", "said"])
def test_states_whose_arrays_do_not_go_together_are_refused(part):
    state = followed(Channel(), observe(scatter(10), "ring").network, moving(2), 1)
    with pytest.raises(ValueError, match="rows"):
        replace(state, **{part: getattr(state, part)[:-1]}).require_sound()
