"""Planners of moments: what a robot knows, where swarms come to, options, states, members."""

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.moments import MomentCells, MomentDescent
from bildsim.controllers.registry import planner_maker
from bildsim.density.legendre_family import LegendreFamily
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.programs.checkpoint.decoder import decode
from bildsim.programs.checkpoint.encoder import encode
from bildsim.targets.moving_target import target_by_name
from bildsim.targets.target import named_target
from tests.controllers.moments.playing import (
    FAMILY,
    KINDS,
    PROBLEM,
    RIDGE,
    STEP,
    begin,
    follow,
    observe,
    on_a_path,
    over,
    scatter,
)

both = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
LINKS = {"perfect": {}, "poor": {"loss": 0.3, "link_delay": 2, "message_bits": 8}}
links = pytest.mark.parametrize("links", LINKS.values(), ids=LINKS)


def kl(positions, target):
    parameters = FAMILY.fit(FAMILY.statistics(positions).mean(axis=0), RIDGE)
    return FAMILY.kl(parameters, np.log(target.on_grid(FAMILY.grid)))


@both
@links
def test_waypoints_are_within_the_square_and_a_step(kind, links):
    positions = np.vstack([scatter(9, 1), [[1.001, -1.001], [-1.0, 1.0], [0.3, 0.3], [0.3, 0.3]]])
    planner = kind(over(**links))
    state = begin(planner, positions)
    for _ in range(8):
        waypoints, state = planner.plan(state, observe(positions))
        assert np.abs(waypoints).max() <= 1.0
        inside = np.clip(positions, -1.0, 1.0)
        assert np.hypot(*(waypoints - inside).T).max() <= STEP * (1.0 + 1e-9)
        positions = waypoints


@both
@links
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32), robots=st.integers(1, 7))
def test_any_few_robots_can_be_planned_for(kind, links, seed, robots):
    positions = np.round(scatter(robots, seed), 1)
    planner = kind(over(**links))
    path, _ = follow(planner, positions, begin(planner, positions), 3)
    assert np.abs(path).max() <= 1.0


@pytest.mark.parametrize(("target", "start"), [("gmm3", "corner"), ("ring", "uniform")])
def test_swarms_come_closer_to_the_target_and_cells_closest(target, start):
    target = named_target(target)
    positions = scatter(25, 2) if start == "uniform" else scatter(25, 2, 0.2) - 0.7
    metrics, ends = PositionMetrics.of(target), {}
    for kind in KINDS.values():
        planner = kind(replace(PROBLEM, target=target, max_step=0.05, rounds=10))
        path, _ = follow(planner, positions, begin(planner, positions), 80)
        assert kl(path[-1], target) < 0.5 * kl(positions, target)
        ends[kind] = metrics.w2(path[-1])
        assert ends[kind] < metrics.w2(positions)
    assert ends[MomentCells] < ends[MomentDescent]


@both
def test_estimates_come_to_the_swarms_moments(kind):
    positions = scatter(25, 3)
    planner = kind(PROBLEM, number_bits=64)
    state = begin(planner, positions)
    for _ in range(100):
        _, state = planner.plan(state, observe(positions))
    estimates = planner.agreement.estimates(state.agreement)
    mean = FAMILY.statistics(positions).mean(axis=0)
    np.testing.assert_allclose(estimates, np.broadcast_to(mean, estimates.shape), atol=5e-3)


def off_after_a_walk(problem, leak=None):
    """Return how far estimates are from the mean at rest, after robots moved a while."""
    rng, planner = np.random.default_rng(5), MomentDescent(problem, leak=leak)
    positions = scatter(20, 4)
    state = begin(planner, positions)
    for tick in range(150):
        if tick < 50:
            positions = np.clip(positions + rng.normal(0.0, 0.02, positions.shape), -1.0, 1.0)
        _, state = planner.plan(state, observe(positions))
    mean = FAMILY.statistics(positions).mean(axis=0)
    return float(np.abs(planner.agreement.estimates(state.agreement) - mean).mean())


@pytest.mark.parametrize("rounds", [2, 10])
def test_where_messages_are_lost_more_is_forgotten(rounds):
    lossy = over(replace(PROBLEM, rounds=rounds), loss=0.1)
    off = off_after_a_walk(lossy)
    assert off < 0.5 * off_after_a_walk(lossy, leak=1e-4)
    assert off == off_after_a_walk(lossy, leak=0.01 / rounds)


