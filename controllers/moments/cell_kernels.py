"""Power cells of robots that sense only so far, as polygons, and points to integrate over them."""

import math

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.numerics.compiling import kernel

SIDES = 24
"""Sides of the polygon that stands for a robot's disc."""
WALLS = 4
"""A cell has at most so many more, those of C, and one for each robot that is sensed."""
POINTS = 6
"""Points to integrate with in each triangle."""
# A rule of degree 4 (D. A. Dunavant, International Journal for Numerical Methods in Engineering
# 21(6), 1985): two orbits of three points, by their weight and the two equal coordinates.
_ORBITS = ((0.223381589678011, 0.445948490915965), (0.109951743655322, 0.091576213509771))

_compiled = kernel(__file__)


@_compiled
def cell_pass(
    first: int,
    last: int,
    positions: Floats,
    weights: Floats,
    starts: Ints,
    others: Ints,
    heard: Floats,
    reach: float,
    corners: Floats,
    counts: Ints,
) -> None:
    """Cut the cells of the robots first..last-1.

    Args:
        first: the first robot.
        last: one past the last one.
        positions: (N, 2) where the robots are (m).
        weights: (N,) w_i (m^2).
        starts: (N + 1,) where each robot's rows begin in the next two.
        others: (K,) whom it senses.
        heard: (K,) the weight of each of those, as far as the robot knows (m^2).
        reach: radius of a robot's disc (m).
        corners: (N, V, 2) corners of each cell, seen from its robot (m), anticlockwise; written.
        counts: (N,) how many there are, 0 for a cell without any area; written.
    """
    most = corners.shape[1]
    cell, cut = np.empty((most, 2)), np.empty((most, 2))
    for i in range(first, last):
        for side in range(SIDES):
            angle = 2.0 * math.pi * side / SIDES
            cell[side, 0], cell[side, 1] = reach * math.cos(angle), reach * math.sin(angle)
        count = SIDES
        x, y = positions[i, 0], positions[i, 1]
        for wall in range(WALLS):
            sign = 1.0 - 2.0 * (wall % 2)
            along_x = sign if wall < 2 else 0.0
            along_y = 0.0 if wall < 2 else sign
            room = 1.0 - sign * (x if wall < 2 else y)
            count = _cut(cell, count, along_x, along_y, room, cut)
            cell, cut = cut, cell
        for k in range(starts[i], starts[i + 1]):
            away_x, away_y = positions[others[k], 0] - x, positions[others[k], 1] - y
            squared = away_x * away_x + away_y * away_y
            # Robots at one place share their cell.
            if squared > 0.0 and count > 0:
                room = 0.5 * (squared + weights[i] - heard[k])
                count = _cut(cell, count, away_x, away_y, room, cut)
                cell, cut = cut, cell
        counts[i] = count
        for k in range(count):
            corners[i, k, 0], corners[i, k, 1] = cell[k, 0], cell[k, 1]


@_compiled
def _cut(
    cell: Floats, count: int, normal_x: float, normal_y: float, room: float, result: Floats
) -> int:
    """Write the part of a convex polygon where normal . q <= room; return its number of corners."""
    found = 0
    if count == 0:
        return 0
    before_x, before_y = cell[count - 1, 0], cell[count - 1, 1]
    before = normal_x * before_x + normal_y * before_y - room
    for k in range(count):
        x, y = cell[k, 0], cell[k, 1]
        here = normal_x * x + normal_y * y - room
        if (here > 0.0) != (before > 0.0):
            share = before / (before - here)
            result[found, 0] = before_x + share * (x - before_x)
            result[found, 1] = before_y + share * (y - before_y)
            found += 1
        if here <= 0.0:
            result[found, 0], result[found, 1] = x, y
            found += 1
        before_x, before_y, before = x, y, here
    return found if found > 2 else 0


@_compiled
def point_pass(
    first: int,
    last: int,
    positions: Floats,
    corners: Floats,
    counts: Ints,
    begins: Ints,
    points: Floats,
    areas: Floats,
) -> None:
    """Put points into the cells of the robots first..last-1, ``POINTS`` a corner.

    Args:
        first: the first robot.
        last: one past the last one.
        positions: (N, 2) where the robots are (m).
        corners: (N, V, 2) as `cell_pass` wrote them.
        counts: (N,) likewise.
        begins: (N + 1,) where each robot's points begin.
        points: (P, 2) in the world frame (m); written.
        areas: (P,) what each stands for (m^2); written.
    """
    for i in range(first, last):
        count, place = counts[i], begins[i]
        middle_x, middle_y = 0.0, 0.0
        for k in range(count):
            middle_x += corners[i, k, 0] / count
            middle_y += corners[i, k, 1] / count
        for k in range(count):
            after = k + 1 if k + 1 < count else 0
            ax, ay = corners[i, k, 0] - middle_x, corners[i, k, 1] - middle_y
            bx, by = corners[i, after, 0] - middle_x, corners[i, after, 1] - middle_y
            area = 0.5 * abs(ax * by - ay * bx)
            for weight, equal in _ORBITS:
                third = 1.0 - 2.0 * equal
                for turn in range(3):
                    of_a = third if turn == 0 else equal
                    of_b = third if turn == 1 else equal
                    points[place, 0] = positions[i, 0] + middle_x + of_a * ax + of_b * bx
                    points[place, 1] = positions[i, 1] + middle_y + of_a * ay + of_b * by
                    areas[place] = weight * area
                    place += 1
