"""Barycentres of the transport plan: by hand where it is small, by another solver where not."""

import itertools

import numpy as np
import ot
import pytest

from bildsim.basics.errors import RunError
from bildsim.targets.optimal_transport import barycentres, w2
from bildsim.targets.point_masses import PointMasses
from tests.controllers.baselines.transport.helpers import TARGET, scatter


def test_barycentres_come_with_the_distance_at_the_positions():
    cells, positions = PointMasses.of(TARGET, 12), scatter(7)
    assert barycentres(positions, cells)[1] == pytest.approx(w2(positions, cells), rel=1e-12)


def test_a_robot_that_is_nowhere_stops_the_run():
    with pytest.raises(RunError, match="not finite"):
        w2(np.array([[np.nan, 0.0]]), PointMasses.of(TARGET, 4))


def test_barycentres_are_those_of_the_best_of_all_assignments():
    """Three robots, three cells of equal mass: six assignments to try."""
    masses = np.zeros((4, 4))
    masses[0, 1] = masses[3, 3] = masses[2, 0] = 1.0 / 3.0
    cells = PointMasses(masses)
    positions = np.array([[-0.1, 0.2], [0.3, -0.7], [-0.6, -0.6]])
    places = cells.points[masses.ravel() > 0]
    best = min(
        itertools.permutations(range(3)),
        key=lambda order: ((positions - places[list(order)]) ** 2).sum(),
    )
    np.testing.assert_allclose(barycentres(positions, cells)[0], places[list(best)], atol=1e-12)


def test_barycentres_are_those_of_the_plan():
    cells, positions = PointMasses.of(TARGET, 12), scatter(7)
    squared = ((positions[:, None] - cells.points) ** 2).sum(axis=2)
    found = ot.solve(squared, np.full(7, 1 / 7), cells.masses.ravel()).plan
    expected = np.array([np.average(cells.points, axis=0, weights=row) for row in found])
    np.testing.assert_allclose(barycentres(positions, cells)[0], expected, atol=1e-10)


def test_moving_to_the_barycentres_never_raises_w2():
    cells, positions = PointMasses.of(TARGET, 20), scatter(15)
    distances = []
    for _ in range(8):
        before = w2(positions, cells)
        positions, distance = barycentres(positions, cells)
        assert distance == pytest.approx(before, rel=1e-9)
        distances.append(distance)
    assert np.diff(distances).max() < 1e-12
