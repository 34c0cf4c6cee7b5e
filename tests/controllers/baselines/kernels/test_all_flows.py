"""What all kernel flows do: the divergence falls, and walls do not hold robots."""

import numpy as np
import pytest

from bildsim.controllers.baselines.kernels.heat import HeatFlow
from bildsim.controllers.baselines.kernels.kde_consensus import ConsensusFlow
from bildsim.controllers.baselines.kernels.kde_flow import KernelFlow
from bildsim.controllers.baselines.kernels.kernel_density import cut_kernel
from bildsim.density.kde import reflected_kde, standard_bandwidth
from bildsim.targets.point_masses import PointMasses
from tests.controllers.baselines.kernels.helpers import PROBLEM, TARGET, observe, scatter


def divergence(positions, bandwidth):
    """KL(p_h || p*_h) on 60 x 60 cells, with whole kernels."""
    cells = PointMasses.of(TARGET, 60)
    swarm = reflected_kde(cells.centres, positions, bandwidth)
    kernel, _ = cut_kernel(cells.centres, cells.centres, bandwidth, reach=8.0)
    target = kernel @ cells.masses @ kernel.T
    swarm, target = swarm / swarm.sum(), target / target.sum()
    return float(np.sum(swarm * np.log(swarm / target)))


@pytest.mark.parametrize("flow", [KernelFlow, HeatFlow, ConsensusFlow])
def test_the_divergence_falls(flow):
    planner, positions = flow(PROBLEM), scatter(40, 3)
    bandwidth = planner.widening * standard_bandwidth(40)
    state = planner.init(observe(positions, "complete"), np.random.default_rng(0))
    before = divergence(positions, bandwidth)
    for _ in range(120):
        positions, state = planner.plan(state, observe(positions, "complete"))
    assert divergence(positions, bandwidth) < 0.1 * before


def test_robots_leave_a_wall_that_they_touched():
    positions = np.concatenate([scatter(20, 4), [[-1.0, -1.0]]])
    for flow in (KernelFlow, HeatFlow):
        way = flow(PROBLEM).goals(positions)[-1] - positions[-1]
        assert (way > 0.0).all()
