"""BILD-MACRO over bad links against the fused rounds, by robot, and with what it must conserve."""

import dataclasses
import pickle

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro import algorithm_over_links
from bildsim.controllers.bild_macro.algorithm import BildMacro
from bildsim.controllers.bild_macro.algorithm_over_links import MacroOverLinks
from bildsim.controllers.bild_macro.settings import PAPER, PRESETS, WASSERSTEIN, MacroSettings
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.directed_edges import directed_edges
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.link_settings import LinkSettings
from bildsim.network.lossy_links import Arrivals, LossyLinks
from bildsim.targets.target import named_target
from tests.controllers.consensus.literal_consensus import AdmmRobot, neighbours_of

FAMILY = LegendreFamily(4, 0.1)
TARGET = np.log(named_target("gmm3").on_grid(FAMILY.grid))
RULES = ["metropolis", "admm", "push-sum"]
ROBOTS = 12
LOSSY = LinkSettings(loss=0.3)


def world(settings=WASSERSTEIN, links=LOSSY, seed=0, network="er:0.5", y_spread=0.2):
    """Return the algorithm over links, its first state and channel, a network and a generator."""
    rng = np.random.default_rng(seed)
    positions = rng.uniform(-1.0, 1.0, (ROBOTS, 2))
    graph = build_network(NetworkSpec.parse(network), positions, rng)
    over = MacroOverLinks(BildMacro(FAMILY, TARGET, settings), links)
    state = over.algorithm.init(positions, y_spread * rng.standard_normal((ROBOTS, FAMILY.size)))
    return over, state, over.init(state, graph, rng), graph, rng


def settings_of(name, consensus):
    return dataclasses.replace(PRESETS[name], consensus=consensus, warmup_rounds=5)


def arrays_of(state):
    named = {"gradient": state.gradient, "statistics": state.statistics}
    return {**state.fields._asdict(), **named}


def moved(positions, rng):
    return np.clip(positions + rng.normal(0.0, 0.02, positions.shape), -1.0, 1.0)


@pytest.mark.parametrize("name", ["default", "paper", "wasserstein"])
def test_perfect_links_and_metropolis_are_the_fused_rounds(name):
    """The simple reference: 60 rounds of sums in another order, each good to about 1e-15."""
    # With the paper's own gamma_y so few robots lose stability, and rounding grows.
    settings = dataclasses.replace(settings_of(name, "metropolis"), gamma_y=0.2)
    over, state, channel, graph, rng = world(settings, LinkSettings())
    fused = state
    for count in range(20):
        if count % 5 == 4:
            graph = build_network(NetworkSpec.parse("er:0.4"), state.positions, rng)
        positions = moved(state.positions, rng)
        state, channel = over.advance(state, channel, positions, graph, rounds=3)
        fused = over.algorithm.advance(fused, positions, graph, rounds=3)
        expected = arrays_of(fused)
        for field, found in arrays_of(state).items():
            scale = max(1.0, np.abs(expected[field]).max(initial=0.0))
            np.testing.assert_allclose(found, expected[field], rtol=0, atol=1e-12 * scale)
    assert state.rounds == fused.rounds == 60


@pytest.mark.parametrize("name", ["default", "wasserstein"])
def test_push_sum_without_loss_is_metropolis_tracking(name):
    one, other = (
        world(settings_of(name, rule), LinkSettings()) for rule in ("metropolis", "push-sum")
    )
    results = []
    for over, state, channel, graph, _ in (one, other):
        state, _ = over.advance(state, channel, 0.9 * state.positions, graph, rounds=40)
        results.append(state)
    for field in ("y", "r"):
        found, expected = (getattr(state.fields, field) for state in results)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11)


