"""The learned planner: local, for any swarm, and honest about what it sends."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.learned.planner import Learned
from bildsim.controllers.planner import Observation, Problem
from bildsim.controllers.registry import make_planner
from bildsim.density.legendre_family import LegendreFamily
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.network.channel import Channel
from bildsim.network.graph import NetworkSpec, build_network, network_of_edges
from bildsim.network.link_settings import LinkSettings
from bildsim.targets.target import named_target
from tests.controllers.learned.making import SENSES, make_policy

STEP, SIZE = 0.02, SENSES.family.size
# Its family is another one than the policy's: the planner must not care.
PROBLEM = Problem(named_target("banana"), LegendreFamily(4), 1e-4, STEP, rounds=5)
PLANNER = Learned(PROBLEM, make_policy())


def observe(positions, spec="ring"):
    network = build_network(NetworkSpec.parse(spec), positions, np.random.default_rng(0))
    return Observation(0.0, positions, network)


def scatter(seed=0, robots=20, spread=1.0):
    return np.random.default_rng(seed).uniform(-spread, spread, (robots, 2))


def follow(planner, positions, state, ticks, spec="ring"):
    path = []
    for _ in range(ticks):
        positions, state = planner.plan(state, observe(positions, spec))
        path.append(positions)
    return np.array(path), state


@pytest.mark.parametrize("robots", [2, 20, 150])
@pytest.mark.parametrize("spec", ["ring", "complete", "disk:0.3"])
def test_it_leads_swarms_of_any_size_over_any_network(robots, spec):
    positions = scatter(1, robots)
    state = PLANNER.init(observe(positions, spec), np.random.default_rng(0))
    path, _ = follow(PLANNER, positions, state, 5, spec)
    steps = np.diff(np.concatenate([positions[None], path]), axis=0)
    assert 1e-4 < np.hypot(*np.moveaxis(steps, -1, 0)).max() <= STEP * (1.0 + 1e-9)
    assert np.abs(path).max() <= 1.0


def test_one_robot_alone_is_led_too():
    alone = Observation(0.0, np.array([[0.3, 0.3]]), network_of_edges(np.empty((0, 2), int), 1))
    state = PLANNER.init(alone, np.random.default_rng(0))
    waypoints, state = PLANNER.plan(state, alone)
    assert np.isfinite(waypoints).all()
    assert PLANNER.report(state).traffic.bytes.tolist() == [0]


def test_a_robot_that_is_neither_seen_nor_heard_changes_no_bit():
    """Robot 7 of a ring moves far from all others: only 6 and 8 hear of it, a tick later."""
    positions = scatter(2, spread=0.3) - 0.6
    positions[7] = [0.9, 0.9]
    moved = positions.copy()
    moved[7] = [0.5, 0.7]
    far = SENSES.sensing_range * 2.0 / np.sqrt(20)
    assert np.linalg.norm(np.delete(positions, 7, axis=0) - moved[7], axis=1).min() > far
    state = PLANNER.init(observe(positions), np.random.default_rng(0))
    heard_of = ({7}, {6, 7, 8}, {5, 6, 7, 8, 9})
    one = other = state
    for ticks, expected in enumerate(heard_of):
        first, one = PLANNER.plan(one, observe(positions))
        second, other = PLANNER.plan(other, observe(moved))
        changed = set(np.flatnonzero((first != second).any(axis=1)))
        assert changed == expected, ticks


def test_robots_that_stand_where_they_stood_repeat_themselves_to_the_bit():
    positions = scatter(3)
    runs = []
    for _ in range(2):
        state = PLANNER.init(observe(positions), np.random.default_rng(5))
        runs.append(follow(PLANNER, positions, state, 6)[0])
    np.testing.assert_array_equal(*runs)


def test_it_goes_on_from_its_state():
    positions = scatter(4)
    state = PLANNER.init(observe(positions), np.random.default_rng(0))
    path, middle = follow(PLANNER, positions, state, 4)
    rest, _ = follow(PLANNER, path[-1], middle, 4)
    stored = pickle.loads(pickle.dumps(middle))
    again, _ = follow(Learned(PROBLEM, make_policy()), path[-1], stored, 4)
    np.testing.assert_array_equal(again, rest)


def test_it_counts_one_message_of_its_statistics_a_neighbour_and_tick():
    positions = scatter(5)
    state = PLANNER.init(observe(positions), np.random.default_rng(0))
    _, state = follow(PLANNER, positions, state, 3)
    traffic = PLANNER.report(state).traffic
    assert traffic.messages.tolist() == [3 * 2] * 20
    assert traffic.bytes.tolist() == [3 * 2 * SIZE * 8] * 20
    assert traffic.rounds == 3


def test_robots_leave_and_join():
    positions = scatter(6)
    state = PLANNER.init(observe(positions), np.random.default_rng(0))
    _, state = follow(PLANNER, positions, state, 3)
    before = np.array([0, 2, -1, 5])
    fewer = observe(positions[[0, 2, 3, 5]])
    carried = PLANNER.change_members(state, before, fewer)
    PLANNER.check_state(carried, 4)
    np.testing.assert_array_equal(carried.estimates.mean[1], state.estimates.mean[2])
    np.testing.assert_array_equal(carried.estimates.mean[2], carried.estimates.inputs[2])
    assert carried.channel.traffic.messages.tolist() == [6, 6, 0, 6]
    waypoints, _ = PLANNER.plan(carried, fewer)
    assert np.isfinite(waypoints).all()


def test_states_of_others_are_refused():
    state = PLANNER.init(observe(scatter(7)), np.random.default_rng(0))
    PLANNER.check_state(state, 20)
    with pytest.raises(UsageError, match="not possible"):
        PLANNER.check_state(state, 19)
    other = Learned(PROBLEM, make_policy(senses=type(SENSES)(3, 2.0, 3, 2.0, 4)))
    with pytest.raises(UsageError, match="not possible"):
        other.check_state(state, 20)


BAD_LINKS = [
    LinkSettings(loss=0.3),
    LinkSettings(link_delay=3),
    LinkSettings(message_bits=8),
    LinkSettings(message_format="float16"),
    LinkSettings(send_threshold=0.05),
    LinkSettings(send_threshold=0.05, loss=0.2, link_delay=1),
    LinkSettings(loss=0.3, link_delay=3, message_bits=8),
]
bad_links = pytest.mark.parametrize("links", BAD_LINKS)


@bad_links
def test_the_policy_that_comes_with_it_comes_closer_over_bad_links_too(links):
    planner = make_planner("learned", PROBLEM, MacroSettings(), 1, links)
    positions = np.random.default_rng(8).uniform(-0.9, -0.1, (20, 2))
    state = planner.init(observe(positions, "knn:4"), np.random.default_rng(0))
    path, _ = follow(planner, positions, state, 100, "knn:4")
    ergodic = PositionMetrics.of(PROBLEM.target).ergodic
    assert ergodic(path[-1]) < 0.3 * ergodic(positions)


@bad_links
def test_over_bad_links_it_counts_what_was_lost_goes_on_from_its_state_and_bears_deaths(links):
    planner = Learned(replace(PROBLEM, channel=Channel(links)), make_policy())
    positions = scatter(9)
    state = planner.init(observe(positions), np.random.default_rng(0))
    path, middle = follow(planner, positions, state, 5)
    traffic = planner.report(middle).traffic
    assert traffic.rounds == 5
    if links.send_threshold:
        assert 20 * 2 <= traffic.messages.sum() < 20 * 5 * 2
    else:
        assert traffic.messages.tolist() == [5 * 2] * 20
    np.testing.assert_array_equal(traffic.bytes, 2 * traffic.broadcast)
    stored = pickle.loads(pickle.dumps(middle))
    stored.require_sound()
    planner.check_state(stored, 20)
    rest, _ = follow(planner, path[-1], middle, 5)
    np.testing.assert_array_equal(follow(planner, path[-1], stored, 5)[0], rest)
    left = np.arange(3, 20)
    fewer = planner.change_members(middle, left, observe(path[-1][left]))
    planner.check_state(fewer, 17)
    assert np.isfinite(follow(planner, path[-1][left], fewer, 5)[0]).all()


def test_states_of_other_links_are_refused():
    late = Learned(replace(PROBLEM, channel=Channel(LinkSettings(link_delay=2))), make_policy())
    state = late.init(observe(scatter(7)), np.random.default_rng(0))
    _, state = follow(late, scatter(7), state, 3)
    late.check_state(state, 20)
    sent = replace(state.channel.sent, history=(np.zeros((20, SIZE + 1)),))
    broken = replace(state, channel=replace(state.channel, sent=sent))
    for planner, wrong in ((PLANNER, state), (late, broken)):
        with pytest.raises(UsageError, match="must be of links like these"):
            planner.check_state(wrong, 20)


def test_delays_that_no_memory_holds_are_refused():
    late = Learned(replace(PROBLEM, channel=Channel(LinkSettings(link_delay=1000))), make_policy())
    # Of all that a network holds it asks how many robots there are.
    many = network_of_edges(np.array([[0, 1]]), 20_000)
    with pytest.raises(UsageError, match="with 20000 robots and messages of"):
        late.check(many)
    late.check(observe(scatter(7)).network)
