"""Kernel densities of robots and target: sums written out, gradients against differences."""

import numpy as np
import pytest

from bildsim.controllers.baselines.kernels.kernel_density import KernelDensity, cut_kernel
from bildsim.targets.point_masses import PointMasses
from tests.controllers.baselines.kernels.helpers import BANDWIDTH, TARGET, differences, scatter


def test_densities_are_sums_of_cut_kernels():
    """Each kernel and its mirror images one by one; beyond three bandwidths there is nothing."""
    density, robots, points = KernelDensity.of(TARGET, BANDWIDTH), scatter(5), scatter(4, 1)

    def bell(difference):
        z = abs(difference) / BANDWIDTH
        # Of a normal law 0.9973002 lies within three deviations.
        return np.exp(-z * z / 2) / (np.sqrt(2 * np.pi) * BANDWIDTH * 0.9973002039) * (z <= 3)

    def axis(at, centre):
        return bell(at - centre) + bell(at - (2 - centre)) + bell(at - (-2 - centre))

    expected = [
        np.mean([axis(p[0], robot[0]) * axis(p[1], robot[1]) for robot in robots]) for p in points
    ]
    np.testing.assert_allclose(density.swarm(points, robots).value, expected, rtol=1e-9)


@pytest.mark.parametrize("side", ["swarm", "target"])
def test_gradients_are_those_of_the_densities(side):
    density, robots, points = KernelDensity.of(TARGET, BANDWIDTH), scatter(20), scatter(8, 1)

    def field(at):
        return density.target(at) if side == "target" else density.swarm(at, robots)

    expected = differences(lambda at: field(at).value, points)
    np.testing.assert_allclose(field(points).gradient, expected, rtol=1e-5, atol=1e-7)


def test_the_blurred_target_is_the_target_under_the_kernel():
    density, points = KernelDensity.of(TARGET, BANDWIDTH), scatter(6, 2)
    cells = PointMasses.of(TARGET, 160)
    along_x, _ = cut_kernel(points[:, 0], cells.centres, BANDWIDTH, reach=8.0)
    along_y, _ = cut_kernel(points[:, 1], cells.centres, BANDWIDTH, reach=8.0)
    expected = np.einsum("nj,ij,ni->n", along_x, cells.masses, along_y)
    # Kernels are cut at three bandwidths and their mass restored.
    np.testing.assert_allclose(density.target(points).value, expected, rtol=0.02)