def test_where_nothing_is_lost_next_to_nothing_is_forgotten():
    assert off_after_a_walk(PROBLEM) == off_after_a_walk(PROBLEM, leak=1e-4)


@pytest.mark.parametrize(
    ("kind", "given"), [(MomentDescent, {}), (MomentCells, {"balance": 0.0})], ids=KINDS
)
def test_a_swarm_that_is_there_rests(kind, given):
    """While weights are balanced robots creep on for longer, as they must change places."""
    positions = scatter(20, 4)
    planner = kind(replace(PROBLEM, target=named_target("uniform"), rounds=10), **given)
    path, _ = follow(planner, positions, begin(planner, positions), 150)
    assert np.hypot(*(path[-1] - path[-2]).T).max() <= 0.1 * STEP


@both
def test_who_is_out_of_reach_changes_no_bit(kind):
    """On a path of 12 robots whose first stand close, 5 rounds carry word over 5 edges."""
    positions = np.column_stack([np.linspace(-0.95, 0.95, 12), np.zeros(12)])
    options = {"sensing_range": 0.5} if kind is MomentCells else {}
    planner = kind(PROBLEM, warmup_rounds=0, **options)
    state = planner.init(on_a_path(positions), np.random.default_rng(0))
    moved = positions.copy()
    moved[-1] = [0.9, -0.6]
    here, there = (planner.plan(state, on_a_path(where)) for where in (positions, moved))
    changed = np.flatnonzero((here[0] != there[0]).any(axis=1))
    assert set(changed.tolist()) <= set(range(6, 12))
    assert {10, 11} <= set(changed.tolist())
    np.testing.assert_array_equal(here[1].weights[:6], there[1].weights[:6])


@both
@links
def test_the_same_seed_is_the_same_run(kind, links):
    positions, planner = scatter(12, 5), kind(over(**links))
    one, other = (follow(planner, positions, begin(planner, positions), 6)[0] for _ in range(2))
    np.testing.assert_array_equal(one, other)


@both
@links
@pytest.mark.parametrize("consensus", ["forgetting", "admm", "metropolis"])
def test_a_run_goes_on_from_a_checkpoint(kind, links, consensus):
    positions, planner = scatter(12, 6), kind(over(**links), consensus=consensus)
    path, middle = follow(planner, positions, begin(planner, positions), 4)
    stored = encode(middle)
    rest, _ = follow(planner, path[-1], middle, 4)
    read = decode(stored)
    planner.check_state(read, 12)
    again = kind(over(**links), consensus=consensus)
    resumed, _ = follow(again, path[-1].copy(), read, 4)
    np.testing.assert_array_equal(resumed, rest)
    assert encode(middle) == stored


@both
def test_states_of_others_are_refused(kind):
    positions = scatter(12, 7)
    planner = kind(PROBLEM)
    state = begin(planner, positions)
    planner.check_state(state, 12)
    smaller = replace(PROBLEM, family=LegendreFamily(3))
    for wrong, robots in [
        (state, 13),
        (begin(kind(smaller), positions), 12),
        (begin(kind(PROBLEM, consensus="admm"), positions), 12),
        (begin(kind(PROBLEM, consensus="metropolis"), positions), 12),
        (begin(kind(over(loss=0.3)), positions), 12),
        (replace(state, weights=np.zeros((12, 1))), 12),
        (replace(state, weights=np.zeros(11)), 12),
        (None, 12),
        (positions, 12),
    ]:
        with pytest.raises(UsageError, match=r"one of moments with these settings, of 1\d robots"):
            planner.check_state(wrong, robots)


def test_weights_of_a_file_are_as_many_as_robots():
    state = begin(MomentCells(PROBLEM), scatter(5))
    state.require_sound()
    with pytest.raises(ValueError, match="rows"):
        replace(state, weights=np.zeros(4)).require_sound()


