"""What a robot does next depends on itself and its neighbours alone, bit for bit."""

import dataclasses

import numpy as np
import pytest

from bildsim.controllers.bild_macro.algorithm import BildMacro
from bildsim.controllers.bild_macro.planner import BildMacroPlanner
from bildsim.controllers.bild_macro.settings import PAPER, WASSERSTEIN, MacroSettings
from bildsim.controllers.planner import Observation, Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target

FAMILY = LegendreFamily(3, 0.1)
TARGET = np.log(named_target("gmm3").on_grid(FAMILY.grid))
ROBOTS, ME, RIDGE = 20, 5, PAPER.regularisation
SETTINGS = {"paper": PAPER, "ours": MacroSettings(warmup_rounds=0, curvature="tracked")}


@pytest.fixture(params=list(SETTINGS))
def world(request):
    """Return an algorithm on a ring, where robot 5 hears 4 and 6, and a state under way."""
    settings = SETTINGS[request.param]
    rng = np.random.default_rng(0)
    positions = rng.uniform(-1.0, 1.0, (ROBOTS, 2))
    network = build_network(NetworkSpec.parse("ring"), positions, rng)
    algorithm = BildMacro(FAMILY, TARGET, settings)
    state = algorithm.init(positions, rng.standard_normal((ROBOTS, FAMILY.size)))
    return algorithm, algorithm.advance(state, positions, network, rounds=3), network


def changed(state, robot, what):
    """Return the state with one robot's x, y, r or q, and what depends on it, set otherwise."""
    fields = {name: field.copy() for name, field in state.fields._asdict().items()}
    gradient, positions, statistics = (
        np.copy(part) for part in (state.gradient, state.positions, state.statistics)
    )
    if what == "x":
        positions[robot] *= -0.5
        statistics[robot] = FAMILY.statistics(positions[robot])
    else:
        fields[what][robot] *= 1.3
    if what in "xy":
        found = FAMILY.evaluate(fields["y"][robot : robot + 1], TARGET, moments=True)
        ridge = RIDGE * fields["y"][robot]
        fields["slope"][robot] = found.mean[0] - statistics[robot] + ridge
        hessian = FAMILY.unpack(found.covariance)[0] + RIDGE * np.eye(FAMILY.size)
        fields["moments"][robot], fields["norm"][robot] = found.moments[0], np.linalg.norm(hessian)
        gradient[robot] = found.gradient[0]
    return dataclasses.replace(
        state,
        positions=positions,
        statistics=statistics,
        gradient=gradient,
        fields=type(state.fields)(**fields),
    )


def next_of(algorithm, state, network, robot):
    """Return all that a robot holds after a round, and its waypoint, as bytes."""
    arrived = algorithm.waypoints(state, algorithm.hypergradient(state))
    state = algorithm.advance(state, arrived, network)
    waypoint = algorithm.waypoints(state, algorithm.hypergradient(state))
    rows = [state.positions, *state.fields, state.gradient, waypoint]
    return [np.asarray(row[robot]).tobytes() for row in rows]


@pytest.mark.parametrize("what", ["x", "y", "r", "q"])
@pytest.mark.parametrize("other", [0, 3, 7, 15])
def test_a_change_at_a_stranger_changes_no_bit(world, what, other):
    algorithm, state, network = world
    expected = next_of(algorithm, state, network, ME)
    assert next_of(algorithm, changed(state, other, what), network, ME) == expected


@pytest.mark.parametrize("what", ["y", "r", "q"])
@pytest.mark.parametrize("other", [4, 6])
def test_a_change_at_a_neighbour_is_heard(world, what, other):
    algorithm, state, network = world
    expected = next_of(algorithm, state, network, ME)
    assert next_of(algorithm, changed(state, other, what), network, ME) != expected


@pytest.mark.parametrize("what", ["x", "y", "r", "q"])
def test_a_change_at_itself_is_felt(world, what):
    algorithm, state, network = world
    expected = next_of(algorithm, state, network, ME)
    assert next_of(algorithm, changed(state, ME, what), network, ME) != expected


def test_a_robots_place_among_the_others_changes_no_bit(world):
    """Robots turned round the ring by three: other lanes and other groups of eight."""
    algorithm, state, network = world
    turned = dataclasses.replace(
        state,
        positions=np.roll(state.positions, 3, axis=0),
        statistics=np.roll(state.statistics, 3, axis=0),
        gradient=np.roll(state.gradient, 3, axis=0),
        fields=type(state.fields)(*(np.roll(field, 3, axis=0) for field in state.fields)),
    )
    expected = next_of(algorithm, state, network, ME)
    assert next_of(algorithm, turned, network, ME + 3) == expected


TICK = 2
"""Rounds a tick: robot 5 hears robots 3 to 7 in one."""


def planned(settings, other, what):
    """Return the waypoint and all that robot 5 holds after a tick of our own rules, as bytes."""
    rng = np.random.default_rng(0)
    positions = rng.uniform(-1.0, 1.0, (ROBOTS, 2))
    network = build_network(NetworkSpec.parse("ring"), positions, rng)
    problem = Problem(named_target("gmm3"), FAMILY, settings.regularisation, 0.02)
    planner = BildMacroPlanner.of(problem, settings, TICK)
    seen = Observation(0.0, positions, network)
    # One tick first: robots begin with y = 0, which no factor changes.
    _, state = planner.plan(planner.init(seen, np.random.default_rng(1)), seen)
    if other is not None:
        estimates = changed(state.estimates, other, what)
        state = dataclasses.replace(state, estimates=estimates)
        seen = Observation(0.0, estimates.positions, network)
    waypoints, state = planner.plan(state, seen)
    rows = [*state.estimates.fields, state.estimates.gradient, waypoints]
    return [np.asarray(row[ME]).tobytes() for row in rows]


@pytest.mark.parametrize(
    "settings", [MacroSettings(), MacroSettings(curvature="tracked"), WASSERSTEIN]
)
def test_a_tick_of_our_own_rules_hears_no_strangers(settings):
    expected = planned(settings, None, "x")
    for what in "xyr":
        for other in (0, 2, 8, 15):
            assert planned(settings, other, what) == expected
        assert planned(settings, 4, what) != expected
