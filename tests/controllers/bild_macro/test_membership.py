"""What BILD-MACRO's robots hold when others leave the swarm or come to it."""

import numpy as np
import pytest

from bildsim.controllers.bild_macro.algorithm import BildMacro
from bildsim.controllers.bild_macro.membership import change_members
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network, network_of_edges
from bildsim.targets.target import named_target

FAMILY = LegendreFamily(3, 0.1)
TARGET = np.log(named_target("ring").on_grid(FAMILY.grid))
ROBOTS = 9


def swarm(solver="exact"):
    """Return an algorithm and a state some rounds on, in which no estimate is trivial."""
    rng = np.random.default_rng(0)
    positions = rng.uniform(-1.0, 1.0, (ROBOTS, 2))
    settings = MacroSettings(y_spread=0.5, solver=solver, curvature="tracked")
    algorithm = BildMacro(FAMILY, TARGET, settings)
    y = 0.5 * rng.standard_normal((ROBOTS, FAMILY.size))
    network = build_network(NetworkSpec.parse("er:0.6"), positions, rng)
    state = algorithm.advance(algorithm.init(positions, y), positions, network, 5)
    return algorithm, algorithm.remember(state, algorithm.hypergradient(state))


def excess(algorithm, state):
    """Return sum_i (r_i - grad_2 g_i) and sum_i (q_i - H(y_i)), which averaging keeps."""
    mean = FAMILY.evaluate(state.fields.y).mean
    ridge = algorithm.settings.regularisation
    slope = mean - FAMILY.statistics(state.positions) + ridge * state.fields.y
    hessian = FAMILY.unpack(FAMILY.evaluate(state.fields.y).covariance)
    hessian = hessian + ridge * np.eye(FAMILY.size)
    q = FAMILY.unpack(state.fields.q)
    return (state.fields.r - slope).sum(axis=0), (q - hessian).sum(axis=0)


def arrays(state):
    return (*state.fields, state.positions, state.statistics, state.gradient, state.z)


@pytest.mark.parametrize("solver", ["exact", "cg"])
def test_those_that_stay_keep_what_they_hold(solver):
    algorithm, state = swarm(solver)
    before = np.array([7, 0, -1, 3])
    positions = np.vstack([state.positions[[7, 0]], [[0.5, 0.5]], state.positions[[3]]])
    network = network_of_edges(np.array([[0, 1], [1, 2], [2, 3]]), 4)
    after = change_members(algorithm, state, before, positions, network)
    stays = before >= 0
    for old, new in zip(arrays(state), arrays(after), strict=True):
        assert len(new) == 4
        assert new[stays].tobytes() == old[before[stays]].tobytes()
    assert after.rounds == state.rounds


def test_a_newcomer_starts_from_its_neighbours_as_theorem_1_asks():
    algorithm, state = swarm()
    before = np.array([0, 1, 2, -1, -1])
    positions = np.vstack([state.positions[:3], [[0.2, -0.3], [0.9, 0.9]]])
    # Robot 3 hears 0, 2 and the newcomer 4; robot 4 hears 3 alone, of whom it learns nothing yet.
    network = network_of_edges(np.array([[0, 1], [0, 3], [2, 3], [3, 4]]), 5)
    after = change_members(algorithm, state, before, positions, network)
    y = after.fields.y
    np.testing.assert_allclose(y[3], state.fields.y[[0, 2]].mean(axis=0), rtol=0, atol=1e-14)
    assert (y[4] == 0.0).all()
    fresh = algorithm.init(positions, y)
    for own, start in zip(arrays(after), arrays(fresh), strict=True):
        assert own[3:].tobytes() == start[3:].tobytes()


def test_newcomers_keep_the_law_of_the_sums_and_the_dead_take_their_share():
    algorithm, state = swarm()
    r, q = excess(algorithm, state)
    assert max(np.abs(r).max(), np.abs(q).max()) <= 1e-12
    before = np.array([*range(ROBOTS), -1, -1])
    positions = np.vstack([state.positions, [[0.1, 0.1], [-0.4, 0.8]]])
    network = build_network(NetworkSpec.parse("complete"), positions, np.random.default_rng(0))
    joined = excess(algorithm, change_members(algorithm, state, before, positions, network))
    assert max(np.abs(joined[0]).max(), np.abs(joined[1]).max()) <= 1e-12
    alive = np.arange(1, ROBOTS)
    fewer = build_network(
        NetworkSpec.parse("complete"), state.positions[1:], np.random.default_rng(0)
    )
    left = change_members(algorithm, state, alive, state.positions[1:], fewer)
    lost = state.fields.slope[0] - state.fields.r[0]
    np.testing.assert_allclose(excess(algorithm, left)[0], lost, rtol=0, atol=1e-12)
    assert np.abs(lost).max() > 1e-3


def test_a_state_is_not_changed():
    algorithm, state = swarm()
    kept = [array.copy() for array in arrays(state)]
    before = np.array([4, -1])
    network = network_of_edges(np.array([[0, 1]]), 2)
    change_members(algorithm, state, before, state.positions[:2], network)
    for old, new in zip(kept, arrays(state), strict=True):
        assert old.tobytes() == new.tobytes()