@both
@links
def test_deaths_and_newcomers(kind, links):
    positions, planner = scatter(20, 8), kind(over(**links))
    path, state = follow(planner, positions, begin(planner, positions), 5)
    before = np.array([3, 7, -1, 0, 19, 12, -1, 5])
    present = np.where((before < 0)[:, None], 0.5, path[-1][before])
    after = planner.change_members(state, before, observe(present))
    planner.check_state(after, len(before))
    after.require_sound()
    after.agreement.require_sound()
    joins = before < 0
    np.testing.assert_array_equal(after.weights, np.where(joins, 0.0, state.weights[before]))
    kept, new = (planner.agreement.estimates(each.agreement) for each in (state, after))
    np.testing.assert_array_equal(new[~joins], kept[before[~joins]])
    np.testing.assert_allclose(new[joins], FAMILY.statistics(present)[joins])
    sent = planner.report(after).traffic.messages
    assert (sent > 0).tolist() == (~joins).tolist()
    path, after = follow(planner, present, after, 5)
    assert np.isfinite(path).all()
    planner.check_state(after, len(before))


@both
def test_members_that_all_stay_change_nothing(kind):
    positions, planner = scatter(15, 9), kind(over(link_delay=1, loss=0.2))
    path, state = follow(planner, positions, begin(planner, positions), 3)
    same = planner.change_members(state, np.arange(15), observe(path[-1]))
    one, other = (follow(planner, path[-1], each, 4)[0] for each in (state, same))
    np.testing.assert_array_equal(one, other)


@both
def test_a_planner_made_anew_each_tick_follows_a_target_that_moves(kind):
    course, positions = target_by_name("moving_gauss"), scatter(15, 10, 0.3) - 0.5
    state, first = None, None
    for tick in range(40):
        time_s = 0.1 * tick
        problem = replace(PROBLEM, target=course.at(time_s), max_step=0.05, rounds=10)
        planner = kind(problem)
        state = begin(planner, positions) if state is None else state
        positions, state = planner.plan(state, observe(positions, time_s=time_s))
        first = positions if first is None else first
    now = PositionMetrics.of(course.at(time_s))
    assert now.w2(positions) < now.w2(first)
    middle = now.cells.masses.ravel() @ now.cells.points
    away = [np.linalg.norm(middle - each.mean(axis=0)) for each in (positions, first)]
    assert away[0] < 0.5 * away[1]


@pytest.mark.parametrize(
    ("kind", "given", "size"),
    [
        (MomentCells, {}, 98),
        (MomentCells, {"number_bits": 64}, 49 * 8),
        (MomentDescent, {}, 96),
        (MomentDescent, {"number_bits": 32}, 192),
        (MomentDescent, {"consensus": "metropolis", "number_bits": 16}, 48 * 8),
    ],
)
def test_bytes_are_counted_as_broadcast(kind, given, size):
    positions, rounds = scatter(10, 11), 3
    planner = kind(replace(PROBLEM, family=LegendreFamily(6), rounds=rounds), **given)
    state = begin(planner, positions)
    _, state = follow(planner, positions, state, 4)
    traffic = planner.report(state).traffic
    assert traffic.rounds == planner.warmup_rounds + 4 * rounds
    assert (traffic.broadcast == size * traffic.rounds).all()
    degree = observe(positions).network.degree
    np.testing.assert_array_equal(traffic.bytes, traffic.broadcast * degree)
    np.testing.assert_array_equal(traffic.messages, traffic.rounds * degree)


def test_where_links_are_late_moves_are_smaller():
    positions = scatter(12, 12)
    moves = []
    for delay in (0, 9):
        planner = MomentDescent(over(replace(PROBLEM, max_step=1.0), link_delay=delay))
        state = begin(planner, positions)
        # What a robot would do if it knew as much in both cases.
        moves.append(planner._gain)
        assert math.isfinite(planner.plan(state, observe(positions))[0].sum())
    assert moves[1] < 0.5 * moves[0]


SHARED = [
    ("gain", -0.1),
    ("gain", 1.5),
    ("gain", math.nan),
    ("leak", -0.1),
    ("leak", 1.0),
    ("leak", math.nan),
    ("number_bits", 8),
    ("warmup_rounds", -1),
    ("warmup_rounds", 10_001),
    ("moment_share", -0.5),
    ("moment_share", 1.1),
    ("moment_share", math.inf),
]
OF_CELLS = [
    ("spreading", -0.1),
    ("spreading", 2.0),
    ("balance", math.nan),
    ("balance", 1.5),
    ("sensing_range", 0.0),
    ("sensing_range", -1.0),
    ("sensing_range", math.inf),
    ("sensing_range", math.nan),
]


