"""Contacts of discs with obstacles that do not move, compiled.

From poses, (N, 3), and obstacles, (K, 7), rows for those pairs that may touch in the next step. An
obstacle is a rectangle rounded off outwards, whose nearest point to a disc is known in closed form;
towards it the contact is like one with a wall. Beside `bildsim.envs.kinematic.collision_detection`
and in loops like there, because rows are found one by one; with no obstacle nothing is done. The
same in NumPy is `bildsim.obstacles.shapes.Obstacles.nearest`.
"""

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.envs.kinematic.cell_list import CellList
from bildsim.envs.kinematic.collision_detection import Rows
from bildsim.numerics.compiling import inlined, kernel

# Obstacle k has the number OBSTACLES - k, below any wall's and what stands for nobody.
OBSTACLES = -10
_compiled = kernel(__file__)


@inlined
def away(x: float, y: float, k: int, obstacles: Floats) -> tuple[float, float, float]:
    """Return a place's distance from obstacle k (m) and the unit vector straight out of it.

    Args:
        x: of the place (m).
        y: of the place (m).
        k: the obstacle.
        obstacles: (K, 7); see `bildsim.obstacles.shapes.Obstacle.row`.
    """
    x, y = x - obstacles[k, 0], y - obstacles[k, 1]
    cosine, sine = obstacles[k, 4], obstacles[k, 5]
    # Seen from the obstacle's own axes, and from its nearest corner.
    own_x, own_y = x * cosine + y * sine, y * cosine - x * sine
    beyond_x, beyond_y = abs(own_x) - obstacles[k, 2], abs(own_y) - obstacles[k, 3]
    sign_x, sign_y = -1.0 if own_x < 0.0 else 1.0, -1.0 if own_y < 0.0 else 1.0
    if beyond_x <= 0.0 and beyond_y <= 0.0:
        distance = max(beyond_x, beyond_y)
        out_x = sign_x if beyond_x >= beyond_y else 0.0
        out_y = 0.0 if beyond_x >= beyond_y else sign_y
    else:
        out_x, out_y = max(beyond_x, 0.0), max(beyond_y, 0.0)
        distance = np.sqrt(out_x * out_x + out_y * out_y)
        out_x, out_y = sign_x * out_x / distance, sign_y * out_y / distance
    return (
        distance - obstacles[k, 6],
        out_x * cosine - out_y * sine,
        out_x * sine + out_y * cosine,
    )


@_compiled
def find_obstacles(
    count: int,
    pose: Floats,
    cells: CellList,
    obstacles: Floats,
    radius: float,
    margin: float,
    rows: Rows,
) -> int:
    """Add the robots nearer than the margin (m) to an obstacle to the rows; return how many."""
    first, second, normal, gap, impulse = rows
    for robot in cells.order:
        for k in range(len(obstacles)):
            distance, x, y = away(pose[robot, 0], pose[robot, 1], k, obstacles)
            if distance < radius + margin:
                if count < len(gap):
                    first[count], second[count] = robot, OBSTACLES - k
                    normal[count, 0], normal[count, 1] = -x, -y
                    gap[count], impulse[count] = distance - radius, 0.0
                count += 1
    return count


@_compiled
def hold_outside(pose: Floats, obstacles: Floats, radius: float) -> None:
    """Put discs that a crowd pushed into an obstacle back to its rim, in ``pose`` (N, 3)."""
    for robot in range(len(pose)):
        for k in range(len(obstacles)):
            distance, x, y = away(pose[robot, 0], pose[robot, 1], k, obstacles)
            if distance < radius:
                pose[robot, 0] += (radius - distance) * x
                pose[robot, 1] += (radius - distance) * y
