"""Voronoi and power cells against brute force, and what Lloyd's method promises."""

import numpy as np
import pytest

from bildsim.controllers.baselines.voronoi.cvt import Voronoi
from bildsim.controllers.baselines.voronoi.cvt_limited import LimitedVoronoi
from bildsim.controllers.baselines.voronoi.cvt_sq import SquaredVoronoi
from bildsim.controllers.baselines.voronoi.laguerre import Laguerre
from bildsim.controllers.baselines.voronoi.partition import Partition
from bildsim.controllers.planner import Observation, Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target

TARGET = named_target("gmm3")
PROBLEM = Problem(TARGET, LegendreFamily(2), 1e-4, 0.02)
FAMILIES = [(Voronoi, 1, np.inf), (SquaredVoronoi, 2, np.inf), (LimitedVoronoi, 1, 0.25)]


def scatter(robots, seed=0):
    return np.random.default_rng(seed).uniform(-0.9, 0.9, (robots, 2))


def observe(positions):
    network = build_network(NetworkSpec.parse("ring"), positions, np.random.default_rng(0))
    return Observation(0.0, positions, network)


@pytest.fixture(scope="module")
def darts():
    """Points spread evenly over C at random, with their squared distances left to the tests."""
    return np.random.default_rng(11).uniform(-1.0, 1.0, (200_000, 2))


@pytest.mark.parametrize(("family", "exponent", "reach"), FAMILIES)
def test_goals_are_the_centroids_of_the_cells(family, exponent, reach, darts):
    positions = scatter(6)
    squared = ((darts[:, None] - positions) ** 2).sum(axis=2)
    owner, near = squared.argmin(axis=1), squared.min(axis=1) <= reach**2
    weight = TARGET.density(darts) ** exponent * near
    expected = np.array(
        [np.average(darts[owner == k], axis=0, weights=weight[owner == k]) for k in range(6)]
    )
    # Both are sums over points: 200,000 at random and 10,000 in rows.
    np.testing.assert_allclose(family(PROBLEM).goals(positions), expected, atol=8e-3)


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


def locational(points, masses, positions, cap=np.inf):
    squared = ((points[:, None] - positions) ** 2).sum(axis=2).min(axis=1)
    return masses @ np.minimum(squared, cap**2)


@pytest.mark.parametrize(("family", "exponent", "reach"), FAMILIES)
def test_the_locational_cost_falls(family, exponent, reach):
    planner = family(PROBLEM)
    partition = planner.partition
    positions = scatter(12, 2)
    state = planner.init(observe(positions), np.random.default_rng(0))
    costs = [locational(partition.points, partition.masses, positions, reach)]
    for _ in range(40):
        positions, state = planner.plan(state, observe(positions))
        costs.append(locational(partition.points, partition.masses, positions, reach))
    # A step towards the centroid lowers the cost for the points of the cell. A point of the grid
    # on the rim of the disc can leave it, hence the little room.
    assert np.diff(costs).max() < 1e-5
    assert costs[-1] < 0.8 * costs[0]


def settle(planner, positions, ticks):
    state = planner.init(observe(positions), np.random.default_rng(0))
    for _ in range(ticks):
        positions, state = planner.plan(state, observe(positions))
    return positions, state


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
