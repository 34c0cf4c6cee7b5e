import dataclasses

import numpy as np
import pytest

from bildsim.basics.errors import RunError
from bildsim.controllers.bild_macro.algorithm import BildMacro
from bildsim.controllers.bild_macro.settings import PAPER, WASSERSTEIN, MacroSettings
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target

FAMILY = LegendreFamily(4, 0.1)
TARGET = np.log(named_target("gmm3").on_grid(FAMILY.grid))


def swarm(robots=14, settings=PAPER, network="er:0.5", seed=0, corner=False):
    """Return an algorithm, its first state, a network and the generator that made them."""
    rng = np.random.default_rng(seed)
    low, high = (-1.0, -0.7) if corner else (-1.0, 1.0)
    positions = rng.uniform(low, high, (robots, 2))
    y = settings.y_spread * rng.standard_normal((robots, FAMILY.size))
    links = build_network(NetworkSpec.parse(network), positions, rng)
    algorithm = BildMacro(FAMILY, TARGET, settings)
    return algorithm, algorithm.init(positions, y), links, rng


def learning_gradients(algorithm, state):
    """Return grad_2 g_i(x_i, y_i) of every robot."""
    ridge = algorithm.settings.regularisation
    mean = FAMILY.evaluate(state.fields.y).mean
    return mean - FAMILY.statistics(state.positions) + ridge * state.fields.y


def hessians(algorithm, state):
    packed = FAMILY.evaluate(state.fields.y).covariance
    return FAMILY.unpack(packed) + algorithm.settings.regularisation * np.eye(FAMILY.size)


def tracking_errors(algorithm, state):
    """Return how far the sums of r_i and q_i are from what (8) and (9) keep them at."""
    r = state.fields.r.sum(axis=0) - learning_gradients(algorithm, state).sum(axis=0)
    q = FAMILY.unpack(state.fields.q).sum(axis=0) - hessians(algorithm, state).sum(axis=0)
    return np.abs(r).max(), np.abs(q).max()


def test_start_of_theorem_1():
    algorithm, state, _, _ = swarm()
    r, q = learning_gradients(algorithm, state), hessians(algorithm, state)
    assert np.abs(state.fields.r - r).max() <= 1e-13
    assert np.abs(FAMILY.unpack(state.fields.q) - q).max() <= 1e-13


@pytest.mark.parametrize(
    "settings", [PAPER, MacroSettings(y_spread=1.0, curvature="tracked")], ids=["paper", "ours"]
)
def test_trackers_keep_their_sums_while_robots_move_and_networks_change(settings):
    """Rounding adds some 1e-16 a robot and round: over 400 rounds 1e-10 is a wide margin."""
    algorithm, state, _, rng = swarm(settings=settings)
    for _ in range(100):
        network = build_network(NetworkSpec.parse("er:0.3"), state.positions, rng)
        moved = state.positions + rng.normal(0.0, 0.02, state.positions.shape)
        state = algorithm.advance(state, np.clip(moved, -1.0, 1.0), network, rounds=4)
        assert max(tracking_errors(algorithm, state)) <= 1e-10


def test_robots_keep_the_slope_and_the_norm_that_belong_to_their_estimate():
    algorithm, state, network, rng = swarm()
    for _ in range(3):
        state = algorithm.advance(state, rng.uniform(-1.0, 1.0, (14, 2)), network)
        norm = np.linalg.norm(hessians(algorithm, state), axis=(1, 2))
        assert state.fields.norm == pytest.approx(norm, rel=1e-13)
        mean = FAMILY.evaluate(state.fields.y).mean
        assert state.fields.mean == pytest.approx(mean, abs=1e-14)
        assert state.fields.slope == pytest.approx(learning_gradients(algorithm, state), abs=1e-14)


def test_several_rounds_are_single_rounds_that_stay_in_place():
    algorithm, state, network, rng = swarm()
    moved = np.clip(state.positions + rng.normal(0.0, 0.02, state.positions.shape), -1.0, 1.0)
    at_once = algorithm.advance(state, moved, network, rounds=3)
    for _ in range(3):
        state = algorithm.advance(state, moved, network)
    assert at_once.rounds == state.rounds == 3
    for one, other in zip(at_once.fields, state.fields, strict=True):
        assert one.tobytes() == other.tobytes()
    assert at_once.gradient.tobytes() == state.gradient.tobytes()


def test_a_state_is_not_changed_by_what_follows():
    algorithm, state, network, _ = swarm()
    before = [np.copy(field) for field in (*state.fields, state.positions, state.gradient)]
    hypergradient = algorithm.hypergradient(state)
    algorithm.advance(state, algorithm.waypoints(state, hypergradient), network, rounds=2)
    after = (*state.fields, state.positions, state.gradient)
    assert all(np.array_equal(old, new) for old, new in zip(before, after, strict=True))