@pytest.mark.parametrize("rule", ["admm", "push-sum"])
def test_in_spite_of_loss_y_finds_the_exact_fit(rule):
    settings = MacroSettings(regularisation=1e-2, warmup_rounds=20, consensus=rule)
    over, state, channel, graph, _ = world(settings, LinkSettings(loss=0.3, link_delay=1))
    theta = FAMILY.fit(state.statistics.mean(axis=0), settings.regularisation)
    state, _ = over.advance(state, channel, state.positions, graph, rounds=2000)
    assert FAMILY.kl_between(state.fields.y, theta).max() <= 1e-9
    hessian = FAMILY.covariance(theta) + settings.regularisation * np.eye(FAMILY.size)
    z = over.algorithm.hypergradient(state).z[3]
    np.testing.assert_allclose(hessian @ z, FAMILY.kl_gradient(theta, TARGET), atol=1e-5)


def test_with_loss_metropolis_tracking_misses_the_fit():
    settings = MacroSettings(regularisation=1e-2, warmup_rounds=20)
    over, state, channel, graph, _ = world(settings)
    theta = FAMILY.fit(state.statistics.mean(axis=0), settings.regularisation)
    state, _ = over.advance(state, channel, state.positions, graph, rounds=2000)
    assert FAMILY.kl_between(state.fields.y, theta).max() >= 1e-3


def literal_round(robots, heard_by, mixing, y, positions, settings, gamma_on):
    """Do one round of the ADMM variant robot by robot; return every y_i and r_i."""
    letters = [robot.letters() for robot in robots]
    following = []
    for i, robot in enumerate(robots):
        mixed = y[i].copy()
        for j, weight in mixing[i].items():
            if j in heard_by[i]:
                mixed += (1.0 - settings.laziness) * weight * (y[j] - y[i])
        hessian = FAMILY.covariance(y[i]) + settings.regularisation * np.eye(FAMILY.size)
        step = min(settings.gamma_y, settings.curvature_limit / np.linalg.norm(hessian))
        following.append(mixed - gamma_on * step * robot.estimate())
        for j in heard_by[i]:
            robot.read(j, letters[j][i])
    for robot, x, own in zip(robots, positions, following, strict=True):
        robot.own = FAMILY.moments(own) - FAMILY.statistics(x) + settings.regularisation * own
    return following


def test_arrays_equal_robots_that_pass_letters():
    settings = settings_of("wasserstein", "admm")
    over, state, channel, graph, rng = world(settings)
    neighbours = [neighbours_of(graph, i) for i in range(ROBOTS)]
    robots = [
        AdmmRobot(own, list(neighbours[i]), graph.degree)
        for i, own in enumerate(state.fields.slope)
    ]
    links, where, edges = LossyLinks(LOSSY), channel.links, directed_edges(graph)
    y = list(state.fields.y)
    for done in range(30):
        arrivals, where = links.next_round(where, graph)
        heard_by = [set() for _ in range(ROBOTS)]
        for e in np.flatnonzero(arrivals.heard):
            heard_by[edges.heads[e]].add(int(edges.tails[e]))
        positions = moved(state.positions, rng)
        y = literal_round(robots, heard_by, neighbours, y, positions, settings, float(done >= 5))
        state, channel = over.advance(state, channel, positions, graph)
        np.testing.assert_allclose(state.fields.y, y, rtol=0, atol=1e-10)
        r = [robot.estimate() for robot in robots]
        np.testing.assert_allclose(state.fields.r, r, rtol=0, atol=1e-10)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", ["default", "wasserstein"])
def test_a_robot_hears_its_neighbours_alone(rule, name):
    """Bit for bit: after a round only whom word of robot 5 has reached is any different."""
    over, state, channel, graph, _ = world(settings_of(name, rule), network="ring")
    state, channel = over.advance(state, channel, state.positions, graph, rounds=7)
    arrivals, _ = LossyLinks(LOSSY).next_round(channel.links, graph)
    edges = directed_edges(graph)
    reached = {5, *edges.heads[arrivals.heard & (edges.tails == 5)].tolist()}
    expected = rows_of(over, *over.advance(state, channel, state.positions, graph))
    # All that robot 5 holds and says: its y_i, and what its tracker would answer.
    fields = {field: values.copy() for field, values in state.fields._asdict().items()}
    fields["y"][5] *= 1.3
    other = dataclasses.replace(state, fields=type(state.fields)(**fields))
    trackers = tuple(
        dataclasses.replace(tracker, **spoilt(tracker, edges)) for tracker in channel.trackers
    )
    spoken = dataclasses.replace(channel, trackers=trackers)
    found = rows_of(over, *over.advance(other, spoken, state.positions, graph))
    differs = {i for i in range(ROBOTS) if found[i] != expected[i]}
    assert differs == reached


