"""Robots sorted into square cells, so that only those near each other are compared; compiled.

From poses, (N, 3), the order of the robots by cell and where each cell begins, (K^2 + 2,): a
counting sort, then each cell by place. NumPy could sort, at several calls and arrays for a step of
a few microseconds; what a step costs in all: ``python -m benchmarks.dynamics_speed``.
"""

from math import ceil, floor, sqrt
from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.numerics.compiling import inlined, kernel

# So many are sooner compared with each other than sorted into cells.
_FEW = 16
_compiled = kernel(__file__)


class CellList(NamedTuple):
    """The square [-1, 1]^2 in K x K cells, and who is in each.

    Attributes:
        per_side: K.
        starts: where each cell's robots begin in ``order``, (K^2 + 2,); row by row of the square.
            The last entry is spare.
        order: robots by cell, (N,), and within a cell by x, then y.
        cell: the cell of each robot, (N,).
        place: x, y of the robots in that order, (N, 2), m: neighbours in the arena are then
            neighbours in memory.
    """

    per_side: int
    starts: Ints
    order: Ints
    cell: Ints
    place: Floats


def make_cells(robots: int, reach: float) -> CellList:
    """Return an empty list for so many robots.

    Args:
        robots: N.
        reach: how far apart two robots may be that must lie in the same or touching cells, m.
    """
    # More cells than a few a robot would only cost time to clear, and few robots need none.
    most = 1 if robots <= _FEW else 2 * ceil(sqrt(robots))
    per_side = max(1, min(floor(2.0 / reach), most))
    starts = np.zeros(per_side**2 + 2, dtype=np.int64)
    empty = np.zeros(robots, dtype=np.int64)
    return CellList(per_side, starts, empty, empty.copy(), np.zeros((robots, 2)))


@inlined
def _index(coordinate: float, per_side: int) -> int:
    """Return the row or column of a coordinate; those outside belong to the rim."""
    return min(max(int(0.5 * (coordinate + 1.0) * per_side), 0), per_side - 1)


@inlined
def _goes_before(first: int, second: int, pose: Floats) -> bool:
    """Whether a robot comes first: by place, so that the robots' numbers do not matter."""
    if pose[first, 0] != pose[second, 0]:
        return bool(pose[first, 0] < pose[second, 0])
    return bool(pose[first, 1] < pose[second, 1])


@inlined
def _sort_cell(pose: Floats, order: Ints, first: int, end: int) -> None:
    """Sort a stretch of the order by insertion; a cell holds few robots."""
    for start in range(first + 1, end):
        robot, place = order[start], start
        while place > first and _goes_before(robot, order[place - 1], pose):
            order[place] = order[place - 1]
            place -= 1
        order[place] = robot


@_compiled
def sort_into_cells(pose: Floats, cells: CellList) -> None:
    """Fill the list with the robots at ``pose``, (N, 3), in O(N + K^2)."""
    starts, cell = cells.starts, cells.cell
    starts[:] = 0
    for robot in range(len(pose)):
        row = _index(pose[robot, 1], cells.per_side)
        cell[robot] = row * cells.per_side + _index(pose[robot, 0], cells.per_side)
        starts[cell[robot] + 2] += 1
    # Counting sort: the counts, shifted by two places, become the cells' beginnings.
    for k in range(2, len(starts)):
        starts[k] += starts[k - 1]
    for robot in range(len(pose)):
        # This moves starts[c + 1] from where cell c begins to where it ends.
        cells.order[starts[cell[robot] + 1]] = robot
        starts[cell[robot] + 1] += 1
    # By place within a cell, so that results do not depend on how robots are numbered.
    for k in range(cells.per_side**2):
        _sort_cell(pose, cells.order, starts[k], starts[k + 1])
    for place in range(len(pose)):
        robot = cells.order[place]
        cells.place[place, 0], cells.place[place, 1] = pose[robot, 0], pose[robot, 1]
