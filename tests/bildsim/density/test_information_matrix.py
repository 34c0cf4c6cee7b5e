"""The Wasserstein metric: its matrix, the step it gives, and what it saves."""

import numpy as np
import pytest

from bildsim.controllers.bild_macro.algorithm import BildMacro
from bildsim.controllers.bild_macro.settings import WASSERSTEIN, MacroSettings
from bildsim.density.information_matrix import (
    information,
    packed_information,
)
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target


def information_under(family, y):
    return information(family, family.evaluate(y, moments=True).moments)


def by_quadrature(family, y):
    """M(y) as its definition reads: the whole Jacobian at every node of the grid."""
    jacobian = family.gradient(family.grid.points)
    mass = family.density(y) * family.grid.area_weights
    return np.einsum("ij,ijkm,ijkn->mn", mass, jacobian, jacobian)


@pytest.mark.parametrize(("order", "step"), [(1, 0.25), (3, 0.1), (6, 0.05), (9, 0.05)])
def test_information_is_the_expected_outer_product_of_gradients(order, step):
    family = LegendreFamily(order, step)
    y = np.random.default_rng(order).normal(size=(3, family.size))
    matrices = information_under(family, y)
    for row, matrix in zip(y, matrices, strict=True):
        expected = by_quadrature(family, row)
        np.testing.assert_allclose(matrix, expected, atol=1e-12 * np.abs(expected).max())


def test_information_says_how_moving_every_robot_moves_the_mean_statistics():
    """Robots that sample p(.; y) and move by -h grad phi(x) z shift the mean by -h M z."""
    family = LegendreFamily(2, 0.02)
    rng = np.random.default_rng(0)
    y, z = 0.3 * rng.normal(size=family.size), rng.normal(size=family.size)
    points, mass = family.grid.points, family.density(y) * family.grid.area_weights
    h = 1e-6
    moved = points - h * family.gradient(points) @ z
    change = np.tensordot(mass, family.statistics(moved) - family.statistics(points), axes=2)
    np.testing.assert_allclose(change / h, -information_under(family, y[None])[0] @ z, atol=1e-4)


def test_information_of_many_robots_is_that_of_each():
    family = LegendreFamily(2, 0.25)
    y = 0.3 * np.random.default_rng(4).standard_normal((300, family.size))
    found = information_under(family, y)
    for robot in (0, 255, 256, 299):
        np.testing.assert_array_equal(found[robot], information_under(family, y[[robot]])[0])


@pytest.fixture(name="swarm")
def fixture_swarm():
    rng = np.random.default_rng(3)
    positions = rng.uniform(-1.0, -0.2, (24, 2))
    return positions, build_network(NetworkSpec.parse("er:0.5"), positions, rng)


def descend(settings, swarm, rounds):
    """Return KL of the exact fit after so many rounds of obedient robots, one round a move."""
    positions, network = swarm
    family = LegendreFamily(3, 0.1)
    log_target = np.log(named_target("gmm3").on_grid(family.grid))
    algorithm = BildMacro(family, log_target, settings)
    state = algorithm.init(positions, np.zeros((len(positions), family.size)))
    state = algorithm.advance(state, positions, network, settings.warmup_rounds)
    for _ in range(rounds):
        positions = algorithm.waypoints(state, algorithm.hypergradient(state))
        state = algorithm.advance(state, positions, network)
    theta = family.fit(family.statistics(positions).mean(axis=0), settings.regularisation)
    return family.kl(theta, log_target)


def test_it_needs_fewer_rounds_from_a_corner(swarm):
    plain, metric = (descend(settings, swarm, 300) for settings in (MacroSettings(), WASSERSTEIN))
    assert metric < 0.5 * plain


def test_no_hessian_is_tracked_or_sent(swarm):
    positions, network = swarm
    family = LegendreFamily()
    algorithm = BildMacro(family, np.zeros((family.grid.size, family.grid.size)), WASSERSTEIN)
    state = algorithm.init(positions, np.zeros((len(positions), family.size)))
    state = algorithm.advance(state, positions, network, 3)
    assert state.fields.q.shape == (len(positions), 0)
    assert algorithm.numbers_per_message == 2 * family.size
    assert not algorithm.hypergradient(state).projected.any()


@pytest.mark.parametrize("order", [1, 3, 6])
def test_packed_triangles_are_those_of_the_matrices(order):
    family = LegendreFamily(order, 0.1)
    y = 0.5 * np.random.default_rng(order).normal(size=(9, family.size))
    found = family.evaluate(y, moments=True)
    packed = packed_information(family, found.moments)
    np.testing.assert_allclose(
        family.unpack(packed), information(family, found.moments), rtol=1e-12, atol=1e-12
    )
