"""The readable Algorithm 1 against the compiled one, and as a planner."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.algorithm import BildMacro
from bildsim.controllers.bild_macro.planner import BildMacroPlanner
from bildsim.controllers.bild_macro.reference import ReferenceMacro, ReferencePlanner
from bildsim.controllers.bild_macro.settings import PAPER, WASSERSTEIN, MacroSettings
from bildsim.controllers.planner import Observation, Problem
from bildsim.controllers.registry import make_planner
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.link_settings import LinkSettings
from bildsim.targets.target import named_target

SETTINGS = {"default": MacroSettings(), "paper": PAPER, "wasserstein": WASSERSTEIN}


def swarm(robots, seed, network="er:0.5"):
    rng = np.random.default_rng(seed)
    positions = rng.uniform(-1.0, 1.0, (robots, 2))
    return positions, build_network(NetworkSpec.parse(network), positions, rng)


def both(order, settings, target="gmm3"):
    family = LegendreFamily(order)
    log_target = np.log(named_target(target).on_grid(family.grid))
    fast, plain = (
        BildMacro(family, log_target, settings),
        ReferenceMacro(family, log_target, settings),
    )
    return fast, plain


@pytest.mark.parametrize("order", [1, 3, 6, 9])
def test_densities(order):
    fast, plain = both(order, MacroSettings())
    y = np.random.default_rng(order).normal(0.0, 1.0, (5, fast.family.size))
    expected = fast.family.evaluate(y, fast.log_target, moments=True)
    found = plain.density(y)
    np.testing.assert_allclose(found.mean, expected.mean, rtol=0, atol=1e-13)
    covariance = fast.family.unpack(expected.covariance)
    hessian = covariance + 1e-4 * np.eye(fast.family.size)
    np.testing.assert_allclose(plain.hessian(found), hessian, rtol=0, atol=1e-13)
    np.testing.assert_allclose(found.gradient, expected.gradient, rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("order", [3, 6])
@pytest.mark.parametrize("name", SETTINGS)
def test_rounds_are_those_of_the_compiled_algorithm(name, order, seed):
    """200 rounds, each with a move, in open loop."""
    settings = SETTINGS[name]
    fast, plain = both(order, settings)
    positions, network = swarm(30, seed)
    start = settings.y_spread * np.random.default_rng(seed).standard_normal((30, fast.family.size))
    state, expected = plain.init(positions, start), fast.init(positions, start)
    for _ in range(200):
        moved = fast.hypergradient(expected)
        expected = fast.advance(expected, fast.waypoints(expected, moved), network)
        state = plain.round(state, plain.waypoints(state), network)
    np.testing.assert_allclose(state.positions, expected.positions, rtol=0, atol=1e-11)
    np.testing.assert_allclose(state.y, expected.fields.y, rtol=0, atol=1e-10)
    np.testing.assert_allclose(state.r, expected.fields.r, rtol=0, atol=1e-11)


def test_gradient_is_that_of_the_divergence():
    """Finite differences of f(y) = KL(p(.; y) || p*)."""
    fast, plain = both(4, MacroSettings(), "ring")
    y = np.random.default_rng(0).normal(0.0, 0.5, fast.family.size)
    gradient = plain.density(y[None]).gradient[0]
    for k, unit in enumerate(np.eye(len(y))):
        ahead, behind = (fast.family.kl(y + h * unit, fast.log_target) for h in (1e-5, -1e-5))
        assert gradient[k] == pytest.approx((ahead - behind) / 2e-5, abs=1e-8)


def test_the_trackers_keep_their_sums():
    """sum r_i = sum grad_2 g_i and sum q_i = sum H(y_i), round after round (8), (9)."""
    _, plain = both(4, MacroSettings())
    positions, network = swarm(12, 3)
    state = plain.init(positions, np.zeros((12, plain.family.size)))
    for _ in range(40):
        state = plain.round(state, plain.waypoints(state), network)
        np.testing.assert_allclose(state.r.sum(axis=0), state.slope.sum(axis=0), atol=1e-10)
        np.testing.assert_allclose(
            state.q.sum(axis=0), plain.hessian(state.density).sum(axis=0), atol=1e-10
        )


def test_where_curvature_is_negative_robots_still_descend():
    """P_{>= w}: with q_i = -I the step is grad f / w, not -grad f."""
    _, plain = both(2, MacroSettings())
    positions, _ = swarm(3, 0)
    state = plain.init(positions, np.zeros((3, plain.family.size)))
    size, floor = plain.family.size, plain.settings.regularisation
    state = replace(state, q=np.broadcast_to(-np.eye(size), (3, size, size)))
    jacobian = plain.family.gradient(positions)
    expected = np.einsum("nak,nk->na", jacobian, state.density.gradient) / floor
    np.testing.assert_allclose(plain.ascent(state), expected, rtol=1e-12)


def observation(time_s, positions, network):
    return Observation(time_s, positions, network)


@pytest.mark.parametrize("name", SETTINGS)
def test_the_planner_sends_robots_where_bild_macro_does(name):
    settings = SETTINGS[name]
    problem = Problem(named_target("gmm3"), LegendreFamily(), 1e-4, 0.02)
    plain = make_planner("bild-macro-reference", problem, settings, 10)
    fast = BildMacroPlanner.of(problem, settings, 10)
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
