import dataclasses
import math

import numpy as np
import pytest

from bildsim.controllers.bild_macro.algorithm import BildMacro
from bildsim.controllers.bild_macro.settings import PAPER, MacroSettings
from bildsim.controllers.bild_macro.stability import (
    QUIET_NATS,
    Verdict,
    scaled_curvatures,
    step_bound,
    unrest,
    verdict,
)
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network

FAMILY = LegendreFamily(3, 0.1)


def linear_run(weights, step, curvatures, rounds=4000):
    """Return the size of y after rounds of (7) and (8) where E_y[phi] is linear with slope H."""
    rng = np.random.default_rng(1)
    y = rng.standard_normal((len(weights), len(curvatures)))
    r = y * curvatures
    for _ in range(rounds):
        following = weights @ y - step * r
        r = weights @ r + (following - y) * curvatures
        y = following
        if not np.abs(y).max() < 1e6:
            break
    return np.abs(y).max()


@pytest.mark.parametrize("network", ["ring", "er:0.5", "regular:4", "complete"])
@pytest.mark.parametrize("laziness", [0.0, 0.5])
def test_bound_separates_runs_that_settle_from_runs_that_grow(network, laziness):
    """A linear model of the estimator, robots standing still, a little on either side."""
    rng = np.random.default_rng(3)
    links = build_network(NetworkSpec.parse(network), np.zeros((12, 2)), rng)
    weights = (1.0 - laziness) * links.matrix().toarray() + laziness * np.eye(12)
    bound = step_bound(links, laziness)
    curvatures = np.array([0.4, 0.7, 1.0])
    assert linear_run(weights, 0.97 * bound, curvatures) < 1e-3
    assert linear_run(weights, 1.03 * bound, curvatures) >= 1e3


def state_of(settings, rounds):
    rng = np.random.default_rng(0)
    positions = rng.uniform(-1.0, 1.0, (9, 2))
    target = np.full((FAMILY.grid.size, FAMILY.grid.size), -math.log(4.0))
    algorithm = BildMacro(FAMILY, target, settings)
    state = algorithm.init(positions, rng.standard_normal((9, FAMILY.size)))
    return dataclasses.replace(state, rounds=rounds)


@pytest.mark.parametrize("settings", [PAPER, MacroSettings()], ids=["paper", "ours"])
def test_scaled_curvatures_are_step_times_largest_eigenvalue(settings):
    state = state_of(settings, rounds=50)
    found = scaled_curvatures(FAMILY, settings, state)
    for y, value in zip(state.fields.y, found, strict=True):
        hessian = FAMILY.covariance(y) + settings.regularisation * np.eye(FAMILY.size)
        step = min(settings.gamma_y, settings.curvature_limit / np.linalg.norm(hessian))
        assert value == pytest.approx(step * np.linalg.eigvalsh(hessian)[-1], rel=1e-12)
    assert (found <= settings.curvature_limit).all()


def test_robots_that_only_mix_take_no_step():
    settings = MacroSettings(warmup_rounds=5)
    assert not scaled_curvatures(FAMILY, settings, state_of(settings, rounds=4)).any()
    assert scaled_curvatures(FAMILY, settings, state_of(settings, rounds=5)).all()


def test_unrest_is_the_divergence_on_the_grid():
    rng = np.random.default_rng(2)
    y, following = rng.standard_normal((2, 5, FAMILY.size))

    def divergence(first, second):
        p, q = FAMILY.density(first), FAMILY.density(second)
        return float(FAMILY.grid.integrate(p * np.log(p / q)))

    apart, change = unrest(FAMILY, y, following)
    mean = y.mean(axis=0)
    assert apart == pytest.approx([divergence(one, mean) for one in y], rel=1e-9)
    pairs = zip(following, y, strict=True)
    assert change == pytest.approx([divergence(after, before) for after, before in pairs], rel=1e-9)


def test_unrest_of_robots_that_agree_and_rest_is_zero():
    y = np.tile(np.linspace(-1.0, 1.0, FAMILY.size), (4, 1))
    apart, change = unrest(FAMILY, y, y)
    assert (apart >= 0.0).all()
    assert max(apart.max(), change.max()) < 1e-13
    assert not change.min() < 0.0


ROUNDS = np.arange(0, 60, 10)


def measured(change, curvature, bound=1.0, stopped=False):
    """PositionMetrics samples; robot 7 changes most, robot 3 has the largest curvature."""
    changes = np.stack([ROUNDS, change, np.full(6, 7)], axis=-1)
    curvatures = np.stack([ROUNDS, curvature, np.full(6, 3)], axis=-1)
    return verdict(changes, curvatures, bound, stopped)


LOUD, STILL = 10.0 * QUIET_NATS, 0.1 * QUIET_NATS


def test_a_loud_start_is_no_loss():
    found = measured([LOUD, LOUD, STILL, STILL, STILL, STILL], [5.0, 0.5, 0.5, 0.5, 0.5, 0.5])
    assert found == Verdict(stable=True)


def test_a_loss_names_the_round_and_robot_and_the_crossing_before_it():
    found = measured([LOUD, STILL, STILL, STILL, LOUD, LOUD], [5.0, 0.5, 0.5, 1.1, 1.2, 0.9])
    assert found == Verdict(False, 30, 3, 40, 7, LOUD)


def test_a_loss_may_happen_below_the_bound_or_from_the_first_round_on():
    assert measured([STILL] * 5 + [LOUD], [0.5] * 6) == Verdict(False, None, None, 50, 7, LOUD)
    assert measured([LOUD] * 6, [2.0] * 6) == Verdict(False, 0, 3, 0, 7, LOUD)


def test_a_crossing_without_a_loss_is_told():
    assert measured([STILL] * 6, [0.5] * 4 + [1.5] * 2) == Verdict(True, 40, 3)


def test_an_estimate_that_diverged_is_a_loss_in_the_last_round():
    assert measured([STILL] * 6, [0.5] * 6, stopped=True).lost == 50


def test_numbers_that_are_not_finite_count_as_loud():
    assert measured([STILL] * 5 + [math.inf], [0.5] * 6).lost == 50
