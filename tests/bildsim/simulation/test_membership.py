"""Robots that leave and come: what planners see and carry over, and what survivors notice."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest

from bildsim.basics.errors import RunError
from bildsim.controllers.bild_macro.planner import BildMacroPlanner
from bildsim.controllers.bild_macro.settings import WASSERSTEIN, MacroSettings
from bildsim.controllers.planner import ChangesMembers, Observation, Problem, Report
from bildsim.controllers.registry import PLANNER_NAMES, knowledge_of, make_planner
from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.network.graph import NetworkSpec, build_network, network_among, network_of_edges
from bildsim.network.link_settings import LinkSettings
from bildsim.network.traffic import Traffic
from bildsim.simulation.checked_planner import CheckedPlanner
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation
from bildsim.simulation.membership import Roster
from bildsim.targets.target import named_target

ROBOTS = 12
PROBLEM = Problem(named_target("ring"), LegendreFamily(3), 1e-4, 0.02, rounds=2)
IDEAL = RunConfig(
    network="er:0.7",
    rounds=2,
    duration=1.5,
    swarm=SwarmSettings(robots=ROBOTS, dynamics="ideal"),
)


def scatter(seed, robots=ROBOTS):
    return np.random.default_rng(seed).uniform(-0.9, 0.9, (robots, 2))


def graph(text, positions):
    return build_network(NetworkSpec.parse(text), positions, np.random.default_rng(1))


def ticks(config):
    simulation = Simulation(config)
    found = list(simulation.ticks())
    simulation.close()
    return found


@dataclass(frozen=True, eq=False)
class Diary:
    """Writes down what it is shown; a robot sends one message a tick, of one byte."""

    problem: Problem

    def init(self, observation, rng):
        return [("init", observation, rng.random())], Traffic.none(len(observation.positions))

    def plan(self, state, observation):
        pages, traffic = state
        one = np.ones(len(observation.positions), dtype=np.int64)
        traffic = Traffic(traffic.messages + one, traffic.bytes + one, traffic.rounds + 1)
        return 0.5 * observation.positions, ([*pages, ("plan", observation, 0.0)], traffic)

    def report(self, state):
        return Report(state[1])


@dataclass(frozen=True, eq=False)
class LongDiary(Diary):
    """The same, carried over."""

    def change_members(self, state, before, observation):
        return [*state[0], ("change", observation, before)], state[1].among(before)


@dataclass(frozen=True, eq=False)
class Loud:
    """Says ten bytes a tick to three neighbours alike; holds its traffic alone."""

    problem: Problem

    def init(self, observation, rng):
        return Traffic.none(len(observation.positions))

    def plan(self, state, observation):
        one = np.ones(len(observation.positions), dtype=np.int64)
        return observation.positions, Traffic(
            state.messages + 3 * one,
            state.bytes + 30 * one,
            state.rounds + 1,
            state.broadcast + 10 * one,
        )

    def report(self, state):
        return Report(state)


@dataclass(frozen=True, eq=False)
class LongLoud(Loud):
    """The same, carried over."""

    def change_members(self, state, before, observation):
        return state.among(before)


def lead(planner, schedule, seed=3):
    """Lead a planner through ticks with the given members; return waypoints and what is held."""
    positions = scatter(0)
    full = graph("complete", positions)
    roster = Roster(CheckedPlanner("diary", planner), seed)
    now, found = None, []
    for tick, members in enumerate(schedule):
        active = np.isin(np.arange(ROBOTS), members)
        seen = Observation(0.1 * tick, positions[active], network_among(full, np.array(members)))
        if now is None:
            now = roster.init(active, seen, np.random.default_rng(0))
        waypoints, now = roster.plan(now, active, seen, positions)
        found.append(waypoints)
    return positions, found, now, roster.report(now)


SCHEDULE = [range(10)] * 2 + [[0, 2, 4, 6, 8]] * 3 + [[0, 2, 4, 6, 8, 10, 11]] * 2


@pytest.mark.parametrize("kind", [Diary, LongDiary])
def test_planners_see_the_members_and_the_others_stay(kind):
    positions, waypoints, now, _ = lead(kind(PROBLEM), SCHEDULE)
    for found, members in zip(waypoints, SCHEDULE, strict=True):
        expected = positions.copy()
        expected[list(members)] *= 0.5
        np.testing.assert_array_equal(found, expected)
    for what, observation, _ in now.state[0]:
        assert what in ("init", "plan", "change")
        assert len(observation.network.degree) == len(observation.positions)


def test_who_cannot_carry_its_state_over_begins_anew_with_draws_of_its_own():
    _, _, now, report = lead(Diary(PROBLEM), SCHEDULE)
    assert now.changes == 2
    assert [page[0] for page in now.state[0]] == ["init", "plan", "plan"]
    draws = {now.state[0][0][2], lead(Diary(PROBLEM), SCHEDULE[:5])[2].state[0][0][2]}
    assert len(draws) == 2, "another draw at each change"
    assert lead(Diary(PROBLEM), SCHEDULE)[2].state[0][0][2] in draws, "the same each time"
    assert lead(Diary(PROBLEM), SCHEDULE, seed=4)[2].state[0][0][2] not in draws
    np.testing.assert_array_equal(report.traffic.messages, [7] * 5 + [2] * 2)
    assert report.traffic.rounds == 7


def test_who_can_is_given_which_row_each_member_had():
    _, _, now, report = lead(LongDiary(PROBLEM), SCHEDULE)
    rows = [page[2].tolist() for page in now.state[0] if page[0] == "change"]
    assert rows == [[0, 2, 4, 6, 8], [0, 1, 2, 3, 4, -1, -1]]
    np.testing.assert_array_equal(report.traffic.messages, [7] * 5 + [2] * 2)
    np.testing.assert_array_equal(report.traffic.bytes, report.traffic.messages)
    assert report.traffic.rounds == 7
    # What the others sent is not lost either.
    np.testing.assert_array_equal(now.settled.messages[[1, 3, 5, 7, 9]], 2)


@pytest.mark.parametrize("kind", [Loud, LongLoud])
def test_what_goes_out_once_is_added_up_through_all_changes(kind):
    _, _, now, report = lead(kind(PROBLEM), SCHEDULE)
    rounds = np.array([7] * 5 + [2] * 2)
    np.testing.assert_array_equal(report.traffic.bytes, 30 * rounds)
    np.testing.assert_array_equal(report.traffic.broadcast, 10 * rounds)
    np.testing.assert_array_equal(now.settled.broadcast[[1, 3, 5, 7, 9]], 20)


def test_one_that_fails_to_go_on_stops_the_run_with_a_sentence():
    @dataclass(frozen=True, eq=False)
    class Lost(Diary):
        def change_members(self, state, before, observation):
            raise KeyError("who")

    with pytest.raises(RunError, match=r"diary could not go on with other robots at 0.2 s"):
        lead(Lost(PROBLEM), SCHEDULE)


@pytest.mark.parametrize("text", ["er:0.4", "regular:4", "ring", "complete"])
def test_the_members_network_is_what_is_left_of_the_whole_one(text):
    whole = graph(text, scatter(0))
    members = np.array([0, 1, 4, 5, 6, 9, 11])
    found = network_among(whole, members)
    linked = (whole.matrix().toarray() > 0) & ~np.eye(ROBOTS, dtype=bool)
    kept = linked[np.ix_(members, members)]
    expected = network_of_edges(np.argwhere(np.triu(kept)), len(members))
    np.testing.assert_array_equal(found.matrix().toarray(), expected.matrix().toarray())
    np.testing.assert_array_equal(found.degree, kept.sum(axis=1))
    assert found.components == expected.components
    everybody = network_among(whole, np.arange(ROBOTS))
    np.testing.assert_array_equal(everybody.weights, whole.weights)


# In the closed loop


BAD_LINKS = LinkSettings(loss=0.3, link_delay=3, message_bits=8)
TALKERS = [name for name in PLANNER_NAMES if knowledge_of(name).channel]


@pytest.mark.parametrize(
    ("planner", "links"),
    [(name, LinkSettings()) for name in PLANNER_NAMES] + [(name, BAD_LINKS) for name in TALKERS],
)
def test_every_planner_goes_on_with_fewer_and_with_more(planner, links):
    robots = SwarmSettings(robots=6, dynamics="ideal")
    faults = Faults(dead="robots:1+4@0.3", join="robots:2@0.6")
    config = replace(IDEAL, planner=planner, swarm=robots, faults=faults, network="complete")
    found = ticks(replace(config, duration=0.9, links=links))
    sizes = [int(tick.active.sum()) for tick in found]
    assert sizes == [5] * 3 + [3] * 3 + [4] * 4
    for before, after in pairwise(found):
        np.testing.assert_array_equal(after.pose[~before.active], before.pose[~before.active])
        assert len(after.network.degree) == before.active.sum()
        assert len(after.report.traffic.messages) == before.active.sum()
    if found[-1].report.parameters is not None:
        assert len(found[-1].report.parameters) == sizes[-2]


def test_equal_seeds_give_equal_runs_with_deaths():
    config = replace(IDEAL, faults=Faults(dead="0.25@0.5", join="0.25@1"))
    first, again = ([tick.pose for tick in ticks(config)] for _ in "ab")
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("settings", [MacroSettings(), WASSERSTEIN])
def test_survivors_that_do_not_hear_the_dead_notice_nothing(settings):
    """Locality: in another part of the network nothing changes, not by a bit."""
    positions = scatter(2)
    pairs = np.array([[i, j] for part in (range(6), range(6, 12)) for i in part for j in part])
    whole = network_of_edges(pairs[pairs[:, 0] < pairs[:, 1]], ROBOTS)
    planner = BildMacroPlanner.of(PROBLEM, settings, 2)
    found = {}
    for name, dead in (("nobody", []), ("some", [1, 4])):
        roster = Roster(CheckedPlanner(name, planner), 0)
        everybody = np.ones(ROBOTS, dtype=bool)
        seen = Observation(0.0, positions, whole)
        now = roster.init(everybody, seen, np.random.default_rng(0))
        _, now = roster.plan(now, everybody, seen, positions)
        active = ~np.isin(np.arange(ROBOTS), dead)
        among = network_among(whole, np.flatnonzero(active))
        for _ in range(3):
            seen = Observation(0.1, positions[active], among)
            found[name], now = roster.plan(now, active, seen, positions)
    np.testing.assert_array_equal(found["some"][6:], found["nobody"][6:])
    assert (found["some"][[0, 2, 3, 5]] != found["nobody"][[0, 2, 3, 5]]).all()


def test_where_the_dead_are_moves_no_survivor():
    """Whoever carries a dead robot about changes nothing for planners that see the members."""
    config = replace(IDEAL, faults=Faults(dead="robots:3@0.3"))
    plain = ticks(config)
    simulation = Simulation(config)
    moved = []
    for tick in simulation.ticks():
        moved.append(tick)
        if tick.time_s >= 0.3:
            simulation.env.arena._poses[3] = [0.9, -0.9, 0.0]
    simulation.close()
    others = np.delete(np.arange(ROBOTS), 3)
    for one, other in zip(plain, moved, strict=True):
        np.testing.assert_array_equal(one.pose[others], other.pose[others])
        assert one.kl_fit == other.kl_fit
    assert (moved[-1].pose[3] != plain[-1].pose[3]).any()


# BILD-MACRO


def run_macro(planner, positions, network, ticks=4):
    observation = Observation(0.0, positions, network)
    state = planner.init(observation, np.random.default_rng(0))
    for _ in range(ticks):
        _, state = planner.plan(state, observation)
    return state


@pytest.mark.parametrize(
    "settings", [MacroSettings(), WASSERSTEIN, MacroSettings(solver="cg"), MacroSettings(delta=1.0)]
)
def test_who_stays_keeps_its_rows_and_newcomers_start_as_theorem_1_asks(settings):
    planner = BildMacroPlanner.of(PROBLEM, settings, 2)
    assert isinstance(planner, ChangesMembers)
    old = run_macro(planner, scatter(0, 6), graph("complete", scatter(0, 6)))
    before = np.array([0, 2, -1, 5, -1])
    positions = scatter(9, 5)
    # The second newcomer hears only the first, who knows nothing yet.
    network = network_of_edges(np.array([[0, 1], [1, 3], [0, 2], [2, 3], [2, 4]]), 5)
    new = planner.change_members(old, before, Observation(0.4, positions, network)).estimates
    stays = before >= 0
    for one, other in zip(new.fields, old.estimates.fields, strict=True):
        np.testing.assert_array_equal(one[stays], other[before[stays]])
    for name in ("positions", "statistics", "gradient", "z"):
        kept = getattr(old.estimates, name)[before[stays]]
        np.testing.assert_array_equal(getattr(new, name)[stays], kept)
    y = old.estimates.fields.y
    np.testing.assert_allclose(new.fields.y[2], 0.5 * (y[0] + y[5]), rtol=1e-12)
    np.testing.assert_array_equal(new.fields.y[4], 0.0)
    family, w = PROBLEM.family, settings.regularisation
    for robot in (2, 4):
        own = new.fields.y[robot]
        slope = family.moments(own) - family.statistics(positions)[robot] + w * own
        np.testing.assert_allclose(new.fields.r[robot], slope, atol=1e-12)
        hessian = family.covariance(own) + w * np.eye(family.size)
        assert new.fields.norm[robot] == pytest.approx(np.linalg.norm(hessian))
        if new.fields.q.shape[1]:
            upper = hessian[np.triu_indices(family.size)]
            np.testing.assert_allclose(new.fields.q[robot], upper, atol=1e-12)
    assert new.rounds == old.estimates.rounds


def balance(state):
    fields = state.estimates.fields
    return (fields.r - fields.slope).sum(axis=0)


def test_a_death_breaks_the_conservation_by_what_the_dead_take_along_and_a_birth_does_not():
    planner = BildMacroPlanner.of(PROBLEM, MacroSettings(), 2)
    positions = scatter(0)
    network = graph("er:0.7", positions)
    old = run_macro(planner, positions, network)
    np.testing.assert_allclose(balance(old), 0.0, atol=1e-12)
    left = np.array([0, 1, 2, 4, 5, 7, 8, 10, 11])
    fields = old.estimates.fields
    lost = (fields.slope - fields.r)[[3, 6, 9]].sum(axis=0)
    among = network_among(network, left)
    fewer = planner.change_members(old, left, Observation(0.4, positions[left], among))
    np.testing.assert_allclose(balance(fewer), lost, atol=1e-12)
    assert np.abs(lost).max() > 0.1
    for _ in range(5):
        _, fewer = planner.plan(fewer, Observation(0.5, positions[left], among))
    np.testing.assert_allclose(balance(fewer), lost, atol=1e-12), "for ever"
    before = np.where(np.isin(np.arange(ROBOTS), left), np.cumsum(np.isin(range(12), left)) - 1, -1)
    more = planner.change_members(fewer, before, Observation(0.6, positions, network))
    np.testing.assert_allclose(balance(more), lost, atol=1e-12)


def test_survivors_go_on_as_if_the_dead_stood_where_they_died():
    problem = replace(PROBLEM, family=LegendreFamily(2))
    planner = BildMacroPlanner.of(problem, MacroSettings(), 100)
    positions = scatter(0)
    network = graph("complete", positions)
    old = run_macro(planner, positions, network, ticks=10)
    left = np.arange(ROBOTS - 3)
    seen = Observation(1.0, positions[left], network_among(network, left))
    state = planner.change_members(old, left, seen)
    missing = balance(state)
    for _ in range(45):
        _, state = planner.plan(state, seen)
    family, y = problem.family, state.estimates.fields.y[:1]
    own = family.statistics(positions[left]).mean(axis=0)
    # At rest r is 0, so that the sum of grad_2 g is what the dead took along.
    rest = family.fit(own - missing / len(left), 1e-4)
    ghosts = family.fit(family.statistics(positions).mean(axis=0), 1e-4)
    assert family.kl_between(y, rest)[0] < 1e-6
    assert family.kl_between(y, ghosts)[0] < 1e-6
    assert family.kl_between(y, family.fit(own, 1e-4))[0] > 0.1


def test_only_those_that_estimate_carry_anything_over():
    made = {name: make_planner(name, PROBLEM, MacroSettings(), 2) for name in PLANNER_NAMES}
    carrying = [name for name, planner in made.items() if isinstance(planner, ChangesMembers)]
    assert carrying == ["bild-macro", "moment-cells", "moment-descent", "learned"]
