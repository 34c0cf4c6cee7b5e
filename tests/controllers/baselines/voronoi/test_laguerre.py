"""Power cells of equal mass: the law of the weights, and where they end."""

import numpy as np
import pytest

from bildsim.controllers.baselines.voronoi.laguerre import Laguerre
from tests.controllers.baselines.voronoi.helpers import PROBLEM, observe, scatter, settle


def test_power_cells_become_equal():
    planner = Laguerre(PROBLEM)
    start = scatter(20, 3)
    unequal = planner.partition.regions(start).masses
    positions, weights = settle(planner, start, 150)
    masses = planner.partition.regions(positions, weights).masses
    assert masses.sum() == pytest.approx(1.0, abs=1e-12)
    assert np.abs(20 * unequal - 1.0).max() > 1.0
    # The rim of a cell is made of points that each hold up to 0.014 of a share.
    assert np.abs(20 * masses - 1.0).max() < 0.15


def test_the_weights_follow_the_excess_of_mass():
    planner = Laguerre(PROBLEM, gain=0.3, sweeps=1)
    positions = scatter(8, 4)
    weights = np.linspace(-0.01, 0.01, 8)
    _, after = planner.plan(weights, observe(positions))
    excess = 8 * planner.partition.regions(positions, weights).masses - 1.0
    np.testing.assert_allclose(after, weights - 0.3 / 8 * np.clip(excess, -1.0, 1.0), atol=1e-15)
