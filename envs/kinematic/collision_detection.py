"""Collision detection, compiled: pairs and walls near enough to touch in the next step.

From the robots by cell, (N,), rows for those pairs alone, at most M of them. NumPy would have to
make all candidates of all cells before it could drop most of them, and their number changes from
step to step; loops write what they find. What a step costs in all: ``python -m
benchmarks.dynamics_speed``.
"""

from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.envs.kinematic.cell_list import CellList
from bildsim.numerics.compiling import kernel
from bildsim.numerics.lanes import element

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
    # Arrays are taken out of the tuples once, and rows written here and not by a function: within
    # the loop either is counted as references, which costs ten times what looking at a pair does.
    side, starts, order, whose, places = cells
    first, second, normal, gap, impulse = rows
    near, count = (size + margin) * (size + margin), 0
    for place in range(len(order)):
        cell = whose[order[place]]
        here_x, here_y = element(places, 2 * place), element(places, 2 * place + 1)
        # Each pair is met once: within the cell, to the right, and in the row above. Cells of a row
        # lie side by side in the order, so each neighbourhood is one stretch of places.
        # Right of this cell; and above it, from the left neighbour to the right one.
        column = cell % side if side > 1 else 0
        left, right = min(column, 1), min(side - 1 - column, 1)
        low, high = place + 1, starts[cell + 1 + right]
        for _ in range(2 if cell + side < side * side else 1):
            for other in range(low, high):
                x, y = element(places, 2 * other) - here_x, element(places, 2 * other + 1) - here_y
                squared = x * x + y * y
                if squared < near:
                    distance = np.sqrt(squared)
                    if distance == 0.0:
                        # Discs on one point part in as many directions as there are pairs of them.
                        x, y = np.cos(count), np.sin(count)
                    else:
                        x, y = x / distance, y / distance
                    if count < len(gap):
                        first[count], second[count] = order[place], order[other]
                        normal[count, 0], normal[count, 1] = x, y
                        gap[count], impulse[count] = distance - size, 0.0
                    count += 1
            # There is no row above the last.
            if cell + side < side * side:
                low, high = starts[cell + side - left], starts[cell + side + 1 + right]
    return count


@_compiled
def find_walls(count: int, pose: Floats, cells: CellList, margin: float, rows: Rows) -> int:
    """Add the robots nearer than the margin (m) to a wall to ``count`` rows; return how many."""
    first, second, normal, gap, impulse = rows
    for robot in cells.order:
        for axis in range(2):
            # Right and upper wall first; their opposites have the next lower number.
            for side in range(2):
                sign, wall = 1.0 - 2.0 * side, WALLS - 2 * axis - side
                distance = 1.0 - sign * pose[robot, axis]
                if distance < margin:
                    if count < len(gap):
                        first[count], second[count] = robot, wall
                        normal[count, 0], normal[count, 1] = sign * (1.0 - axis), sign * axis
                        gap[count], impulse[count] = distance, 0.0
                    count += 1
    return count
