"""Lloyd's method: centroids, and a locational cost that falls."""

from bildsim.controllers.baselines.voronoi.cvt import Voronoi
from tests.controllers.baselines.voronoi.helpers import (
    assert_goals_are_centroids,
    assert_locational_cost_falls,
)


def test_goals_are_the_centroids_of_the_cells(darts):
    assert_goals_are_centroids(Voronoi, darts, 1)


def test_the_locational_cost_falls():
    assert_locational_cost_falls(Voronoi)
