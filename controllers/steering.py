"""Three ways to say what robots are to do: waypoints, velocities, wheel speeds."""

from dataclasses import dataclass
from typing import Final, Literal, Protocol, TypeAlias

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.tracking import Drive, approach, track_waypoints, wheel_speeds

ActionMode: TypeAlias = Literal["waypoint", "velocity", "wheel_speeds"]
"""``waypoint``: where each robot's centre is to go (m); ``velocity``: how its tracked point, in
the reference robot its centre, is to move in the world frame (m/s); ``wheel_speeds``: how its
wheels are to turn (left, right; rad/s)."""
WAYPOINT: Final = "waypoint"
VELOCITY: Final = "velocity"
WHEEL_SPEEDS: Final = "wheel_speeds"
# Codes for compiled code, by name.
CODES: Final = {WAYPOINT: 0, VELOCITY: 1, WHEEL_SPEEDS: 2}


class Steering(Protocol):
    """Turns an action, (N, 2), into wheel speeds, 60 times in the control tick that it holds for.

    Poses are those of the discs' centres, (N, 3), m and rad, as the robots know them.
    """

    def command(self, poses: Floats, action: Floats) -> Floats:
        """Return wheel speeds (left, right), (N, 2), rad/s, unlimited."""

    def wanted(self, poses: Floats, action: Floats) -> Floats:
        """Return the tracked points' velocities that it comes to, (N, 2), m/s, world frame."""

    def way(self, positions: Floats, action: Floats, seconds: float) -> Floats:
        """Return the way (N, 2), m, that a point without wheels is to make in a time."""


@dataclass(frozen=True)
class WaypointSteering:
    """Towards waypoints, m; see `bildsim.controllers.tracking.track_waypoints`.

    Attributes:
        drive: geometry of the robots.
        gain: 1/s.
    """

    drive: Drive
    gain: float

    def command(self, poses: Floats, action: Floats) -> Floats:
        """Return the wheel speeds that lead to the waypoints."""
        return track_waypoints(poses, action, self.drive, self.gain)

    def wanted(self, poses: Floats, action: Floats) -> Floats:
        """Return the velocities that lead to the waypoints."""
        return approach(action - poses[:, :2], self.drive, self.gain)

    def way(self, positions: Floats, action: Floats, seconds: float) -> Floats:
        """Return the way to the waypoints, however long it is."""
        return action - positions


@dataclass(frozen=True)
class VelocitySteering:
    """At velocities of the tracked points, m/s, world frame, whichever way the robots head.

    On the reference robot they are the centres; on others the centre follows as the robot turns.

    Attributes:
        drive: geometry of the robots.
    """

    drive: Drive

    def command(self, poses: Floats, action: Floats) -> Floats:
        """Return the wheel speeds at which the tracked points move so."""
        return wheel_speeds(poses[:, 2], action, self.drive)

    def wanted(self, poses: Floats, action: Floats) -> Floats:
        """Return the velocities."""
        return action

    def way(self, positions: Floats, action: Floats, seconds: float) -> Floats:
        """Return the way at these velocities."""
        return action * seconds


@dataclass(frozen=True)
class WheelSteering:
    """At wheel speeds, rad/s.

    Attributes:
        drive: geometry of the robots.
    """

    drive: Drive

    def command(self, poses: Floats, action: Floats) -> Floats:
        """Return the wheel speeds."""
        return action

    def wanted(self, poses: Floats, action: Floats) -> Floats:
        """Return the velocities of the tracked points, if wheels roll at these speeds."""
        return rolling_velocity(poses[:, 2], action, self.drive)

    def way(self, positions: Floats, action: Floats, seconds: float) -> Floats:
        """Refuse: points have no wheels.

        Raises:
            ValueError: always.
        """
        raise ValueError("points without wheels have no wheel speeds")


def make_steering(mode: ActionMode, drive: Drive, gain: float) -> Steering:
    """Return the steering of a mode.

    Args:
        mode: what actions are.
        drive: geometry of the robots.
        gain: of tracking waypoints, 1/s.
    """
    if mode == WAYPOINT:
        return WaypointSteering(drive, gain)
    return VelocitySteering(drive) if mode == VELOCITY else WheelSteering(drive)


def rolling_velocity(heading: Floats, wheels: Floats, drive: Drive) -> Floats:
    """Return the velocities of the tracked points when wheels roll: `wheel_speeds` turned round.

    Args:
        heading: (N,), rad.
        wheels: (left, right), (N, 2), rad/s.
        drive: geometry of the robots.

    Returns:
        (N, 2), m/s, world frame.
    """
    rims = drive.wheel_radius * wheels
    forward = 0.5 * (rims[:, 0] + rims[:, 1])
    sideways = drive.handle * (rims[:, 1] - rims[:, 0]) / drive.track_width
    cosine, sine = np.cos(heading), np.sin(heading)
    return np.stack(
        [forward * cosine - sideways * sine, forward * sine + sideways * cosine], axis=1
    )
