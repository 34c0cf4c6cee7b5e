"""The point of an intersection of half-planes nearest to a given one: two unknowns, compiled.

Rows are taken in one after the other. While the nearest point so far obeys the next row it stays;
else the new one lies on that row's line, in the interval that the earlier rows leave of it (the
incremental method that van den Berg, Guy, Lin and Manocha 2011, section 5, use for ORCA). It is
exact, and takes O(k) where few rows matter, O(k^2) at worst.
"""

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.numerics.compiling import kernel

_EPSILON = 1e-12
_HALVINGS = 30
_compiled = kernel(__file__)


@_compiled
def nearest(
    preferred: Floats, normal: Floats, bound: Floats, count: int, slack: float, hard: int
) -> tuple[bool, float, float]:
    """Return whether there is a feasible point, and the feasible point nearest to ``preferred``.

    Args:
        preferred: (2,).
        normal: (M, 2) of length 1; rows from ``count`` on are ignored.
        bound: (M,) feasible is normal . u <= bound.
        count: number of rows.
        slack: added to the bounds of rows that are not hard.
        hard: number of rows at the beginning that keep their bounds.
    """
    x, y = preferred[0], preferred[1]
    for i in range(count):
        limit = bound[i] + (slack if i >= hard else 0.0)
        if normal[i, 0] * x + normal[i, 1] * y <= limit + _EPSILON:
            continue
        # The row is violated: the new nearest point lies on its line, normal . u = limit. Earlier
        # rows leave the interval [low, high] of that line.
        along_x, along_y = -normal[i, 1], normal[i, 0]
        low, high = -np.inf, np.inf
        for j in range(i):
            room = bound[j] + (slack if j >= hard else 0.0)
            room -= limit * (normal[j, 0] * normal[i, 0] + normal[j, 1] * normal[i, 1])
            slope = normal[j, 0] * along_x + normal[j, 1] * along_y
            # A parallel row either leaves the whole line or nothing of it.
            if abs(slope) < _EPSILON:
                if room < -_EPSILON:
                    return False, x, y
            elif slope > 0.0:
                high = min(high, room / slope)
            else:
                low = max(low, room / slope)
        if low > high + _EPSILON:
            return False, x, y
        # The wanted point's projection on the line, moved into the interval.
        place = min(max(preferred[0] * along_x + preferred[1] * along_y, low), high)
        x = limit * normal[i, 0] + place * along_x
        y = limit * normal[i, 1] + place * along_y
    return True, x, y


@_compiled
def least_slack(
    preferred: Floats, normal: Floats, bound: Floats, count: int, hard: int
) -> tuple[float, float, float]:
    """Return the least slack of the soft rows with which there is a feasible point, and the point.

    By bisection. The hard rows must leave the point 0, with which a slack of the most negative
    bound is enough.
    """
    low, high = 0.0, 0.0
    for i in range(hard, count):
        high = max(high, -bound[i])
    best_x, best_y = 0.0, 0.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        found, x, y = nearest(preferred, normal, bound, count, middle, hard)
        if found:
            high, best_x, best_y = middle, x, y
        else:
            low = middle
    return high, best_x, best_y


@_compiled
def solve(
    preferred: Floats,
    wheels: Floats,
    limit: float,
    fastest: float,
    wall_normal: Floats,
    wall_bound: Floats,
    normal: Floats,
    bound: Floats,
    starts: Ints,
    velocity: Floats,
    slack: Floats,
) -> None:
    """Solve each robot's own problem: wheels are hard rows; walls and neighbours soft ones.

    Args:
        preferred: (N, 2), m/s, each within the wheels' limits.
        wheels: unit normals of the wheels' limits, (N, 4, 2).
        limit: their bound, m/s.
        fastest: length of the longest velocity within them, m/s.
        wall_normal: (4, 2).
        wall_bound: (N, 4), m/s.
        normal: of the neighbours' rows, (K, 2).
        bound: of the neighbours' rows, (K,), m/s.
        starts: where each robot's rows begin, (N + 1,).
        velocity: the answers, (N, 2), m/s.
        slack: by how much the soft bounds had to be raised, (N,), m/s; 0 where not.
    """
    robots, own = len(preferred), wheels.shape[1]
    walls = len(wall_normal)
    neighbours = 0
    for robot in range(robots):
        neighbours = max(neighbours, starts[robot + 1] - starts[robot])
    most = own + walls + neighbours
    row_normal, row_bound = np.empty((most, 2)), np.empty(most)
    for robot in range(robots):
        # Number by number: assigning arrays costs three seconds of compilation.
        for k in range(own):
            row_normal[k, 0], row_normal[k, 1] = wheels[robot, k, 0], wheels[robot, k, 1]
            row_bound[k] = limit
        for k in range(walls):
            row_normal[own + k, 0], row_normal[own + k, 1] = wall_normal[k, 0], wall_normal[k, 1]
            row_bound[own + k] = wall_bound[robot, k]
        count = own + walls
        for k in range(starts[robot], starts[robot + 1]):
            # No velocity that the wheels can do reaches that line.
            if bound[k] > fastest:
                continue
            row_normal[count, 0], row_normal[count, 1] = normal[k, 0], normal[k, 1]
            row_bound[count] = bound[k]
            count += 1
        found, x, y = nearest(preferred[robot], row_normal, row_bound, count, 0.0, own)
        slack[robot] = 0.0
        # Standing still breaks no wheel's limit, so some slack of the soft rows is enough.
        if not found:
            slack[robot], x, y = least_slack(preferred[robot], row_normal, row_bound, count, own)
        velocity[robot, 0], velocity[robot, 1] = x, y
