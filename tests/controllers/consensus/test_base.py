"""What each consensus conserves, forgets and converges to, under loss, churn and new networks."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.network.directed_edges import directed_edges
from bildsim.network.graph import network_of_edges
from bildsim.network.link_settings import LinkSettings
from bildsim.network.lossy_links import Arrivals, LossyLinks
from tests.controllers.consensus.literal_consensus import admm_robots, play_round, push_sum_robots
from tests.controllers.consensus.played_rounds import (
    ALL_RULES,
    LOSSY,
    ROBOTS,
    ROBUST,
    RULES,
    SIZE,
    churn,
    draw,
    play,
    worst,
)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("spec", ["ring", "er:0.5", "complete"])
def test_without_loss_all_find_the_mean(name, spec):
    rng, rule = np.random.default_rng(0), RULES[name]
    network, inputs = draw(spec, rng), rng.standard_normal((ROBOTS, SIZE))
    state = rule.init(inputs, network)
    np.testing.assert_allclose(rule.estimates(state), inputs, atol=1e-15)
    for _ in range(900):
        state = rule.advance(state, inputs, network, Arrivals.all_of(network))
    assert worst(rule, state, inputs.mean(axis=0)) <= 1e-11


@pytest.mark.parametrize("name", ROBUST)
@pytest.mark.parametrize(
    "bad",
    [
        LinkSettings(loss=0.5),
        LinkSettings(loss=0.4, loss_spread=0.35),
        LinkSettings(loss=0.3, burst=4.0),
        LinkSettings(loss=0.3, link_delay=3),
    ],
    ids=["loss", "asymmetric", "bursts", "delay"],
)
def test_with_bad_links_the_robust_ones_find_the_mean(name, bad):
    rng, rule, links = np.random.default_rng(1), RULES[name], LossyLinks(bad)
    network, inputs = draw("er:0.5", rng), rng.standard_normal((ROBOTS, SIZE))
    where, state = links.init(ROBOTS, rng), rule.init(inputs, network)
    state, _ = play(rule, state, links, where, network, inputs, 900)
    assert worst(rule, state, inputs.mean(axis=0)) <= 1e-10


@pytest.mark.parametrize("name", ROBUST)
def test_after_any_past_the_robust_ones_find_the_mean_of_the_inputs_as_they_are(name):
    rng, rule = np.random.default_rng(5), RULES[name]
    state, where, inputs, _ = churn(rule, rng, LOSSY, lambda *_: None)
    # Push-sum's parts that waited on edges that were gone come when every edge is back.
    network = draw("complete", rng)
    state, _ = play(rule, state, LossyLinks(LOSSY), where, network, inputs, 300)
    assert worst(rule, state, inputs.mean(axis=0)) <= 1e-11
    if name == "admm":
        edges = directed_edges(network)
        both = state.auxiliary + state.auxiliary[edges.reverse]
        mean = 2.0 * state.penalties[:, None] * inputs.mean(axis=0)
        np.testing.assert_allclose(both, mean, atol=1e-11)


@pytest.mark.parametrize("name", RULES)
def test_a_split_and_what_becomes_of_it(name):
    """ADMM finds each part's own mean; the others keep the sums that the parts had."""
    rng, rule, links = np.random.default_rng(6), RULES[name], LossyLinks()
    inputs = rng.standard_normal((8, SIZE))
    halves = [(i, j) for i in range(8) for j in range(i) if (i < 4) == (j < 4)]
    split = network_of_edges(np.array(halves), 8)
    whole = network_of_edges(np.array([*halves, (3, 4)]), 8)
    state, where = rule.init(inputs, whole), links.init(8, rng)
    state, where = play(rule, state, links, where, whole, inputs, 400)
    before = inputs.mean(axis=0)
    inputs = inputs + rng.standard_normal(inputs.shape)
    state, where = play(rule, state, links, where, split, inputs, 400)
    for part in (slice(0, 4), slice(4, 8)):
        own = inputs[part].mean(axis=0)
        gap = np.abs(rule.estimates(state)[part] - own).max()
        assert (gap <= 1e-10) == (name == "admm")
    state, _ = play(rule, state, links, where, whole, inputs, 900)
    assert np.abs(before - inputs.mean(axis=0)).max() > 0.1
    assert worst(rule, state, inputs.mean(axis=0)) <= 1e-10


@pytest.mark.parametrize("name", RULES)
def test_who_dies_is_forgotten_by_admm_alone(name):
    rng, rule, links = np.random.default_rng(7), RULES[name], LossyLinks()
    inputs = rng.standard_normal((ROBOTS, SIZE))
    network = draw("er:0.6", rng)
    state = rule.init(inputs, network)
    state, where = play(rule, state, links, links.init(ROBOTS, rng), network, inputs, 4)
    origin = np.array([5, 3, 9, -1, 7, 1, 11, 0, 2, -1])
    joined = np.where((origin < 0)[:, None], 4.0, inputs[origin])
    state = rule.change_members(state, origin, joined)
    where = links.change_members(where, origin)
    joiners = rule.estimates(state)[[3, 9]]
    np.testing.assert_allclose(joiners, 4.0, atol=1e-15)
    after = draw("complete", rng, len(origin))
    state, _ = play(rule, state, links, where, after, joined, 400)
    estimates = rule.estimates(state)
    assert np.ptp(estimates, axis=0).max() <= 1e-11
    gap = np.abs(estimates[0] - joined.mean(axis=0)).max()
    assert (gap <= 1e-11) == (name == "admm")


