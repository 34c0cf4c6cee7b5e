"""What the tests of the kernel flows share."""

import numpy as np

from bildsim.controllers.planner import Observation, Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target

TARGET = named_target("gmm3")
PROBLEM = Problem(TARGET, LegendreFamily(2), 1e-4, 0.02, rounds=4)
BANDWIDTH = 0.2


def scatter(robots, seed=0, spread=0.95):
    return np.random.default_rng(seed).uniform(-spread, spread, (robots, 2))


def observe(positions, spec="ring"):
    network = build_network(NetworkSpec.parse(spec), positions, np.random.default_rng(0))
    return Observation(0.0, positions, network)


def differences(value, points, step=1e-6):
    """Return the gradient of a function of points, (M, 2) to (M,), by central differences."""
    nudges = step * np.eye(2)
    return np.stack([(value(points + n) - value(points - n)) / (2 * step) for n in nudges], axis=1)