@pytest.mark.parametrize(
    ("name", "option", "value"),
    [
        *(("moment-descent", *case) for case in SHARED),
        *(("moment-cells", *case) for case in SHARED + OF_CELLS),
    ],
)
def test_options_out_of_range_are_refused_in_a_sentence(name, option, value):
    with pytest.raises(
        UsageError, match=f"^planner option {option}=.* is not (allowed|possible): it must"
    ):
        planner_maker(name, MacroSettings(), 5, options=f"{option}={value}")(PROBLEM)
    with pytest.raises(UsageError, match=f"^{option}=.* is not allowed: it must be"):
        KINDS[name](PROBLEM, **{option: value})


def test_an_unknown_consensus_is_refused_with_near_names():
    with pytest.raises(UsageError, match="consensus='adm' is unknown: did you mean admm"):
        MomentDescent(PROBLEM, consensus="adm")


@pytest.mark.parametrize("robots", [16, 100])
def test_a_sensing_range_that_reaches_nobody_names_one_that_would_do(robots):
    network, least = observe(scatter(robots)).network, 2.0 / math.sqrt(robots)
    MomentCells(PROBLEM).check(network)
    MomentCells(PROBLEM, sensing_range=least).check(network)
    with pytest.raises(UsageError, match=r"sensing_range=0.1 m is too small") as caught:
        MomentCells(PROBLEM, sensing_range=0.1).check(network)
    enough = float(str(caught.value).split()[-4])
    assert enough >= least
    MomentCells(PROBLEM, sensing_range=enough).check(network)


def test_a_longer_sensing_range_is_used():
    """A robot too far away for the usual range is seen with a greater one."""
    positions = np.array([[-0.9, 0.0], [0.9, 0.0], *scatter(14, 13, 0.1)])
    ways = []
    for reach in (0.5, 2.5):
        planner = MomentCells(PROBLEM, sensing_range=reach)
        ways.append(planner.plan(begin(planner, positions), observe(positions))[0])
    assert (ways[0][0] != ways[1][0]).any()


@pytest.mark.parametrize("name", ["moment-descent", "moment-cells"])
@pytest.mark.parametrize("more", [{}, {"loss": 0.2}, {"link_delay": 2}], ids=str)
def test_who_sends_only_what_has_changed_sends_less_and_goes_on_alike(name, more):
    positions, totals = scatter(20, 3), {}
    for threshold in (0.0, 0.05):
        planner = KINDS[name](over(send_threshold=threshold, **more))
        state = begin(planner, positions)
        path, middle = follow(planner, positions, state, 20)
        rest, last = follow(planner, path[-1], middle, 5)
        kept = pickle.loads(pickle.dumps(middle))
        planner.check_state(kept, 20)
        np.testing.assert_array_equal(follow(planner, path[-1].copy(), kept, 5)[0], rest)
        totals[threshold] = planner.report(last).traffic
    always, saving = totals.values()
    assert saving.rounds == always.rounds
    assert saving.bytes.sum() < 0.8 * always.bytes.sum()
    weighs = planner.message.bytes_with(planner.problem.channel.settings)
    np.testing.assert_array_equal(saving.bytes, saving.messages * weighs)


@pytest.mark.parametrize(("name", "bits"), [(None, 16), ("float32", 32), ("float64", 64)])
def test_the_links_format_comes_before_the_planners_own(name, bits):
    planner = KINDS["moment-cells"](over(message_format=name))
    size = planner.message
    assert size.bytes_with(planner.problem.channel.settings) == (FAMILY.size + 1) * bits // 8


def test_a_threshold_is_refused_where_each_neighbour_hears_something_else():
    with pytest.raises(UsageError, match=r"send_threshold=0\.1 .* consensus=admm"):
        KINDS["moment-cells"](over(send_threshold=0.1), consensus="admm")


def test_states_of_other_thresholds_are_refused():
    positions = scatter(12)
    saving, always = (KINDS["moment-cells"](over(send_threshold=t, loss=0.1)) for t in (0.1, 0.0))
    for one, other in ((saving, always), (always, saving)):
        with pytest.raises(UsageError, match="is not possible"):
            other.check_state(begin(one, positions), 12)