@pytest.mark.parametrize("name", ALL_RULES)
def test_members_that_all_stay_and_keep_their_numbers_change_nothing(name):
    rng, rule = np.random.default_rng(9), ALL_RULES[name]
    bad = LinkSettings(loss=0.3, link_delay=2)
    state, where, inputs, network = churn(rule, rng, bad, lambda *_: None, rounds=33)
    same = rule.change_members(state, np.arange(ROBOTS), inputs)
    links = LossyLinks(bad)
    one, _ = play(rule, state, links, where, network, inputs, 3)
    where = links.change_members(where, np.arange(ROBOTS))
    other, _ = play(rule, same, links, where, network, inputs, 3)
    np.testing.assert_allclose(rule.estimates(other), rule.estimates(one), rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", ROBUST)
@pytest.mark.parametrize("delay", [0, 3])
def test_arrays_equal_robots_that_pass_letters(name, delay):
    rng, rule = np.random.default_rng(10), RULES[name]
    network, inputs = draw("er:0.4", rng), rng.standard_normal((ROBOTS, SIZE))
    literal = admm_robots(network, inputs) if name == "admm" else None
    robots = literal or push_sum_robots(network, inputs, 0.5)
    links = LossyLinks(LinkSettings(loss=0.4, link_delay=delay))
    state, where, post = rule.init(inputs, network), links.init(ROBOTS, rng), []
    edges = directed_edges(network)
    for _ in range(60):
        inputs = inputs + 0.1 * rng.standard_normal(inputs.shape)
        arrivals, where = links.next_round(where, network)
        heard = arrivals.heard
        arrives = set(zip(edges.heads[heard].tolist(), edges.tails[heard].tolist(), strict=True))
        play_round(robots, inputs, arrives, post, delay)
        state = rule.advance(state, inputs, network, arrivals)
        expected = np.array([robot.estimate() for robot in robots])
        np.testing.assert_allclose(rule.estimates(state), expected, rtol=0, atol=1e-11)


@pytest.mark.parametrize("name", ALL_RULES)
def test_a_round_carries_word_over_one_edge_that_delivers(name):
    """A robot's next estimate depends on itself and on whom it hears, bit for bit."""
    rng, rule = np.random.default_rng(11), ALL_RULES[name]
    network, inputs = draw("er:0.4", rng), rng.standard_normal((ROBOTS, SIZE))
    edges = directed_edges(network)
    heard = rng.random(len(edges.keys)) < 0.6
    arrivals = Arrivals(heard)
    expected = rule.estimates(rule.advance(rule.init(inputs, network), inputs, network, arrivals))
    for j in range(ROBOTS):
        other = inputs.copy()
        other[j] *= 1.5
        state = rule.advance(rule.init(other, network), other, network, arrivals)
        differs = (rule.estimates(state) != expected).any(axis=1)
        reached = {j, *edges.heads[heard & (edges.tails == j)].tolist()}
        assert set(np.flatnonzero(differs).tolist()) == reached


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("delay", [1, 4])
def test_a_message_takes_exactly_its_delay(name, delay):
    """On a path 0 - 1 - 2 robot 2 learns of a change at 0 after two hops of delay + 1 rounds."""
    rule, links = RULES[name], LossyLinks(LinkSettings(link_delay=delay))
    network = network_of_edges(np.array([[0, 1], [1, 2]]), 3)
    changed_at, traces = 12, []
    for size in (0.0, 1.0):
        inputs = np.zeros((3, 1))
        state, where = rule.init(inputs, network), links.init(3, np.random.default_rng(0))
        trace = []
        for count in range(changed_at + 3 * delay + 6):
            arrivals, where = links.next_round(where, network)
            # The input counts from the end of round ``changed_at`` on.
            now = inputs + size * np.eye(3)[:, :1] * (count >= changed_at)
            state = rule.advance(state, now, network, arrivals)
            trace.append(rule.estimates(state)[:, 0])
        traces.append(np.array(trace))
    differs = (traces[0] != traces[1]).argmax(axis=0)
    hop = delay + 1
    assert differs.tolist() == [changed_at, changed_at + hop, changed_at + 2 * hop]


@pytest.mark.parametrize("name", ALL_RULES)
def test_states_are_data_and_are_not_changed_by_what_follows(name):
    rng, rule = np.random.default_rng(12), ALL_RULES[name]
    bad = LinkSettings(loss=0.3, link_delay=1)
    state, where, inputs, _ = churn(rule, rng, bad, lambda *_: None, rounds=20)
    stored, links = pickle.dumps(state), LossyLinks(bad)
    fuller = draw("complete", rng)
    one, _ = play(rule, state, links, where, fuller, inputs, 5)
    assert pickle.dumps(state) == stored
    other, _ = play(rule, pickle.loads(stored), links, where, fuller, inputs, 5)
    np.testing.assert_array_equal(rule.estimates(one), rule.estimates(other))


@pytest.mark.parametrize("name", ALL_RULES)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), robots=st.integers(1, 9))
def test_few_robots_and_lonely_ones(name, seed, robots):
    rng, rule, links = np.random.default_rng(seed), ALL_RULES[name], LossyLinks(LOSSY)
    inputs = rng.standard_normal((robots, SIZE))
    where = links.init(robots, rng)
    state = rule.init(inputs, draw("er:0.3", rng, robots))
    for _ in range(12):
        network = draw("er:0.3", rng, robots)
        state, where = play(rule, state, links, where, network, inputs, 3)
    estimates = rule.estimates(state)
    assert np.isfinite(estimates).all()
    if name == "metropolis":
        assert (np.abs(estimates) <= np.abs(inputs).max() + 1e-12).all()
    if robots == 1:
        np.testing.assert_allclose(estimates, inputs, atol=1e-14)