def spoilt(tracker, edges):
    """Return a tracker's arrays with all that robot 5 holds set otherwise."""
    changed = {}
    for field in ("estimates", "mass", "auxiliary", "out"):
        if hasattr(tracker, field):
            values = getattr(tracker, field).copy()
            values[5 if len(values) == ROBOTS else edges.heads == 5] *= 1.1
            changed[field] = values
    return changed


def rows_of(over, state, channel):
    waypoints = over.algorithm.waypoints(state, over.algorithm.hypergradient(state))
    rows = [*state.fields, state.gradient, waypoints]
    return [b"".join(np.asarray(row[i]).tobytes() for row in rows) for i in range(ROBOTS)]


@pytest.mark.parametrize("rule", RULES)
def test_states_are_data_and_several_rounds_are_single_ones(rule):
    links = LinkSettings(loss=0.3, burst=3.0, link_delay=2)
    over, state, channel, graph, rng = world(settings_of("wasserstein", rule), links)
    state, channel = over.advance(state, channel, state.positions, graph, rounds=6)
    stored = pickle.dumps((state.fields.y, channel))
    graph = build_network(NetworkSpec.parse("er:0.7"), state.positions, rng)
    at_once, _ = over.advance(state, channel, state.positions, graph, rounds=4)
    assert pickle.dumps((state.fields.y, channel)) == stored
    channel = pickle.loads(stored)[1]
    for _ in range(4):
        state, channel = over.advance(state, channel, state.positions, graph)
    for one, other in zip(state.fields, at_once.fields, strict=True):
        np.testing.assert_array_equal(one, other)


def test_no_rounds_change_nothing():
    over, state, channel, graph, _ = world()
    assert over.advance(state, channel, 0.5 * state.positions, graph, 0) == (state, channel)


@pytest.mark.parametrize("rule", RULES)
def test_robots_leave_and_join(rule):
    """ADMM fits those that are there; the others' r carries what the ones that left left behind."""
    settings = dataclasses.replace(settings_of("default", rule), regularisation=1e-2)
    over, state, channel, graph, rng = world(settings, LinkSettings(link_delay=1))
    state, channel = over.advance(state, channel, state.positions, graph, rounds=8)
    origin = np.array([7, 2, -1, 3, 4, 0, 11, 10])
    positions = rng.uniform(-1.0, 1.0, (8, 2))
    fresh = over.algorithm.init(positions, np.zeros((8, FAMILY.size)))
    kept = origin >= 0
    fields = {}
    for field, values in fresh.fields._asdict().items():
        values = values.copy()
        values[kept] = getattr(state.fields, field)[origin[kept]]
        fields[field] = values
    after = dataclasses.replace(fresh, fields=type(fresh.fields)(**fields), rounds=state.rounds)
    channel = over.change_members(channel, origin, after)
    graph = build_network(NetworkSpec.parse("complete"), positions, rng)
    after, channel = over.advance(after, channel, positions, graph, rounds=1500)
    theta = FAMILY.fit(after.statistics.mean(axis=0), settings.regularisation)
    gap = FAMILY.kl_between(after.fields.y, theta)
    assert np.ptp(after.fields.y, axis=0).max() <= 1e-3, "they agree"
    assert gap.max() <= 1e-8 if rule == "admm" else gap.min() >= 1e-4


@pytest.mark.parametrize(
    ("name", "rule", "bits", "expected"),
    [
        ("paper", "metropolis", 64, 8 * (24 + 24 + 300)),
        ("paper", "metropolis", 8, 24 + 24 + 300 + 12),
        ("default", "metropolis", 64, 8 * 48),
        ("default", "admm", 64, 8 * 48),
        ("wasserstein", "metropolis", 16, 2 * 48 + 8),
        ("wasserstein", "admm", 8, 48 + 8),
        ("wasserstein", "push-sum", 64, 8 * 49),
    ],
)
def test_bytes_of_a_message(name, rule, bits, expected):
    links = LinkSettings(loss=0.1, message_bits=bits)
    assert world(settings_of(name, rule), links)[0].bytes_per_message == expected


