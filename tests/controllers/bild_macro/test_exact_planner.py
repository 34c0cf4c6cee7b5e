"""Moves without estimation: the gradient of what is minimised, and where BILD-MACRO leads."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.controllers.bild_macro.exact_planner import ExactMacroPlanner
from bildsim.controllers.bild_macro.planner import BildMacroPlanner
from bildsim.controllers.bild_macro.settings import WASSERSTEIN, MacroSettings
from bildsim.controllers.planner import Observation, Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.metrics.position_metrics import kl_fit
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target

ROBOTS, ROUNDS = 9, 5
PROBLEM = Problem(named_target("gmm3"), LegendreFamily(3), 1e-2, 0.02)
SETTINGS = MacroSettings(regularisation=1e-2, gamma_x=1e-3, step_rule="fixed")


def scatter(seed=1):
    return np.random.default_rng(seed).uniform(-0.8, 0.8, (ROBOTS, 2))


def observe(positions):
    network = build_network(NetworkSpec.parse("complete"), positions, np.random.default_rng(0))
    return Observation(0.0, positions, network)


def plan(planner, positions):
    state = planner.init(observe(positions), np.random.default_rng(0))
    return planner.plan(state, observe(positions))


def test_moves_are_down_the_gradient_of_the_fits_divergence():
    positions, step = scatter(), 1e-5

    def kl(places):
        return kl_fit(places, PROBLEM.family, PROBLEM.log_target, SETTINGS.regularisation)

    gradient = np.zeros_like(positions)
    for place in np.ndindex(positions.shape):
        nudge = np.zeros_like(positions)
        nudge[place] = step
        gradient[place] = (kl(positions + nudge) - kl(positions - nudge)) / (2.0 * step)
    waypoints, _ = plan(ExactMacroPlanner.of(PROBLEM, SETTINGS, ROUNDS), positions)
    # (6): rounds of delta gamma_x, and N times the gradient of the mean.
    expected = -ROUNDS * SETTINGS.delta * SETTINGS.gamma_x * ROBOTS * gradient
    np.testing.assert_allclose(waypoints - positions, expected, rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS,
        replace(SETTINGS, step_rule="implicit"),
        replace(WASSERSTEIN, regularisation=1e-2),
    ],
)
def test_bild_macro_plans_the_same_once_its_robots_have_learned(settings):
    positions = scatter(2)
    expected, _ = plan(ExactMacroPlanner.of(PROBLEM, settings, ROUNDS), positions)
    talkative = BildMacroPlanner.of(PROBLEM, replace(settings, warmup_rounds=0), 4000)
    state = talkative.init(observe(positions), np.random.default_rng(0))
    _, state = talkative.plan(state, observe(positions))
    learned, _ = replace(talkative, rounds=ROUNDS).plan(state, observe(positions))
    np.testing.assert_allclose(learned, expected, atol=1e-9)


def test_everybody_believes_the_exact_fit_and_nothing_is_sent():
    planner, positions = ExactMacroPlanner.of(PROBLEM, SETTINGS, ROUNDS), scatter(3)
    _, state = plan(planner, positions)
    report = planner.report(state)
    statistics = PROBLEM.family.statistics(positions).mean(axis=0)
    theta = PROBLEM.family.fit(statistics, SETTINGS.regularisation)
    np.testing.assert_allclose(report.parameters, np.tile(theta, (ROBOTS, 1)), atol=1e-8)
    assert report.traffic.bytes.max() == 0
