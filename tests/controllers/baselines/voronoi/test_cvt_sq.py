"""Voronoi cells of the squared density: centroids, cost, and how robots share out."""

import numpy as np

from bildsim.controllers.baselines.voronoi.cvt import Voronoi
from bildsim.controllers.baselines.voronoi.cvt_sq import SquaredVoronoi
from bildsim.controllers.baselines.voronoi.partition import Partition
from tests.controllers.baselines.voronoi.helpers import (
    PROBLEM,
    TARGET,
    assert_goals_are_centroids,
    assert_locational_cost_falls,
    scatter,
    settle,
)


def test_squared_voronoi_follows_the_density_better():
    """The share of robots where p* is high is nearer to the mass there."""
    start = scatter(60, 5)
    counts = {}
    for family in (Voronoi, SquaredVoronoi):
        positions, _ = settle(family(PROBLEM), start, 80)
        density = TARGET.density(positions)
        counts[family] = np.mean(density > 0.6)
    cells = Partition.of(TARGET)
    share = cells.masses[TARGET.density(cells.points) > 0.6].sum()
    assert abs(counts[SquaredVoronoi] - share) < abs(counts[Voronoi] - share)


def test_goals_are_the_centroids_of_the_squared_density(darts):
    assert_goals_are_centroids(SquaredVoronoi, darts, 2)


def test_the_locational_cost_falls():
    assert_locational_cost_falls(SquaredVoronoi)
