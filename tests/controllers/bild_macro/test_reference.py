"""The readable Algorithm 1 against the compiled one."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.controllers.bild_macro.algorithm import BildMacro
from bildsim.controllers.bild_macro.reference import ReferenceMacro
from bildsim.controllers.bild_macro.settings import PAPER, WASSERSTEIN, MacroSettings
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
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


@pytest.mark.parametrize(("order", "seed"), [(3, 0), (3, 1), (6, 0)])
@pytest.mark.parametrize("name", SETTINGS)
def test_rounds_are_those_of_the_compiled_algorithm(name, order, seed):
    """100 rounds, each with a move, in open loop."""
    settings = SETTINGS[name]
    fast, plain = both(order, settings)
    positions, network = swarm(30, seed)
    start = settings.y_spread * np.random.default_rng(seed).standard_normal((30, fast.family.size))
    state, expected = plain.init(positions, start), fast.init(positions, start)
    for _ in range(100):
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
