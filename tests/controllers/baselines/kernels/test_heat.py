"""The heat law, against differences of the densities."""

import numpy as np

from bildsim.controllers.baselines.kernels.heat import HeatFlow
from bildsim.controllers.baselines.kernels.kernel_density import KernelDensity
from bildsim.density.kde import standard_bandwidth
from tests.controllers.baselines.kernels.helpers import PROBLEM, TARGET, differences, scatter


def test_the_heat_law_runs_down_the_difference():
    planner, positions = HeatFlow(PROBLEM), scatter(30)
    bandwidth = planner.widening * standard_bandwidth(30)
    density = KernelDensity.of(TARGET, bandwidth)
    slope = differences(
        lambda at: density.swarm(at, positions).value - density.target(at).value, positions
    )
    velocity = slope / density.swarm(positions, positions).value[:, None]
    expected = positions - planner.gain * bandwidth**2 * velocity
    np.testing.assert_allclose(planner.goals(positions), expected, rtol=1e-5, atol=1e-7)
