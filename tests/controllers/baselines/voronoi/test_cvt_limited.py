"""Cells cut at what a robot sees: centroids, and a locational cost that falls."""

from bildsim.controllers.baselines.voronoi.cvt_limited import LimitedVoronoi
from tests.controllers.baselines.voronoi.helpers import (
    assert_goals_are_centroids,
    assert_locational_cost_falls,
)


def test_goals_are_the_centroids_of_the_cells(darts):
    assert_goals_are_centroids(LimitedVoronoi, darts, 1, 0.25)


def test_the_locational_cost_falls():
    assert_locational_cost_falls(LimitedVoronoi, 0.25)
