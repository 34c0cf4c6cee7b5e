"""The Newton step of learning: what it is once r_i has settled, and what it is before."""

import numpy as np
import pytest

from bildsim.controllers.bild_macro.algorithm import BildMacro
from bildsim.controllers.bild_macro.newton_learning import SETTLED, TRUSTED, correction
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target

FAMILY = LegendreFamily(4, 0.1)
TARGET = np.log(named_target("ring").on_grid(FAMILY.grid))
ROBOTS = 40


def swarm(settings=None, network="complete"):
    rng = np.random.default_rng(1)
    positions = rng.uniform(-0.9, 0.9, (ROBOTS, 2)) ** 3
    links = build_network(NetworkSpec.parse(network), positions, rng)
    algorithm = BildMacro(FAMILY, TARGET, MacroSettings() if settings is None else settings)
    return algorithm, algorithm.init(positions, np.zeros((ROBOTS, FAMILY.size))), links


def hessians(state):
    """Return H(y_i) at each robot's own y_i."""
    return np.array([FAMILY.covariance(y) for y in state.fields.y]) + 1e-4 * np.eye(FAMILY.size)


@pytest.mark.parametrize("curvature", ["own", "tracked"])
def test_of_settled_r_it_is_a_damped_newton_step(curvature):
    algorithm, state, network = swarm(MacroSettings(curvature=curvature))
    before = algorithm.advance(state, state.positions, network, 60)
    after = algorithm.advance(before, state.positions, network, 1)
    found = correction(algorithm, before, after)
    newton = np.linalg.solve(hessians(after), after.fields.r[:, :, None])[:, :, 0]
    decrement = np.sqrt(np.sum(newton * after.fields.r, axis=1))
    trust = 1.0 / (1.0 + (decrement / TRUSTED) ** 2)
    np.testing.assert_allclose(found.trust, trust, rtol=1e-9)
    gradient = algorithm.descent(after.fields, after.rounds)
    share = (1.0 / (1.0 / trust + decrement))[:, None]
    np.testing.assert_allclose(
        found.descent, share * newton + (1.0 - share) * gradient, rtol=0, atol=1e-9
    )


def test_the_innovation_is_what_the_neighbours_say():
    """r_i^+ - r_i less the robot's own change is sum_j a_ij r_j - r_i; it holds the step back."""
    algorithm, state, network = swarm(network="ring")
    before = algorithm.advance(state, state.positions, network, 25)
    after = algorithm.advance(before, state.positions, network, 1)
    mixing = 0.5 * network.matrix().toarray() + 0.5 * np.eye(ROBOTS)
    heard = mixing @ before.fields.r - before.fields.r
    hessian = hessians(after)
    unsettled = np.einsum("nm,nm->n", heard, np.linalg.solve(hessian, heard[:, :, None])[:, :, 0])
    newton = np.linalg.solve(hessian, after.fields.r[:, :, None])[:, :, 0]
    decrement = np.einsum("nm,nm->n", after.fields.r, newton) ** 0.5
    trust = 1.0 / (1.0 + (decrement / TRUSTED) ** 2)
    share = 1.0 / (1.0 / trust + decrement + unsettled / SETTLED**2)
    found, gradient = correction(algorithm, before, after), algorithm.descent(after.fields, 26)
    expected = gradient + share[:, None] * (newton - gradient)
    np.testing.assert_allclose(found.descent, expected, rtol=0, atol=1e-10)
    assert (unsettled > 0.0).all()
    assert share.max() < trust.max()


def test_a_resting_swarm_is_learned_in_a_fifth_of_the_rounds():
    """Ticks of ten rounds over a dense graph: the errors after 10 with it and after 50 without."""

    def error(newton, ticks):
        algorithm, state, network = swarm(network="er:0.7")
        theta = FAMILY.fit(state.statistics.mean(axis=0), 1e-4)
        state = algorithm.advance(state, state.positions, network, 20)
        for _ in range(ticks):
            before = algorithm.advance(state, state.positions, network, 4)
            after = algorithm.advance(before, state.positions, network, 1)
            step = correction(algorithm, before, after).descent if newton else None
            state = algorithm.advance(after, state.positions, network, 5, step)
        return FAMILY.kl_between(state.fields.y, theta).max()

    assert error(True, 10) < 0.1 * error(False, 50)


def test_the_sums_of_tracking_are_kept():
    algorithm, state, network = swarm(network="ring")
    before = algorithm.advance(state, state.positions, network, 5)
    after = algorithm.advance(before, state.positions, network, 1)
    done = algorithm.advance(
        after, state.positions, network, 3, correction(algorithm, before, after).descent
    )
    sums = done.fields.r.sum(axis=0) - done.fields.slope.sum(axis=0)
    np.testing.assert_allclose(sums, 0.0, atol=1e-10)
