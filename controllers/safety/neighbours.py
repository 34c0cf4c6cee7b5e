"""Who senses whom: all pairs within a range, a robot's neighbours side by side."""

from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from bildsim.basics.arrays import Floats, Ints


class Neighbours(NamedTuple):
    """The neighbours of N robots, K in all.

    Attributes:
        robot: (K,) who senses, ascending.
        other: (K,) whom, ascending for each robot.
        starts: (N + 1,) where each robot's rows begin.
    """

    robot: Ints
    other: Ints
    starts: Ints


def sense(positions: Floats, reach: float) -> Neighbours:
    """Return whom each robot senses.

    Args:
        positions: (N, 2), m.
        reach: largest distance between centres, m.
    """
    robots = len(positions)
    first, second = cKDTree(positions).query_pairs(reach, output_type="ndarray").T
    # One number a row sorts several times faster than two.
    rows = np.sort(np.concatenate([first * robots + second, second * robots + first]))
    robot, other = np.divmod(rows, robots)
    # The first row of each robot, and the end of the last one's.
    return Neighbours(robot, other, np.searchsorted(robot, np.arange(robots + 1)))


def nobody(robots: int) -> Neighbours:
    """Return that none of so many robots senses anybody."""
    empty = np.zeros(0, dtype=np.int64)
    return Neighbours(empty, empty, np.zeros(robots + 1, dtype=np.int64))
