"""Collision avoidance for robots whose tracked point is not their disc's centre.

What can move in every direction is the tracked point H, not the centre; a disc about H that holds
the robot's own disc is safe if H's is. So the methods are given H, and a radius that is larger by
the distance of H from the centre: robots then keep farther apart than they would have to.
"""

from dataclasses import dataclass

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.safety.layer import Body


@dataclass(frozen=True)
class TrackedDisc:
    """A disc about the tracked point; see `bildsim.controllers.safety.layer.Body`."""

    radius: float
    max_speed: float
    track_width: float
    axle_offset: float
    handle: float


def about_tracked_point(body: Body) -> Body:
    """Return the robot as a disc about its tracked point that holds it, or itself."""
    beyond = abs(body.handle - body.axle_offset)
    if beyond == 0.0:
        return body
    radius = body.radius + beyond
    return TrackedDisc(radius, body.max_speed, body.track_width, body.axle_offset, body.handle)


def seen_at_tracked_point(poses: Floats, rates: Floats, body: Body) -> tuple[Floats, Floats]:
    """Return poses, (N, 3), and velocities, (N, 2), of the tracked points.

    Args:
        poses: x, y, heading of the centres, (N, 3), m and rad.
        rates: vx, vy (m/s) of the centres and yaw rate (rad/s), (N, 3).
        body: the robots.
    """
    beyond = body.handle - body.axle_offset
    if beyond == 0.0:
        return poses, rates[:, :2]
    ahead = np.stack([np.cos(poses[:, 2]), np.sin(poses[:, 2])], axis=1)
    aside = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    moved = np.column_stack([poses[:, :2] + beyond * ahead, poses[:, 2]])
    return moved, rates[:, :2] + beyond * rates[:, 2:] * aside