def test_few_bits_cost_a_little_and_many_next_to_nothing():
    gaps = []
    for bits in (6, 16, 64):
        settings = MacroSettings(regularisation=1e-2, consensus="admm")
        over, state, channel, graph, _ = world(settings, LinkSettings(message_bits=bits))
        theta = FAMILY.fit(state.statistics.mean(axis=0), settings.regularisation)
        state, _ = over.advance(state, channel, state.positions, graph, rounds=2000)
        gaps.append(FAMILY.kl_between(state.fields.y, theta).max())
    assert 1e-6 < gaps[0] < 0.1
    assert gaps[0] > 10.0 * gaps[1] > 10.0 * gaps[2]


def test_push_sum_refuses_few_bits():
    with pytest.raises(UsageError, match=r"message_bits=16 .*consensus='push-sum'"):
        world(settings_of("default", "push-sum"), LinkSettings(message_bits=16))


def test_the_papers_numbers_over_perfect_links_with_admm():
    settings = dataclasses.replace(
        PAPER, consensus="admm", curvature="own", gamma_y=0.3, y_spread=0.1
    )
    over, state, channel, graph, _ = world(settings, LinkSettings())
    state, _ = over.advance(state, channel, state.positions, graph, rounds=500)
    assert np.ptp(state.fields.y, axis=0).max() <= 1e-3
    assert Arrivals.all_of(graph).heard.all()


@pytest.mark.parametrize("name", RULES)
def test_messages_under_way_have_a_bound(name, monkeypatch):
    settings = settings_of("default", name)
    over, state, channel, graph, _ = world(settings, LinkSettings(link_delay=3))
    for _ in range(4):
        state, channel = over.advance(state, channel, state.positions, graph)
    kept = [*channel.sent_y.history] + [
        messages for tracker in channel.trackers for messages in tracker.sent.history
    ]
    held = sum(messages.nbytes for messages in kept)
    monkeypatch.setattr(algorithm_over_links, "MOST_UNDER_WAY_BYTES", 2 * held)
    over.require_memory(graph)
    monkeypatch.setattr(algorithm_over_links, "MOST_UNDER_WAY_BYTES", held)
    with pytest.raises(UsageError, match=r"link_delay=3 is not possible with 12 robots, \d+ links"):
        over.require_memory(graph)


def test_a_thousand_rounds_late_are_possible_for_a_hundred_robots():
    positions = np.random.default_rng(0).uniform(-1.0, 1.0, (100, 2))
    graph = build_network(NetworkSpec.parse("ring"), positions, np.random.default_rng(0))
    family = LegendreFamily()
    target = np.log(named_target("gmm3").on_grid(family.grid))
    settings = MacroSettings(curvature="tracked")
    over = MacroOverLinks(BildMacro(family, target, settings), LinkSettings(link_delay=1000))
    over.require_memory(graph)
    graph = build_network(NetworkSpec.parse("ring"), np.tile(positions, (2, 1)), None)
    with pytest.raises(UsageError, match="allowed is at most 981, as messages under way may take"):
        over.require_memory(graph)


SAVING = LinkSettings(send_threshold=0.1)


def test_what_is_held_keeps_the_sum_of_r():
    """The law of (8), however old what the others hold is and however few bits it has."""
    for more in ({}, {"message_format": "float16"}):
        links = LinkSettings(send_threshold=0.3, **more)
        over, state, channel, graph, rng = world(settings_of("default", "metropolis"), links)
        for count in range(30):
            positions = moved(state.positions, rng) if count < 10 else state.positions
            state, channel = over.advance(state, channel, positions, graph)
            total = state.fields.slope.sum(axis=0)
            np.testing.assert_allclose(state.fields.r.sum(axis=0), total, atol=1e-12)
        assert (channel.held.spoken < 25).any()


