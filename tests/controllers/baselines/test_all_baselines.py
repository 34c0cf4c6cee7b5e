"""What every baseline owes the comparison: equal limits, states that can be stored, no secrets."""

import pickle

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.planner import Observation, Problem
from bildsim.controllers.registry import BASELINES, make_planner
from bildsim.density.legendre_family import LegendreFamily
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.link_settings import LinkSettings
from bildsim.targets.target import named_target

ROBOTS = 15
STEP = 0.02
PROBLEM = Problem(named_target("banana"), LegendreFamily(4), 1e-4, STEP)
TALKERS = {"kde_consensus", "ergodic", "smc"}
LOCAL = {
    "iid": 0.0,
    "markov": 0.0,
    "cvt_limited": 0.5,
    "kde_flow": 0.6 * (ROBOTS / 100) ** (-1 / 6),
    "heat": 0.6 * (ROBOTS / 100) ** (-1 / 6),
}


baselines = pytest.mark.parametrize("name", BASELINES)


BAD_LINKS = {
    "loss": LinkSettings(loss=0.3),
    "delay": LinkSettings(link_delay=3),
    "few bits": LinkSettings(message_bits=8),
    "half floats": LinkSettings(message_format="float16"),
    "all": LinkSettings(loss=0.3, link_delay=3, message_bits=8),
}
SAVING = {
    "changes": LinkSettings(send_threshold=0.02),
    "changes, late": LinkSettings(send_threshold=0.02, link_delay=3),
    "changes in half floats": LinkSettings(send_threshold=0.02, message_format="float16"),
}


def make(name, links=None, rounds=2):
    return make_planner(name, PROBLEM, MacroSettings(), rounds, links)


def observe(positions, time_s=0.0, spec="ring"):
    network = build_network(NetworkSpec.parse(spec), positions, np.random.default_rng(0))
    return Observation(time_s, positions, network)


def scatter(seed=0, spread=1.0, robots=ROBOTS):
    return np.random.default_rng(seed).uniform(-spread, spread, (robots, 2))


def begin(name, positions, seed=0, links=None, rounds=2):
    """Return a new planner and its first state."""
    planner = make(name, links, rounds)
    return planner, planner.init(observe(positions), np.random.default_rng(seed))


def follow(planner, positions, state, ticks, spec="ring"):
    """Return the paths of ideal robots, (ticks, N, 2), and the last state."""
    path = []
    for tick in range(ticks):
        positions, state = planner.plan(state, observe(positions, 0.1 * tick, spec))
        path.append(positions)
    return np.array(path), state


@baselines
def test_no_step_is_longer_than_the_wheels_allow(name):
    positions = scatter(1)
    planner, state = begin(name, positions)
    path, _ = follow(planner, positions, state, 12)
    steps = np.diff(np.concatenate([positions[None], path]), axis=0)
    assert np.hypot(*np.moveaxis(steps, -1, 0)).max() <= STEP * (1.0 + 1e-9)
    assert np.abs(path).max() <= 1.0
    assert name == "static" or np.abs(steps).max() > 1e-4


@baselines
def test_a_run_resumed_from_its_state_is_the_run(name):
    positions = scatter(2)
    planner, state = begin(name, positions, seed=5)
    path, middle = follow(planner, positions, state, 11)
    rest, _ = follow(planner, path[-1], middle, 13)
    resumed, _ = follow(make(name), path[-1].copy(), pickle.loads(pickle.dumps(middle)), 13)
    np.testing.assert_array_equal(resumed, rest)


@baselines
def test_the_same_seed_is_the_same_run(name):
    positions = scatter(3)
    paths = []
    for _ in range(2):
        planner, state = begin(name, positions, seed=7)
        paths.append(follow(planner, positions, state, 8)[0])
    np.testing.assert_array_equal(*paths)


@baselines
def test_only_talkers_send(name):
    positions = scatter(4)
    planner, state = begin(name, positions)
    _, state = follow(planner, positions, state, 3)
    traffic = planner.report(state).traffic
    # A ring has two neighbours; two rounds a tick.
    expected = 3 * 2 * 2 if name in TALKERS else 0
    assert traffic.messages.tolist() == [expected] * ROBOTS
    assert (traffic.bytes > 0).all() == (name in TALKERS)


@pytest.mark.parametrize("name", LOCAL)
def test_what_is_out_of_range_changes_no_bit(name):
    """Robots on the left go on as they did while one on the right moves out of anyone's range."""
    positions = np.concatenate([scatter(5, 0.1, ROBOTS - 1) - 0.85, [[0.9, 0.9]]])
    moved = positions.copy()
    moved[-1] = [0.6, -0.1]
    distance = np.linalg.norm(positions[:-1] - moved[-1], axis=1).min()
    assert distance > LOCAL[name] * np.sqrt(2.0)
    planner, state = begin(name, positions)
    one, _ = planner.plan(state, observe(positions))
    other, _ = planner.plan(state, observe(moved))
    np.testing.assert_array_equal(one[:-1], other[:-1])
    assert (one[-1] != other[-1]).any()


