"""The channel: what is heard of a broadcast over good links and bad, and what it weighs."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.network import channel as channels
from bildsim.network.channel import Channel, ChannelState, Size
from bildsim.network.graph import network_of_edges
from bildsim.network.link_settings import LinkSettings
from bildsim.network.lossy_links import Sent
from bildsim.network.message_quantisation import message_bytes, rounded
from bildsim.network.traffic import Traffic

ROBOTS = 6
# A path of four, an edge apart from it.
NETWORK = network_of_edges(np.array([[0, 1], [1, 2], [2, 3], [4, 5]]), ROBOTS)
PERFECT = Channel()
LOSSY = Channel(LinkSettings(loss=0.4))
LATE = Channel(LinkSettings(link_delay=2))
COARSE = Channel(LinkSettings(message_bits=4))
HALF = Channel(LinkSettings(message_format="float16"))
WORST = Channel(LinkSettings(loss=0.4, link_delay=2, message_bits=4))
ALL = [PERFECT, LOSSY, LATE, COARSE, HALF, WORST]
channels_of_all_kinds = pytest.mark.parametrize("channel", ALL)


def values(seed=0, numbers=3, robots=ROBOTS):
    return np.random.default_rng(seed).normal(size=(robots, numbers))


def opened(channel, seed=0, robots=ROBOTS):
    return channel.open(robots, np.random.default_rng(seed))


def after(channel, rounds, state=None):
    """Return the channel after broadcasts of `values` by their number."""
    state = opened(channel) if state is None else state
    for seed in range(rounds):
        _, state = channel.broadcast(state, NETWORK, values(seed))
    return state


def literal_mixed(heard, own, said):
    result = own.copy()
    for head, tail, there, weight in zip(
        heard.edges.heads, heard.edges.tails, heard.arrived, heard.edges.weights, strict=True
    ):
        if there:
            result[head] += weight * (said[tail] - own[head])
    return result


def test_over_perfect_links_all_mix_with_the_networks_weights_and_the_sum_stays():
    own = values()
    heard, _ = PERFECT.broadcast(opened(PERFECT), NETWORK, own)
    assert PERFECT.perfect
    assert heard.arrived.all()
    np.testing.assert_allclose(heard.mixed(own), NETWORK.matrix() @ own, atol=1e-15)
    np.testing.assert_allclose(heard.mixed(own).sum(axis=0), own.sum(axis=0), atol=1e-14)


@given(numbers=st.integers(1, 4), seed=st.integers(0, 1000), loss=st.sampled_from([0.0, 0.3, 0.9]))
def test_who_is_not_heard_counts_as_oneself(numbers, seed, loss):
    own, channel = values(seed, numbers), Channel(LinkSettings(loss=loss))
    heard, _ = channel.broadcast(opened(channel, seed), NETWORK, own)
    np.testing.assert_allclose(heard.mixed(own), literal_mixed(heard, own, own), atol=1e-14)
    assert np.isnan(heard.said[~heard.arrived]).all()
    np.testing.assert_array_equal(heard.said[heard.arrived], own[heard.edges.tails[heard.arrived]])


def test_who_hears_nobody_keeps_its_own():
    own, alone = values(robots=2), network_of_edges(np.empty((0, 2), int), 2)
    heard, state = LOSSY.broadcast(opened(LOSSY, robots=2), alone, own)
    np.testing.assert_array_equal(heard.mixed(own), own)
    assert not heard.drawn().any()
    assert state.traffic.broadcast.tolist() == [0, 0]


def test_sums_are_over_what_arrives():
    heard, _ = LOSSY.broadcast(opened(LOSSY, 3), NETWORK, values())
    assert 0 < heard.arrived.sum() < len(heard.arrived)
    expected = np.bincount(heard.edges.heads, heard.arrived, ROBOTS)
    np.testing.assert_array_equal(heard.added(np.ones(len(heard.arrived))), expected)
    # What did not arrive may be anything.
    np.testing.assert_array_equal(np.isnan(heard.added(heard.said)), np.zeros((ROBOTS, 3), bool))


def test_late_messages_bring_what_was_said_then_and_nothing_before():
    state = opened(LATE)
    for now in range(5):
        own = values(now)
        heard, state = LATE.broadcast(state, NETWORK, own)
        assert heard.arrived.all() == heard.arrived.any() == (now >= 2)
        if now < 2:
            np.testing.assert_array_equal(heard.mixed(own), own)
            continue
        np.testing.assert_array_equal(heard.values, values(now - 2))
        expected = literal_mixed(heard, own, values(now - 2))
        np.testing.assert_allclose(heard.mixed(own), expected, atol=1e-14)


def test_few_bits_are_read_as_few_bits():
    heard, _ = COARSE.broadcast(opened(COARSE), NETWORK, values())
    np.testing.assert_array_equal(heard.values, rounded(values(), 4))
    assert (heard.values != values()).any()


@pytest.mark.parametrize("channel", [PERFECT, LATE, COARSE])
def test_what_all_are_drawn_by_adds_up_to_zero_unless_messages_are_lost(channel):
    state = opened(channel)
    for now in range(4):
        heard, state = channel.broadcast(state, NETWORK, values(now))
        np.testing.assert_allclose(heard.drawn().sum(axis=0), 0.0, atol=1e-14)
    expected = heard.mixed(heard.values) - heard.values
    np.testing.assert_allclose(heard.drawn(), expected, atol=1e-14)
    assert heard.drawn().any()


def test_perfect_links_draw_nothing():
    rng, other = np.random.default_rng(1), np.random.default_rng(1)
    state = PERFECT.open(ROBOTS, rng)
    PERFECT.broadcast(state, NETWORK, values())
    assert state.links is None
    assert rng.random() == other.random()


@channels_of_all_kinds
def test_a_round_depends_on_the_state_alone_and_leaves_it_as_it_was(channel):
    state = after(channel, 3)
    stored = pickle.loads(pickle.dumps(state))
    for _ in range(2):
        one, _ = channel.broadcast(state, NETWORK, values(7))
        other, _ = channel.broadcast(stored, NETWORK, values(7))
        np.testing.assert_array_equal(one.arrived, other.arrived)
        np.testing.assert_array_equal(one.values, other.values)


@channels_of_all_kinds
def test_a_message_a_neighbour_is_counted_and_a_broadcast_once_whether_it_arrives_or_not(channel):
    traffic = after(channel, 5).traffic
    bits = channel.settings.message_bits
    each = 3 * channel.settings.float_bits() // 8 if bits == 64 else message_bytes((3,), bits)
    assert traffic.rounds == 5
    np.testing.assert_array_equal(traffic.messages, 5 * NETWORK.degree)
    np.testing.assert_array_equal(traffic.bytes, 5 * each * NETWORK.degree)
    assert traffic.broadcast.tolist() == [5 * each] * ROBOTS


def test_what_differs_from_neighbour_to_neighbour_goes_out_as_often():
    arrivals, state = PERFECT.next_round(opened(PERFECT), NETWORK, Size((4,), alike=False))
    assert arrivals.heard.all()
    np.testing.assert_array_equal(state.traffic.broadcast, state.traffic.bytes)
    np.testing.assert_array_equal(state.traffic.bytes, 32 * NETWORK.degree)


def test_a_message_weighs_what_links_or_else_the_planner_say():
    assert Size((4, 1), 16).bytes_with(LinkSettings()) == 10
    assert Size((4, 1)).bytes_with(LinkSettings()) == 40
    assert Size((4, 1), 16).bytes_with(LinkSettings(message_bits=8)) == message_bytes((4, 1), 8)


def test_rounds_that_are_counted_alone_are_counted_alike():
    one, other = opened(PERFECT), PERFECT.counted(opened(PERFECT), NETWORK, Size((3,)), 4)
    for _ in range(4):
        _, one = PERFECT.next_round(one, NETWORK, Size((3,)))
    for part in ("messages", "bytes", "broadcast", "rounds"):
        np.testing.assert_array_equal(getattr(one.traffic, part), getattr(other.traffic, part))


@pytest.mark.parametrize(("channel", "every"), [(PERFECT, 1), (LOSSY, 1), (LATE, 3)])
def test_all_is_renewed_once_what_was_said_has_come(channel, every):
    told = [channel.renewed(after(channel, rounds)) for rounds in range(7)]
    assert told == [rounds % every == 0 for rounds in range(7)]


@channels_of_all_kinds
def test_robots_leave_and_join(channel):
    state, before = after(channel, 3), np.array([1, 2, -1, 5])
    carried = channel.change_members(state, before)
    carried.require_sound()
    degree = 3 * NETWORK.degree
    assert carried.traffic.messages.tolist() == [degree[1], degree[2], 0, degree[5]]
    for past, old in zip(carried.sent.history, state.sent.history, strict=True):
        np.testing.assert_array_equal(past, np.where(before[:, None] < 0, 0.0, old[before]))
    fewer, own = network_of_edges(np.array([[0, 1], [1, 2]]), 4), values(8, robots=4)
    heard, _ = channel.broadcast(carried, fewer, own)
    with_newcomer = (heard.edges.heads == 2) | (heard.edges.tails == 2)
    if channel.settings.link_delay:
        assert not heard.arrived[with_newcomer].any(), "its links are younger than any message"
    if channel is LATE:
        assert heard.arrived[~with_newcomer].all()
        np.testing.assert_array_equal(heard.values[:2], values(1)[[1, 2]])


@channels_of_all_kinds
def test_states_whose_arrays_do_not_go_together_are_refused(channel):
    state = after(channel, 3)
    state.require_sound()
    short = Traffic(state.traffic.messages[:-1], state.traffic.bytes)
    wrong = [replace(state, traffic=short), replace(state, sent=Sent((np.zeros((2, 3)),)))]
    if state.links is not None:
        wrong.append(replace(state, links=replace(state.links, robots=ROBOTS + 1)))
    for broken in wrong:
        with pytest.raises(ValueError, match=r"rows|links of"):
            broken.require_sound()


def test_more_than_memory_may_hold_is_refused(monkeypatch):
    monkeypatch.setattr(channels, "MOST_UNDER_WAY_BYTES", 2 * 8 * ROBOTS * 3)
    LATE.require_memory(ROBOTS, 3)
    with pytest.raises(UsageError, match=r"with 6 robots and messages of 4 numbers: .* at most 1"):
        LATE.require_memory(ROBOTS, 4)
    Channel().require_memory(10**9, 10**9)


def test_a_state_of_nothing_is_sound():
    ChannelState(None, Sent(), Traffic.none(0)).require_sound()


SAVING = Channel(LinkSettings(send_threshold=0.1))


def test_who_says_nothing_new_goes_on_being_heard():
    own, state = values(), opened(SAVING)
    heard, state = SAVING.broadcast(state, NETWORK, own)
    np.testing.assert_array_equal(heard.said, own[heard.edges.tails])
    now = own * np.array([[1.0], [1.05], [1.2], [1.0], [0.5], [1.0]])
    heard, state = SAVING.broadcast(state, NETWORK, now)
    expected = own.copy()
    expected[[2, 4]] = now[[2, 4]]
    np.testing.assert_array_equal(heard.said, expected[heard.edges.tails])
    np.testing.assert_allclose(heard.drawn().sum(axis=0), 0.0, atol=1e-14)
    spoke = np.array([1, 1, 2, 1, 2, 1])
    np.testing.assert_array_equal(state.traffic.messages, spoke * NETWORK.degree)
    assert state.traffic.broadcast.tolist() == (24 * spoke).tolist()
    assert state.traffic.rounds == 2


def test_of_older_messages_each_link_brings_its_own():
    channel = Channel(LinkSettings(send_threshold=0.1, loss=0.5))
    state, said = opened(channel), {}
    for now in range(12):
        heard, state = channel.broadcast(state, NETWORK, values(now))
        for e in np.flatnonzero(heard.arrived):
            told = [values(past)[heard.edges.tails[e]].tolist() for past in range(now + 1)]
            said[e] = told.index(heard.said[e].tolist())
    assert len(state.held.older) > 0
    assert len(set(said.values())) > 1
    own = values(99)
    expected = own.copy()
    for e in np.flatnonzero(heard.arrived):
        head = heard.edges.heads[e]
        expected[head] += heard.edges.weights[e] * (heard.said[e] - own[head])
    np.testing.assert_allclose(heard.mixed(own), expected, atol=1e-14)


def test_a_threshold_needs_to_know_what_is_said():
    with pytest.raises(UsageError, match=r"send_threshold=0\.1 is not possible with this planner"):
        SAVING.next_round(opened(SAVING), NETWORK, Size((3,)))


def test_blocks_are_written_by_themselves():
    message = np.array([[100.0, 50.0, 0.3]])
    size = Size((2, 1))
    steps = size.written(message, LinkSettings(message_bits=3))
    np.testing.assert_allclose(steps, [[100.0, 2 * 100.0 / 3, 0.3]])
    halves = size.written(message, LinkSettings(message_format="float16"))
    np.testing.assert_array_equal(halves, message.astype("f2"))
    np.testing.assert_array_equal(size.written(message, LinkSettings()), message)
    assert Size((2, 1), 16).bytes_with(LinkSettings(message_format="float32")) == 12
