"""What every planner owes the protocol, by whichever name it is made."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.controllers.baselines.voronoi.cvt import Voronoi
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.planner import Observation, Problem
from bildsim.controllers.registry import PLANNER_NAMES, make_planner, place_of
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target

ROBOTS = 9
PROBLEM = Problem(named_target("banana"), LegendreFamily(4), 1e-4, 0.02)
planners = pytest.mark.parametrize("name", PLANNER_NAMES)


def make(name):
    return make_planner(name, PROBLEM, MacroSettings(), rounds=2)


def observe(positions, time_s=0.0):
    network = build_network(NetworkSpec.parse("ring"), positions, np.random.default_rng(0))
    return Observation(time_s, positions, network)


def scatter(seed, spread=1.0):
    return np.random.default_rng(seed).uniform(-spread, spread, (ROBOTS, 2))


def fingerprint(value):
    return pickle.dumps(value)


@planners
def test_waypoints_are_points_of_the_square(name):
    planner = make(name)
    # Robots may be pressed a little beyond the square.
    observation = observe(1.001 * np.sign(scatter(0)))
    state = planner.init(observe(scatter(0)), np.random.default_rng(0))
    for seed in range(6):
        waypoints, state = planner.plan(state, observation)
        assert waypoints.shape == (ROBOTS, 2)
        assert waypoints.dtype == np.float64
        assert np.isfinite(waypoints).all()
        assert np.abs(waypoints).max() <= 1.0
        observation = observe(scatter(seed))


@planners
def test_planning_changes_nothing_that_it_was_given(name):
    planner = make(name)
    observation = observe(scatter(1))
    state = planner.init(observation, np.random.default_rng(0))
    _, state = planner.plan(state, observe(scatter(2)))
    before = fingerprint((state, observation))
    first, after = planner.plan(state, observation)
    kept = first.copy()
    second, again = planner.plan(state, observation)
    planner.report(state)
    assert fingerprint((state, observation)) == before
    np.testing.assert_array_equal(first, kept)
    np.testing.assert_array_equal(first, second)
    assert fingerprint(after) == fingerprint(again)


@planners
def test_writing_into_waypoints_reaches_no_state(name):
    planner = make(name)
    observation = observe(scatter(1))
    state = planner.init(observation, np.random.default_rng(0))
    waypoints, after = planner.plan(state, observation)
    before = fingerprint((state, after))
    waypoints.fill(99.0)
    assert fingerprint((state, after)) == before


@planners
def test_states_survive_storage(name):
    planner = make(name)
    observation = observe(scatter(1))
    state = planner.init(observation, np.random.default_rng(0))
    expected, _ = planner.plan(state, observation)
    restored = pickle.loads(pickle.dumps(state))
    resumed, _ = planner.plan(restored, observation)
    np.testing.assert_array_equal(resumed, expected)


@planners
def test_equal_generators_give_equal_states(name):
    planner = make(name)
    observation = observe(scatter(1))
    one, other = (planner.init(observation, np.random.default_rng(3)) for _ in range(2))
    assert fingerprint(one) == fingerprint(other)


@planners
def test_the_report_counts_robots(name):
    planner = make(name)
    observation = observe(scatter(1))
    state = planner.init(observation, np.random.default_rng(0))
    for _ in range(2):
        report = planner.report(state)
        assert report.traffic.messages.shape == report.traffic.bytes.shape == (ROBOTS,)
        assert (report.traffic.messages >= 0).all()
        assert report.parameters is None or report.parameters.shape == (ROBOTS, 24)
        _, state = planner.plan(state, observation)


@planners
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_any_arrangement_can_be_planned_for(name, data):
    """Robots at one point, in a line or anywhere: waypoints stay finite and in the square."""
    coordinate = st.floats(-1.0, 1.0)
    positions = data.draw(st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=6))
    observation = observe(np.array(positions))
    planner = make(name)
    state = planner.init(observation, np.random.default_rng(0))
    for _ in range(3):
        waypoints, state = planner.plan(state, observation)
        assert np.abs(waypoints).max() <= 1.0


@pytest.mark.parametrize("name", ["bild_macro", "BILD-MACRO", "", "lloyd"])
def test_unknown_names_list_the_known(name):
    listed = ", ".join(PLANNER_NAMES)
    with pytest.raises(UsageError, match=f"valid are {listed}, package.module:Class"):
        make(name)


@pytest.mark.usefixtures("installed")
def test_an_installed_planner_is_found_by_its_name():
    planner = make("guest")
    assert type(planner).__name__ == "Guest"
    assert planner.problem.rounds == 2
    assert planner.problem.target is PROBLEM.target
    assert place_of("guest") == "guest_house:Guest"


@pytest.mark.usefixtures("installed")
def test_only_what_is_not_ours_has_a_place():
    assert place_of("mine:Planner") == "mine:Planner"
    assert [place_of(name) for name in ("cvt", "bild-macro", "nobody")] == ["", "", ""]


@pytest.mark.usefixtures("installed")
def test_our_own_names_stay_ours():
    assert isinstance(make("cvt"), Voronoi)


@pytest.mark.usefixtures("installed")
def test_unknown_names_list_what_is_installed():
    with pytest.raises(
        UsageError, match=r"did you mean guest\? .*markov, learned, gone, guest, package"
    ):
        make("guess")


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("name", ["gone", "guest_house:Gone"])
def test_a_class_that_is_not_there_is_named(name):
    with pytest.raises(UsageError, match=f"planner='{name}': the module guest_house has no 'Gone'"):
        make(name)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("name", ["guest", "guest_house:Guest"])
def test_a_planner_that_cannot_be_made_says_why(name):
    problem = replace(PROBLEM, max_step=2.0)
    words = f"planner='{name}' cannot be made: ZeroDivisionError: no room"
    with pytest.raises(UsageError, match=words):
        make_planner(name, problem, MacroSettings(), rounds=1)


def test_a_module_that_fails_says_why(tmp_path, monkeypatch):
    (tmp_path / "broken_planner.py").write_text("1 / 0", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(UsageError, match="cannot be imported: ZeroDivisionError: division by zero"):
        make("broken_planner:Any")