@pytest.mark.parametrize("name", sorted(TALKERS))
def test_talkers_hear_only_as_far_as_the_rounds_carry(name):
    """On a ring with two rounds, a robot three links away is not heard of in one tick."""
    positions = scatter(6)
    planner, state = begin(name, positions)
    moved = positions.copy()
    moved[7] *= -0.5
    one, _ = planner.plan(state, observe(positions))
    other, _ = planner.plan(state, observe(moved))
    changed = np.flatnonzero((one != other).any(axis=1))
    assert set(changed) <= {5, 6, 7, 8, 9}
    assert len(changed) > 1


talkers = pytest.mark.parametrize("name", sorted(TALKERS))
bad_links = pytest.mark.parametrize("links", BAD_LINKS.values(), ids=BAD_LINKS)
ALL_LINKS = BAD_LINKS | SAVING
all_links = pytest.mark.parametrize("links", ALL_LINKS.values(), ids=ALL_LINKS)


@talkers
@all_links
def test_talkers_come_closer_over_bad_links_too(name, links):
    positions = np.random.default_rng(7).uniform(-0.9, -0.1, (ROBOTS, 2))
    planner, state = begin(name, positions, links=links, rounds=5)
    metrics = PositionMetrics.of(PROBLEM.target)
    path, state = follow(planner, positions, state, 100, "knn:4")
    # The mean over a while, as smc comes to rest nowhere.
    late = np.mean([metrics.ergodic(where) for where in path[-50::5]])
    assert late < 0.5 * metrics.ergodic(positions)


@talkers
@bad_links
def test_what_is_lost_was_sent(name, links):
    positions = scatter(8)
    traffic = []
    for each in (None, links):
        planner, state = begin(name, positions, links=each)
        traffic.append(planner.report(follow(planner, positions, state, 3)[1]).traffic)
    perfect, bad = traffic
    assert bad.rounds == perfect.rounds == 6
    np.testing.assert_array_equal(bad.messages, perfect.messages)
    np.testing.assert_array_equal(bad.bytes, bad.broadcast * 2)
    whole = links.message_bits == 64 and links.message_format is None
    assert (bad.bytes == perfect.bytes).all() == whole


@talkers
@all_links
def test_a_run_over_bad_links_resumed_from_its_state_is_the_run(name, links):
    positions = scatter(9)
    planner, state = begin(name, positions, links=links)
    path, middle = follow(planner, positions, state, 7)
    rest, _ = follow(planner, path[-1], middle, 6)
    kept = pickle.loads(pickle.dumps(middle))
    kept.require_sound()
    again, _ = follow(make(name, links), path[-1].copy(), kept, 6)
    np.testing.assert_array_equal(again, rest)


@talkers
def test_bad_links_make_a_difference(name):
    positions, paths = scatter(10), []
    for links in (None, *BAD_LINKS.values()):
        planner, state = begin(name, positions, links=links)
        paths.append(follow(planner, positions, state, 12)[0])
    for one, path in enumerate(paths):
        assert all((path != other).any() for other in paths[:one])


@talkers
def test_delays_that_no_memory_holds_are_refused(name):
    planner = make(name, LinkSettings(link_delay=1000))
    planner.check(observe(scatter(11)).network)
    many = build_network(NetworkSpec.parse("ring"), np.zeros((20_000, 2)), np.random.default_rng(0))
    with pytest.raises(UsageError, match="link_delay=1000 is not possible with 20000 robots"):
        planner.check(many)


@talkers
def test_who_sends_only_what_has_changed_sends_less_and_lets_all_go_on(name):
    """Robots that stand still come to agree, and then are silent."""
    positions, totals = scatter(12), {}
    for threshold in (0.0, 1e-300, 0.02):
        planner, state = begin(name, positions, links=LinkSettings(send_threshold=threshold))
        for tick in range(60):
            _, state = planner.plan(state, observe(positions, 0.1 * tick, "knn:4"))
        totals[threshold] = planner.report(state).traffic
    always, any_change, saving = totals.values()
    assert always.rounds == any_change.rounds == saving.rounds == 120
    # What differs at all differs by more than that share; some bits may at last stand still.
    assert (any_change.messages > 0.5 * always.messages).all()
    assert (saving.messages < 0.6 * always.messages).all()
    np.testing.assert_array_equal(saving.bytes * always.messages, always.bytes * saving.messages)


@talkers
def test_no_change_is_too_small_for_a_threshold_of_next_to_nothing(name):
    """Bit for bit: who sends whatever differs sends all that matters."""
    positions, paths = scatter(13), []
    for threshold in (0.0, 1e-300):
        links = LinkSettings(send_threshold=threshold, message_format="float32")
        planner, state = begin(name, positions, links=links)
        paths.append(follow(planner, positions, state, 8)[0])
    np.testing.assert_array_equal(*paths)


@talkers
def test_saving_talkers_hear_only_as_far_as_the_rounds_carry(name):
    positions = scatter(6)
    planner, state = begin(name, positions, links=LinkSettings(send_threshold=0.02))
    for tick in range(3):
        _, state = planner.plan(state, observe(positions, 0.1 * tick))
    moved = positions.copy()
    moved[7] *= -0.5
    one, _ = planner.plan(state, observe(positions, 0.3))
    other, _ = planner.plan(state, observe(moved, 0.3))
    changed = np.flatnonzero((one != other).any(axis=1))
    assert set(changed) <= {5, 6, 7, 8, 9}
    assert 7 in changed
