"""The longest step of a waypoint, the same for all planners that are compared."""

import numpy as np

from bildsim.basics.arrays import Floats

_MARGIN = 0.02


def limited(positions: Floats, goals: Floats, max_step: float) -> Floats:
    """Return the waypoints on the straight way to the goals that a robot can reach in one tick.

    With ideal motion a robot is at its waypoint at once, however far that is; the limit keeps the
    comparison to what wheels can do.

    Args:
        positions: where the robots are, (N, 2) in metres, perhaps pressed a little out of C.
        goals: where they would like to be, (N, 2) in metres, anywhere.
        max_step: the longest step in metres.

    Returns:
        Waypoints, (N, 2) in metres, in C and no further than ``max_step`` from the nearest point
        of C to the robot.
    """
    inside = np.clip(positions, -1.0, 1.0)
    way = np.clip(goals, -1.0, 1.0) - inside
    length = np.hypot(way[:, 0], way[:, 1])[:, None]
    # Shorten the way, not its direction.
    share = np.divide(max_step, length, out=np.ones_like(length), where=length > max_step)
    waypoints: Floats = np.clip(inside + share * way, -1.0, 1.0)
    return waypoints


def off_the_walls(positions: Floats) -> Floats:
    """Return the positions, (N, 2) in metres, at least 0.02 m inside C on each axis.

    Mirror images and cosines have no slope across a wall, so a law made of them would hold a robot
    that once touched a wall there for ever; evaluated a little inside it lets the robot go.
    """
    inside: Floats = np.clip(positions, -1.0 + _MARGIN, 1.0 - _MARGIN)
    return inside