@pytest.mark.parametrize(
    ("links", "most"),
    [
        (LinkSettings(message_format="float32"), 1e-8),
        (LinkSettings(message_format="float16"), 1e-3),
        (SAVING, 1e-2),
    ],
    ids=["float32", "float16", "changes"],
)
def test_y_finds_the_fit_but_for_what_was_left_out(links, most):
    settings = MacroSettings(regularisation=1e-2, warmup_rounds=20)
    over, state, channel, graph, _ = world(settings, links)
    theta = FAMILY.fit(state.statistics.mean(axis=0), settings.regularisation)
    state, channel = over.advance(state, channel, state.positions, graph, rounds=2000)
    assert FAMILY.kl_between(state.fields.y, theta).max() <= most


def test_with_a_threshold_a_robot_hears_those_of_its_neighbours_that_speak():
    over, state, channel, graph, _ = world(
        settings_of("default", "metropolis"), SAVING, network="ring"
    )
    state, channel = over.advance(state, channel, state.positions, graph, rounds=7)
    edges = directed_edges(graph)
    neighbours = set(edges.heads[edges.tails == 5].tolist())
    expected = rows_of(over, *over.advance(state, channel, state.positions, graph))
    for factor, speaks in ((1.0 + 1e-9, None), (3.0, True)):
        fields = {field: values.copy() for field, values in state.fields._asdict().items()}
        fields["y"][5] *= factor
        other = dataclasses.replace(state, fields=type(state.fields)(**fields))
        found = rows_of(over, *over.advance(other, channel, state.positions, graph))
        differs = {i for i in range(ROBOTS) if found[i] != expected[i]}
        assert 5 in differs
        assert differs <= {5, *neighbours}
        if speaks:
            assert differs == {5, *neighbours}


def test_states_with_what_is_held_are_data_and_several_rounds_are_single_ones():
    links = LinkSettings(send_threshold=0.05, loss=0.2)
    over, state, channel, graph, rng = world(settings_of("wasserstein", "metropolis"), links)
    state, channel = over.advance(state, channel, state.positions, graph, rounds=6)
    stored = pickle.dumps(channel)
    graph = build_network(NetworkSpec.parse("er:0.7"), state.positions, rng)
    at_once, _ = over.advance(state, channel, state.positions, graph, rounds=4)
    channel = pickle.loads(stored)
    assert over.holds(channel, over.algorithm.init(np.zeros((1, 2)), state.fields.y[:1]), ROBOTS)
    for _ in range(4):
        state, channel = over.advance(state, channel, state.positions, graph)
    for one, other in zip(state.fields, at_once.fields, strict=True):
        np.testing.assert_array_equal(one, other)
    short = dataclasses.replace(channel, held=None)
    row = over.algorithm.init(np.zeros((1, 2)), state.fields.y[:1])
    assert not over.holds(short, row, ROBOTS)


@pytest.mark.parametrize(
    ("rule", "links", "words"),
    [
        ("admm", {"send_threshold": 0.1}, "send_threshold=0.1 .*consensus='admm', which says"),
        ("push-sum", {"send_threshold": 0.1}, "send_threshold=0.1 .*consensus='push-sum'"),
        ("metropolis", {"send_threshold": 0.1, "link_delay": 1}, "hear 1 rounds late"),
        ("push-sum", {"message_format": "float32"}, "message_format='float32' .*running sums"),
    ],
)
def test_what_would_go_wrong_is_refused(rule, links, words):
    with pytest.raises(UsageError, match=words):
        world(settings_of("default", rule), LinkSettings(**links))


@pytest.mark.parametrize(
    ("rule", "name", "expected"),
    [
        ("metropolis", "float16", 2 * 48),
        ("admm", "float32", 4 * 48),
        ("push-sum", "float64", 8 * 49),
    ],
)
def test_bytes_of_a_message_by_format(rule, name, expected):
    links = LinkSettings(loss=0.1, message_format=name)
    assert world(settings_of("default", rule), links)[0].bytes_per_message == expected
