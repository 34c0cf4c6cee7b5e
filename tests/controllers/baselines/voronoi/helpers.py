"""What the tests of the Voronoi planners share."""

import numpy as np

from bildsim.controllers.planner import Observation, Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target

TARGET = named_target("gmm3")
PROBLEM = Problem(TARGET, LegendreFamily(2), 1e-4, 0.02)


def scatter(robots, seed=0):
    return np.random.default_rng(seed).uniform(-0.9, 0.9, (robots, 2))


def observe(positions):
    network = build_network(NetworkSpec.parse("ring"), positions, np.random.default_rng(0))
    return Observation(0.0, positions, network)


def locational(points, masses, positions, cap=np.inf):
    squared = ((points[:, None] - positions) ** 2).sum(axis=2).min(axis=1)
    return masses @ np.minimum(squared, cap**2)


def settle(planner, positions, ticks):
    state = planner.init(observe(positions), np.random.default_rng(0))
    for _ in range(ticks):
        positions, state = planner.plan(state, observe(positions))
    return positions, state


def assert_goals_are_centroids(family, darts, exponent, reach=np.inf):
    """The goals are the centres of p* to a power in the Voronoi cells, cut at a reach."""
    positions = scatter(6)
    squared = ((darts[:, None] - positions) ** 2).sum(axis=2)
    owner, near = squared.argmin(axis=1), squared.min(axis=1) <= reach**2
    weight = TARGET.density(darts) ** exponent * near
    expected = np.array(
        [np.average(darts[owner == k], axis=0, weights=weight[owner == k]) for k in range(6)]
    )
    # Both are sums over points: 200,000 at random and 10,000 in rows.
    np.testing.assert_allclose(family(PROBLEM).goals(positions), expected, atol=8e-3)


def assert_locational_cost_falls(family, reach=np.inf):
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
