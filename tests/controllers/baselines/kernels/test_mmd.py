"""The energy flow: its step against differences of the energy distance."""

from dataclasses import replace

import numpy as np

from bildsim.controllers.baselines.kernels.mmd import EnergyFlow
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.targets.point_masses import PointMasses
from tests.controllers.baselines.spectral.helpers import PROBLEM, TARGET, observe, scatter, slope


def energy(cells, positions):
    """The energy distance less its constant, by loops over pairs of everything."""
    across = np.linalg.norm(positions[:, None] - cells.points, axis=2) @ cells.masses.ravel()
    within = np.linalg.norm(positions[:, None] - positions, axis=2).mean()
    return float(2 * across.mean() - within)


def test_energy_robots_descend_the_energy_distance():
    planner, positions = EnergyFlow(PROBLEM, step=0.1), scatter(7, 5)
    gradient = slope(lambda x: energy(PointMasses.of(TARGET, 50), x), positions)
    expected = -planner.step * 7 / 2 * gradient
    np.testing.assert_allclose(planner.goals(positions) - positions, expected, rtol=1e-5, atol=1e-8)


def test_the_energy_distance_falls():
    planner = EnergyFlow(replace(PROBLEM, max_step=0.02))
    metric, positions = PositionMetrics.of(TARGET), scatter(30, 6)
    state = planner.init(observe(positions), np.random.default_rng(0))
    before = metric.energy_distance(positions)
    for _ in range(120):
        positions, state = planner.plan(state, observe(positions))
    assert metric.energy_distance(positions) < 0.1 * before


def test_robots_in_one_place_feel_no_push_from_each_other():
    positions = np.full((3, 2), 0.1)
    goals = EnergyFlow(PROBLEM).goals(positions)
    assert np.isfinite(goals).all()
    np.testing.assert_array_equal(goals[0], goals[1])
