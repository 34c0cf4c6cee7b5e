"""The readable Algorithm 1 as a planner, against the compiled one."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.planner import BildMacroPlanner
from bildsim.controllers.bild_macro.reference_planner import ReferencePlanner
from bildsim.controllers.bild_macro.settings import PAPER, WASSERSTEIN, MacroSettings
from bildsim.controllers.planner import Observation, Problem
from bildsim.controllers.registry import make_planner
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.link_settings import LinkSettings
from bildsim.targets.target import named_target

SETTINGS = {
    "default": MacroSettings(),
    "paper": PAPER,
    "wasserstein": WASSERSTEIN,
    "fixed steps": MacroSettings(step_rule="fixed"),
    "gradient steps": MacroSettings(learning="gradient"),
}


def swarm(robots, seed, network="er:0.5"):
    rng = np.random.default_rng(seed)
    positions = rng.uniform(-1.0, 1.0, (robots, 2))
    return positions, build_network(NetworkSpec.parse(network), positions, rng)


def observation(time_s, positions, network):
    return Observation(time_s, positions, network)


@pytest.mark.parametrize("rounds", [1, 2, 10])
@pytest.mark.parametrize("name", SETTINGS)
def test_the_planner_sends_robots_where_bild_macro_does(name, rounds):
    settings = SETTINGS[name]
    problem = Problem(named_target("gmm3"), LegendreFamily(), 1e-4, 0.02, coverage=0.7)
    plain = make_planner("bild-macro-reference", problem, settings, rounds)
    fast = BildMacroPlanner.of(problem, settings, rounds)
    positions, network = swarm(25, 0)
    seen = observation(0.0, positions, network)
    state = plain.init(seen, np.random.default_rng(1))
    expected = fast.init(seen, np.random.default_rng(1))
    for tick in range(8):
        seen = observation(0.1 * tick, positions, network)
        waypoints, state = plain.plan(state, seen)
        wanted, expected = fast.plan(expected, seen)
        np.testing.assert_allclose(waypoints, wanted, rtol=0, atol=1e-11)
        positions = waypoints
    found, known = plain.report(state), fast.report(expected)
    np.testing.assert_array_equal(found.traffic.bytes, known.traffic.bytes)
    np.testing.assert_array_equal(found.traffic.messages, known.traffic.messages)
    np.testing.assert_allclose(found.parameters, known.parameters, rtol=0, atol=1e-10)


@pytest.mark.parametrize("settings", [MacroSettings(consensus="admm"), MacroSettings(solver="cg")])
def test_what_the_paper_has_not_is_refused(settings):
    problem = Problem(named_target("gmm3"), LegendreFamily(), 1e-4, 0.02)
    with pytest.raises(UsageError, match="not possible with the reference"):
        ReferencePlanner.of(problem, settings, 1)


def test_no_rounds_and_bad_links_are_refused():
    problem = Problem(named_target("gmm3"), LegendreFamily(), 1e-4, 0.02)
    with pytest.raises(UsageError, match="rounds=0"):
        ReferencePlanner.of(problem, MacroSettings(), 0)
    with pytest.raises(UsageError, match="bild-macro-reference"):
        make_planner("bild-macro-reference", problem, MacroSettings(), 1, LinkSettings(loss=0.1))


@pytest.mark.parametrize(
    ("settings", "reaches", "refusal"),
    [
        (replace(PAPER, gamma_y=40.0), False, "gamma_y=40 is unstable"),
        (replace(WASSERSTEIN, gamma_x=11.0), True, "gamma_x=11 is unstable"),
        (replace(WASSERSTEIN, gamma_x=11.0), False, None),
        (MacroSettings(), True, None),
    ],
)
def test_unstable_steps_are_refused_as_by_bild_macro(settings, reaches, refusal):
    problem = Problem(named_target("gmm3"), LegendreFamily(), 1e-4, 0.02)
    problem = replace(problem, reaches_waypoints=reaches)
    _, network = swarm(12, 0)
    for planner in (ReferencePlanner, BildMacroPlanner):
        made = planner.of(problem, settings, 10)
        if refusal is None:
            assert made.check(network) is None
            continue
        with pytest.raises(UsageError, match=refusal):
            made.check(network)
