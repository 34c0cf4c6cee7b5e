"""What the tests of the spectral planners share."""

import numpy as np

from bildsim.controllers.planner import Observation, Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target

TARGET = named_target("gmm3")
# Room for any step, so that a move shows its gradient.
PROBLEM = Problem(TARGET, LegendreFamily(2), 1e-4, 1.5, rounds=1)


def scatter(robots, seed=0, spread=0.9):
    return np.random.default_rng(seed).uniform(-spread, spread, (robots, 2))


def observe(positions, spec="complete"):
    network = build_network(NetworkSpec.parse(spec), positions, np.random.default_rng(0))
    return Observation(0.0, positions, network)


def slope(value, positions, step=1e-5):
    """Return the gradient of a function of all positions by central differences, (N, 2)."""
    result = np.zeros_like(positions)
    for place in np.ndindex(positions.shape):
        nudge = np.zeros_like(positions)
        nudge[place] = step
        result[place] = (value(positions + nudge) - value(positions - nudge)) / (2 * step)
    return result


def ergodic_metric(cosines, positions):
    error = cosines.values(positions).mean(axis=0) - cosines.means
    return float(cosines.sobolev_weights @ error**2)