def test_robots_that_agree_and_stand_still_find_the_exact_fit():
    settings = MacroSettings(regularisation=1e-2, warmup_rounds=0)
    algorithm, state, network, _ = swarm(settings=settings, network="complete")
    theta = FAMILY.fit(state.statistics.mean(axis=0), settings.regularisation)
    state = algorithm.advance(state, state.positions, network, rounds=1500)
    assert FAMILY.kl_between(state.fields.y, theta).max() <= 1e-6
    hypergradient = algorithm.hypergradient(state)
    hessian = FAMILY.covariance(theta) + settings.regularisation * np.eye(FAMILY.size)
    z = np.linalg.solve(hessian, FAMILY.kl_gradient(theta, TARGET))
    exact = FAMILY.gradient(state.positions) @ z
    assert np.abs(hypergradient.ascent - exact).max() <= 1e-2 * np.abs(exact).max()


def test_an_own_curvature_is_that_of_the_robots_own_density():
    algorithm, state, _, _ = swarm(settings=MacroSettings(y_spread=1.0))
    found, exact = algorithm.hypergradient(state), hessians(algorithm, state)
    assert not found.projected.any()
    assert state.fields.q.shape == (14, 0)
    for z, hessian, gradient in zip(found.z, exact, found.gradient, strict=True):
        assert z == pytest.approx(np.linalg.solve(hessian, gradient), rel=1e-8, abs=1e-10)


def test_gradient_follows_the_target():
    algorithm, state, _, _ = swarm()
    other = np.log(named_target("ring").on_grid(FAMILY.grid))
    moved = dataclasses.replace(algorithm, log_target=other).hypergradient(state)
    expected = [FAMILY.kl_gradient(y, other) for y in state.fields.y]
    assert np.abs(moved.gradient - expected).max() <= 1e-13


def test_solve_projects_where_and_only_where_an_eigenvalue_is_below_w():
    algorithm, state, _, rng = swarm(robots=12)
    floor = algorithm.settings.regularisation
    vectors = np.linalg.qr(rng.standard_normal((12, FAMILY.size, FAMILY.size)))[0]
    values = rng.uniform(0.1, 1.0, (12, FAMILY.size))
    values[::3, 0] = -0.3
    values[1::3, 0] = 0.5 * floor
    values[2::3, 0] = 2.0 * floor
    q = np.einsum("nab,nb,ncb->nac", vectors, values, vectors)
    upper = np.triu_indices(FAMILY.size)
    fields = state.fields._replace(q=np.ascontiguousarray(q[:, upper[0], upper[1]]))
    found = algorithm.hypergradient(dataclasses.replace(state, fields=fields))
    assert found.projected.tolist() == [True, True, False] * 4
    clipped = np.maximum(values, floor)
    z = np.einsum("nab,nb,ncb,nc->na", vectors, 1.0 / clipped, vectors, found.gradient)
    # The conditioning is 1e4.
    assert np.abs(found.z - z).max() <= 1e-10 * np.abs(z).max()


def test_waypoints_stay_in_the_arena_and_go_delta_of_the_way():
    algorithm, state, _, _ = swarm(settings=MacroSettings(gamma_x=10.0, delta=0.1))
    hypergradient = algorithm.hypergradient(state)
    destinations = algorithm.destinations(state, hypergradient)
    assert np.abs(destinations).max() == 1.0
    expected = 0.9 * state.positions + 0.1 * destinations
    assert algorithm.waypoints(state, hypergradient) == pytest.approx(expected, abs=1e-15)
    far = algorithm.waypoints(state, hypergradient, rounds=50)
    assert far == pytest.approx(destinations, abs=1e-15)


@pytest.mark.parametrize("settings", [PAPER, MacroSettings(), WASSERSTEIN])
def test_message_has_the_size_of_what_is_mixed(settings):
    algorithm, state, _, _ = swarm(settings=settings)
    sent = sum(field.shape[1] for field in (state.fields.y, state.fields.r, state.fields.q))
    assert algorithm.numbers_per_message == sent


@pytest.mark.parametrize("curvature", ["own", "tracked"])
@pytest.mark.parametrize("network", ["er:0.5", "regular:6", "ring"])
def test_default_settings_bear_a_start_in_a_corner(network, curvature):
    settings = MacroSettings(curvature=curvature)
    algorithm, state, links, _ = swarm(24, settings, network, seed=2, corner=True)
    start = FAMILY.kl_between(state.fields.y, state.fields.y[0]).max()
    for _ in range(200):
        hypergradient = algorithm.hypergradient(state)
        state = algorithm.advance(state, algorithm.waypoints(state, hypergradient), links)
    theta = FAMILY.fit(state.statistics.mean(axis=0), algorithm.settings.regularisation)
    assert start == 0.0
    assert np.abs(state.fields.y).max() < 10.0 * (1.0 + np.abs(theta).max())
    sums = state.fields.r.sum(axis=0) - learning_gradients(algorithm, state).sum(axis=0)
    assert np.abs(sums).max() <= 1e-10
    assert curvature == "own" or max(tracking_errors(algorithm, state)) <= 1e-10


def test_a_step_size_far_too_large_names_round_and_robot():
    settings = dataclasses.replace(PAPER, gamma_y=1e6)
    algorithm, state, network, _ = swarm(settings=settings)
    with pytest.raises(RunError, match=r"round \d+: y of robot \d+ reached .*gamma_y"):
        algorithm.advance(state, state.positions, network, rounds=500)
