"""The implicit step: its gain, what it is at rest, and what it needs to know."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.linalg import eigh

from bildsim.controllers.bild_macro.algorithm import BildMacro
from bildsim.controllers.bild_macro.settings import WASSERSTEIN, MacroSettings
from bildsim.controllers.bild_macro.step_rule import REST_M, ImplicitStep
from bildsim.density.information_matrix import information
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target

FAMILY = LegendreFamily(4, 0.1)
TARGET = np.log(named_target("gmm3").on_grid(FAMILY.grid))
ROBOTS, ROUNDS = 11, 10


def swarm(settings=None, spread=0.9):
    """Return an algorithm and what its robots hold after ten rounds."""
    rng = np.random.default_rng(2)
    positions = rng.uniform(-spread, spread, (ROBOTS, 2))
    network = build_network(NetworkSpec.parse("er:0.6"), positions, rng)
    algorithm = BildMacro(FAMILY, TARGET, MacroSettings() if settings is None else settings)
    state = algorithm.init(positions, 0.1 * rng.standard_normal((ROBOTS, FAMILY.size)))
    return algorithm, algorithm.advance(state, positions, network, 10)


def ways(algorithm, state, trust, coverage=1.0):
    rule = ImplicitStep(algorithm, ROUNDS, coverage)
    found = algorithm.hypergradient(state)
    return rule.waypoints(state, found, np.full(ROBOTS, trust)) - state.positions


def long_ways(algorithm, state, matrices):
    """Return n delta gamma grad phi (A_i)^-1 grad f, robot by robot, without projections."""
    gamma, found = algorithm.settings.long_step, algorithm.hypergradient(state)
    directions = [np.linalg.solve(a, b) for a, b in zip(matrices, found.gradient, strict=True)]
    ascent = np.einsum("nak,nk->na", FAMILY.gradient(state.positions), directions)
    return -ROUNDS * algorithm.settings.delta * gamma * ascent


@pytest.mark.parametrize("gamma", [1e-4, 0.2, 50.0])
def test_no_moment_moves_by_more_than_its_share_of_the_error(gamma):
    """The gain n delta gamma M (H + gamma M)^-1 of the loop has eigenvalues below n delta."""
    rng = np.random.default_rng(0)
    for scale in (0.0, 0.5, 2.0):
        y = scale * rng.standard_normal(FAMILY.size)
        matrix = information(FAMILY, FAMILY.evaluate(y[None], moments=True).moments)[0]
        hessian = FAMILY.covariance(y) + 1e-4 * np.eye(FAMILY.size)
        gains = eigh(gamma * matrix, hessian + gamma * matrix, eigvals_only=True)
        assert gains[0] > 0.0
        assert gains[-1] < 1.0


@pytest.mark.parametrize("curvature", ["own", "tracked"])
@pytest.mark.parametrize("coverage", [1.0, 0.7])
def test_a_long_way_is_that_of_backward_euler(coverage, curvature):
    algorithm, state = swarm(MacroSettings(curvature=curvature), spread=0.3)
    own = information(FAMILY, state.fields.moments)
    hessian = np.array([FAMILY.covariance(y) for y in state.fields.y]) + 1e-4 * np.eye(FAMILY.size)
    if curvature == "tracked":
        hessian = FAMILY.unpack(state.fields.q)
    matrices = hessian + algorithm.settings.long_step * own
    far = long_ways(algorithm, state, matrices)
    share = np.linalg.norm(far, axis=1) / (np.linalg.norm(far, axis=1) + REST_M)
    assert share.max() > 0.9
    near = ways(algorithm, state, 0.0)
    expected = share[:, None] * far / coverage + (1.0 - share[:, None]) * near
    np.testing.assert_allclose(ways(algorithm, state, 1.0, coverage), expected, atol=1e-12)


def test_with_the_wasserstein_metric_the_gain_is_the_same_for_all_moments():
    algorithm, state = swarm(WASSERSTEIN, spread=0.3)
    found = algorithm.hypergradient(state)
    gamma = WASSERSTEIN.long_step
    far = -ROUNDS * WASSERSTEIN.delta * gamma / (1.0 + gamma) * found.ascent
    share = (np.linalg.norm(far, axis=1) / (np.linalg.norm(far, axis=1) + REST_M))[:, None]
    near = ways(algorithm, state, 0.0)
    expected = share * far + (1.0 - share) * near
    np.testing.assert_allclose(ways(algorithm, state, 1.0), expected, atol=1e-12)


def test_without_trust_the_step_is_the_papers():
    algorithm, state = swarm()
    state = replace(state, gradient=1e-2 * state.gradient)
    expected = algorithm.waypoints(state, algorithm.hypergradient(state), ROUNDS)
    found = ways(algorithm, state, 0.0, 0.7) + state.positions
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-15)


def test_a_runaway_estimate_leads_no_further_than_the_long_way():
    """A fixed step as long as the implicit one's, by far too long for H's least eigenvalues."""
    algorithm, state = swarm(MacroSettings(gamma_x=0.2))
    state = replace(state, gradient=0.1 * state.gradient)
    found = algorithm.hypergradient(state)
    fixed = algorithm.waypoints(state, found, ROUNDS) - state.positions
    matrices = np.array([FAMILY.covariance(y) for y in state.fields.y])
    matrices += 1e-4 * np.eye(FAMILY.size) + 0.2 * information(FAMILY, state.fields.moments)
    far = np.linalg.norm(long_ways(algorithm, state, matrices), axis=1)
    near, length = ways(algorithm, state, 0.0), np.linalg.norm(fixed, axis=1)
    limit = np.maximum(far, REST_M)
    np.testing.assert_allclose(np.linalg.norm(near, axis=1), np.minimum(length, limit), rtol=1e-9)
    np.testing.assert_allclose(near[:, 0] * fixed[:, 1], near[:, 1] * fixed[:, 0], atol=1e-15)
    assert (length > 1.5 * limit).any()


def test_at_rest_the_step_is_the_papers():
    """The nearer to rest, the less the step differs from the fixed one, relative to its length."""
    algorithm, state = swarm()
    differences = []
    for scale in (1e-4, 1e-5, 1e-6):
        # grad f shrinks as the swarm comes to its target; all ways shrink with it.
        close = replace(state, gradient=scale * state.gradient)
        fixed = ways(algorithm, close, 0.0)
        found = ways(algorithm, close, 1.0)
        gap = np.linalg.norm(found - fixed, axis=1) / np.linalg.norm(fixed, axis=1)
        differences.append(gap.max())
    assert differences[0] / differences[1] == pytest.approx(10.0, rel=0.1)
    assert differences[1] / differences[2] == pytest.approx(10.0, rel=0.1)
    assert differences[2] < 1e-2


def test_waypoints_stay_in_the_arena():
    algorithm, state = swarm(MacroSettings(long_step=1e3))
    found = ways(algorithm, state, 1.0, 0.1) + state.positions
    assert np.abs(found).max() <= 1.0
