"""What the tests of the transport planners share."""

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


def arrive(planner, positions, ticks, seed=0):
    state = planner.init(observe(positions), np.random.default_rng(seed))
    for _ in range(ticks):
        positions, state = planner.plan(state, observe(positions))
    return positions
