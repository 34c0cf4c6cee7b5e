"""The statistics of many swarms, compiled, so that threads do not wait for each other's NumPy.

What `bildsim.envs.task.DensityTask.statistics` does for one swarm, to the bit: positions cut to C,
phi of each robot, and the mean over a swarm's robots, added up in their order.
"""

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.density.point_kernels import statistics_pass
from bildsim.numerics.compiling import kernel

_compiled = kernel(__file__)


@_compiled
def means_pass(
    first: int, last: int, pose: Floats, points: Floats, phi: Floats, means: Floats
) -> bool:
    """Write the mean statistics of the swarms first..last-1.

    Args:
        first: the first swarm.
        last: one past the last swarm.
        pose: (B, N, 3) x, y (m) and heading (rad).
        points: (B N, 2), space.
        phi: (B N, m), space.
        means: (B, m) gets the means.

    Returns:
        Whether all poses are finite; where one is not, nothing has been written to the means.
    """
    robots = pose.shape[1]
    for swarm in range(first, last):
        for robot in range(robots):
            for part in range(3):
                if not np.isfinite(pose[swarm, robot, part]):
                    return False
            for axis in range(2):
                inside = min(max(pose[swarm, robot, axis], -1.0), 1.0)
                points[swarm * robots + robot, axis] = inside
    statistics_pass(first * robots, last * robots, points, phi)
    for swarm in range(first, last):
        start, mean = swarm * robots, means[swarm]
        for k in range(len(mean)):
            mean[k] = phi[start, k]
        for row in range(start + 1, start + robots):
            for k in range(len(mean)):
                mean[k] += phi[row, k]
        for k in range(len(mean)):
            mean[k] /= robots
    return True
