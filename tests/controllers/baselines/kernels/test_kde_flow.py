"""The flow down the logarithm of the density ratio, against differences of it."""

import numpy as np

from bildsim.controllers.baselines.kernels.kde_flow import KernelFlow
from bildsim.controllers.baselines.kernels.kernel_density import KernelDensity
from bildsim.density.kde import standard_bandwidth
from tests.controllers.baselines.kernels.helpers import PROBLEM, TARGET, differences, scatter


def log_ratio(density, at, robots):
    return np.log(density.swarm(at, robots).value / density.target(at).value)


def test_robots_run_down_the_logarithm_of_the_ratio():
    planner, positions = KernelFlow(PROBLEM), scatter(30)
    bandwidth = planner.widening * standard_bandwidth(30)
    density = KernelDensity.of(TARGET, bandwidth)
    slope = differences(lambda at: log_ratio(density, at, positions), positions)
    expected = positions - planner.gain * bandwidth**2 * slope
    np.testing.assert_allclose(planner.goals(positions), expected, rtol=1e-5, atol=1e-7)
