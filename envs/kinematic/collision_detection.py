"""Collision detection: pairs and walls near enough to touch in the next step."""

from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.envs.kinematic.cell_list import CellList
from bildsim.numerics.compiling import inlined, kernel

# Walls are numbered below any robot: -1 and -2 right and left, -3 and -4 upper and lower.
WALLS = -1
_compiled = kernel(__file__)


class Rows(NamedTuple):
    """One row for each pair of robots, or robot and wall, near enough to touch; room for M.

    Attributes:
        first: a robot, (M,).
        second: the other robot, or a wall, which is ``WALLS`` or less, (M,).
        normal: unit vector from the first to the second, (M, 2).
        gap: distance between the surfaces, negative where they overlap, (M,), m.
        impulse: what the solver gave this contact, (M,), m/s; above 0 where it pushes.
    """

    first: Ints
    second: Ints
    normal: Floats
    gap: Floats
    impulse: Floats


def make_rows(capacity: int) -> Rows:
    """Return room for so many rows."""
    robots = np.zeros((2, capacity), dtype=np.int64)
    return Rows(
        robots[0], robots[1], np.zeros((capacity, 2)), np.zeros(capacity), np.zeros(capacity)
    )


@inlined
def _add(count: int, rows: Rows, first: int, second: int, x: float, y: float, gap: float) -> int:
    """Write a row where there is room, and count it in any case."""
    if count < len(rows.gap):
        rows.first[count], rows.second[count] = first, second
        rows.normal[count, 0], rows.normal[count, 1] = x, y
        rows.gap[count], rows.impulse[count] = gap, 0.0
    return count + 1


@inlined
def _meet(
    count: int, rows: Rows, cells: CellList, first: int, second: int, size: float, margin: float
) -> int:
    """Add the robots at two places of the order if their discs are within the margin.

    ``size`` lies between the centres of touching discs.
    """
    x = cells.place[second, 0] - cells.place[first, 0]
    y = cells.place[second, 1] - cells.place[first, 1]
    squared = x * x + y * y
    if squared >= (size + margin) * (size + margin):
        return count
    one, other = cells.order[first], cells.order[second]
    distance = np.sqrt(squared)
    if distance == 0.0:
        # Discs on one point part in as many directions as there are pairs of them.
        return _add(count, rows, one, other, np.cos(count), np.sin(count), -size)
    return _add(count, rows, one, other, x / distance, y / distance, distance - size)


@inlined
def _meet_cell(
    count: int,
    rows: Rows,
    cells: CellList,
    place: int,
    ends: tuple[int, int],
    size: float,
    margin: float,
) -> int:
    """Add the pairs of the robot at a place with those at places ends[0] to ends[1] - 1."""
    for other in range(ends[0], ends[1]):
        count = _meet(count, rows, cells, place, other, size, margin)
    return count


@_compiled
def find_pairs(cells: CellList, size: float, margin: float, rows: Rows) -> int:
    """Write the pairs of robots nearer than size + margin, each once, ordered by place.

    Args:
        cells: the robots in cells of side size + margin or more.
        size: distance between the centres of touching discs, m.
        margin: gap up to which a pair counts, m.
        rows: where to write them.

    Returns:
        Their number; above the room in ``rows`` some are missing.
    """
    count, side = 0, cells.per_side
    for row in range(side):
        for column in range(side):
            cell = row * side + column
            end = cells.starts[cell + 1]
            # Each pair is met once: within the cell, to the right, and in the row above. Cells of a
            # row lie side by side in the order, so each neighbourhood is one stretch of places.
            # Right of this cell; and above it, from the left neighbour to the right one.
            right = cells.starts[cell + 2] if column + 1 < side else end
            low = cell + side - min(column, 1)
            high = cell + side + (2 if column + 1 < side else 1)
            above = (cells.starts[low], cells.starts[high]) if row + 1 < side else (0, 0)
            for place in range(cells.starts[cell], end):
                beside = (place + 1, right)
                count = _meet_cell(count, rows, cells, place, beside, size, margin)
                count = _meet_cell(count, rows, cells, place, above, size, margin)
    return count


@_compiled
def find_walls(count: int, pose: Floats, cells: CellList, margin: float, rows: Rows) -> int:
    """Add the robots nearer than the margin (m) to a wall to ``count`` rows; return how many."""
    for robot in cells.order:
        for axis in range(2):
            # Right and upper wall first; their opposites have the next lower number.
            x, y, wall = 1.0 - axis, float(axis), WALLS - 2 * axis
            if 1.0 - pose[robot, axis] < margin:
                count = _add(count, rows, robot, wall, x, y, 1.0 - pose[robot, axis])
            if 1.0 + pose[robot, axis] < margin:
                count = _add(count, rows, robot, wall - 1, -x, -y, 1.0 + pose[robot, axis])
    return count
