"""How robots agree on moments: one message a round, and what each knows of others' weights."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.controllers.moments.agreement import Agreement
from bildsim.controllers.planner import Observation
from bildsim.controllers.safety.neighbours import sense
from bildsim.network.channel import Channel
from bildsim.network.graph import network_of_edges
from bildsim.network.link_settings import LinkSettings
from tests.controllers.moments.playing import observe, scatter

RULES = ("forgetting", "admm", "metropolis")
ROBOTS = 10


def seen(edges, robots=3):
    return Observation(0.0, np.zeros((robots, 2)), network_of_edges(np.array(edges), robots))


def all_sensed(robots=3):
    return sense(np.zeros((robots, 2)), 1.0)


def by_pair(sensed, values):
    pairs = zip(sensed.robot.tolist(), sensed.other.tolist(), strict=True)
    return dict(zip(pairs, values, strict=True))


def begun(agreement, observation, inputs=None):
    robots = len(observation.positions)
    inputs = np.zeros((robots, 2)) if inputs is None else inputs
    return inputs, agreement.init(inputs, observation, np.random.default_rng(0))


@pytest.mark.parametrize("consensus", RULES)
def test_all_rules_come_near_the_mean_over_perfect_links(consensus):
    inputs = np.random.default_rng(1).standard_normal((ROBOTS, 4))
    agreement = Agreement(Channel(), consensus, number_bits=64)
    observation = observe(scatter(ROBOTS))
    _, state = begun(agreement, observation, inputs)
    np.testing.assert_allclose(agreement.estimates(state), inputs)
    state = agreement.advance(state, inputs, np.zeros(ROBOTS), observation, 300)
    gap = np.abs(agreement.estimates(state) - inputs.mean(axis=0)).max()
    assert gap <= (0.02 if consensus == "forgetting" else 1e-9)


@pytest.mark.parametrize("consensus", RULES)
def test_rounds_add_up(consensus):
    inputs = np.random.default_rng(2).standard_normal((ROBOTS, 4))
    agreement = Agreement(Channel(LinkSettings(loss=0.2)), consensus, tells_weights=True)
    observation, weights = observe(scatter(ROBOTS)), np.linspace(-0.1, 0.1, ROBOTS)
    _, state = begun(agreement, observation, inputs)
    at_once = agreement.advance(state, inputs, weights, observation, 5)
    apart = state
    for _ in range(5):
        apart = agreement.advance(apart, inputs, weights, observation, 1)
    np.testing.assert_array_equal(agreement.estimates(at_once), agreement.estimates(apart))
    np.testing.assert_array_equal(at_once.weights, apart.weights)
    assert at_once.channel.traffic.rounds == apart.channel.traffic.rounds == 5


def test_weights_are_known_of_network_neighbours_that_told_them():
    agreement = Agreement(Channel(), number_bits=64, tells_weights=True)
    observation, own = seen([[0, 1], [1, 2]]), np.array([0.1, 0.2, 0.3])
    inputs, state = begun(agreement, observation)
    sensed = all_sensed()
    # Nobody has told anything: everybody takes its own.
    np.testing.assert_array_equal(state.weights_of(sensed, own), own[sensed.robot])
    state = agreement.advance(state, inputs, own, observation, 1)
    linked = np.abs(sensed.robot - sensed.other) == 1
    expected = np.where(linked, own[sensed.other], own[sensed.robot])
    np.testing.assert_array_equal(state.weights_of(sensed, own), expected)


def test_weights_of_links_that_are_gone_are_forgotten():
    agreement = Agreement(Channel(), number_bits=64, tells_weights=True)
    own, sensed = np.array([0.1, 0.2, 0.3]), all_sensed()
    inputs, state = begun(agreement, seen([[0, 1]]))
    state = agreement.advance(state, inputs, own, seen([[0, 1]]), 1)
    assert state.weights_of(sensed, own)[0] == 0.2
    state = agreement.advance(state, inputs, own, seen([[1, 2]]), 1)
    state = agreement.advance(state, inputs, own, seen([[1, 2]]), 1)
    found = by_pair(sensed, state.weights_of(sensed, own))
    assert found[0, 1] == 0.1
    assert found[1, 2] == 0.3


def test_late_weights_come_late():
    agreement = Agreement(Channel(LinkSettings(link_delay=2)), number_bits=64, tells_weights=True)
    observation, sensed = seen([[0, 1], [1, 2]]), all_sensed()
    inputs, state = begun(agreement, observation)
    for count in range(6):
        told = np.full(3, float(count))
        state = agreement.advance(state, inputs, told, observation, 1)
        known = state.weights_of(sensed, np.full(3, -1.0))[0]
        assert known == (count - 2 if count >= 2 else -1.0)


def test_weights_are_rounded_like_everything_in_a_message():
    agreement = Agreement(Channel(), number_bits=16, tells_weights=True)
    observation, own = seen([[0, 1], [1, 2]]), np.array([0.1, 0.2, 0.3])
    inputs, state = begun(agreement, observation)
    state = agreement.advance(state, inputs, own, observation, 1)
    known = state.weights_of(all_sensed(), own)[0]
    assert known == float(np.float16(0.2))


def test_what_tells_no_weights_knows_none():
    agreement = Agreement(Channel())
    observation, own = seen([[0, 1], [1, 2]]), np.array([0.1, 0.2, 0.3])
    inputs, state = begun(agreement, observation)
    state = agreement.advance(state, inputs, own, observation, 3)
    assert np.isnan(state.weights).all()


def test_members_take_what_they_know_of_each_other_along():
    agreement = Agreement(Channel(), number_bits=64, tells_weights=True)
    observation, own = seen([[0, 1], [1, 2], [0, 2]]), np.array([0.1, 0.2, 0.3])
    inputs, state = begun(agreement, observation)
    state = agreement.advance(state, inputs, own, observation, 1)
    state = agreement.change_members(state, np.array([2, -1, 0]), inputs)
    state.require_sound()
    sensed, now = all_sensed(), np.array([0.3, 0.0, 0.1])
    found = by_pair(sensed, state.weights_of(sensed, now))
    assert found[0, 2] == 0.1
    assert found[2, 0] == 0.3
    assert found[1, 0] == found[1, 2] == 0.0
    assert found[0, 1] == 0.3


@pytest.mark.parametrize(
    ("consensus", "bits", "tells", "size"),
    [
        ("forgetting", 16, False, 4),
        ("forgetting", 16, True, 6),
        ("forgetting", 64, True, 24),
        ("admm", 16, True, 24),
        ("metropolis", 16, False, 16),
    ],
)
def test_bytes_of_a_message(consensus, bits, tells, size):
    agreement = Agreement(Channel(), consensus, number_bits=bits, tells_weights=tells)
    observation = seen([[0, 1], [1, 2]])
    inputs, state = begun(agreement, observation)
    state = agreement.advance(state, inputs, np.zeros(3), observation, 2)
    traffic = state.channel.traffic
    assert traffic.bytes.tolist() == [2 * size, 4 * size, 2 * size]
    # Who tells each neighbour something else cannot broadcast.
    each = traffic.bytes if consensus == "admm" else [2 * size] * 3
    np.testing.assert_array_equal(traffic.broadcast, each)


def test_links_with_few_bits_have_a_step_for_statistics_and_one_for_the_weight():
    agreement = Agreement(Channel(LinkSettings(message_bits=8)), tells_weights=True)
    observation = seen([[0, 1], [1, 2]])
    inputs, state = begun(agreement, observation)
    state = agreement.advance(state, inputs, np.zeros(3), observation, 1)
    assert state.channel.traffic.broadcast.tolist() == [2 + 4 + 1 + 4] * 3


def test_states_that_do_not_go_together_are_refused():
    agreement = Agreement(Channel(), tells_weights=True)
    _, state = begun(agreement, seen([[0, 1], [1, 2]]))
    state.require_sound()
    for wrong in (
        {"weights": state.weights[:-1]},
        {"keys": state.keys + 9},
        {"tracker": replace(state.tracker, inputs=np.zeros((2, 2)))},
    ):
        with pytest.raises(ValueError, match=r"rows|other numbers"):
            replace(state, **wrong).require_sound()
