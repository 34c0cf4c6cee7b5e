"""Voronoi and power cells against brute force."""

import numpy as np
import pytest

from bildsim.controllers.baselines.voronoi.partition import Partition
from tests.controllers.baselines.voronoi.helpers import TARGET, scatter


@pytest.fixture(scope="module")
def darts():
    """Points spread evenly over C at random, with their squared distances left to the tests."""
    return np.random.default_rng(11).uniform(-1.0, 1.0, (200_000, 2))


def test_power_cells_hold_the_mass_of_those_they_are_nearest_to(darts):
    positions, weights = scatter(5, 1), np.array([0.0, 0.1, -0.05, 0.02, 0.3])
    power = ((darts[:, None] - positions) ** 2).sum(axis=2) - weights
    owner, density = power.argmin(axis=1), TARGET.density(darts)
    expected = np.bincount(owner, density, 5) / density.sum()
    found = Partition.of(TARGET).regions(positions, weights)
    np.testing.assert_allclose(found.masses, expected, atol=3e-3)
    assert found.masses.sum() == pytest.approx(1.0, abs=1e-12)


def test_an_empty_cell_keeps_its_robot():
    positions = np.array([[0.3, 0.3], [0.3, 0.3], [-0.5, 0.0]])
    regions = Partition.of(TARGET).regions(positions)
    assert regions.masses[1] == 0.0
    np.testing.assert_array_equal(regions.centroids[1], positions[1])
