"""The tracking controller: waypoints to wheel speeds for robots on two wheels."""

from math import inf
from typing import Protocol

import numpy as np

from bildsim.basics.arrays import Bools, Floats

DEFAULT_GAIN = 12.0


class Drive(Protocol):
    """The geometry that the law needs; lengths in metres."""

    @property
    def wheel_radius(self) -> float:
        """Radius of the wheels."""

    @property
    def track_width(self) -> float:
        """Distance between the wheels."""

    @property
    def axle_offset(self) -> float:
        """How far the disc's centre lies ahead of the axle; below 0 behind it."""

    @property
    def handle(self) -> float:
        """How far the tracked point lies ahead of the axle; below 0 behind it, never 0."""

    @property
    def near_handle(self) -> float:
        """The same near a waypoint; see `track_waypoints`."""

    @property
    def max_speed(self) -> float:
        """Largest speed of the wheel rims, m/s."""

    @property
    def braking(self) -> float:
        """What the law may count on to slow the robot down, m/s^2; infinite for as it comes."""


def track_waypoints(
    poses: Floats, waypoints: Floats, drive: Drive, gain: float = DEFAULT_GAIN
) -> Floats:
    """Return raw wheel speeds that lead each disc's centre to its waypoint.

    A point H on the robot's axis, ``handle`` h ahead of the axle, has the velocity v e + h w n with
    e the heading, n its left normal, v the axle's speed and w the rate of turn: an invertible map
    unless h is 0. The law inverts it for the wanted velocity u = gain (waypoint - centre):

        v = u . e,    w = u . n / h,    left, right = (v -+ w track / 2) / wheel radius

    (input-output linearisation of a point ahead of the axle: Siciliano, Sciavicco, Villani, Oriolo,
    Robotics, 2009, section 11.6.1). That is H going towards the waypoint shifted by H - centre, so
    that H is there when the centre is. Where H is the centre, as on the reference robot, the error
    decays as exp(-gain t) along a straight line. The map is linear, so `desaturate` slows H but
    leaves it on its line, and the heading swings round to face the waypoint; all speeds go to 0
    with the distance, hence no chatter.

    Where the centre lies nearer to the axle than H, turning moves it less than H, and it would
    pass beside a near waypoint. So the handle shrinks to half of the distance to the waypoint, but
    not below ``near_handle``, which makes the heading converge faster than the distance.

    With a centre behind the axle turning towards a waypoint moves it away, and only a robot that
    backs up can lead it (seen from behind, its centre lies ahead of its axle): h is negative then.

    A fast robot that brakes weakly would go past its waypoint; there u is what `approach` says.

    The default gain suits 60 updates a second and waypoints renewed every 0.1 s: a robot covers
    0.7 of the way to each. From 20 on the motors lag behind and the path begins to weave.

    Args:
        poses: x, y, heading of the discs' centres, (N, 3), m and rad.
        waypoints: where to go, (N, 2), m.
        drive: geometry of the robots.
        gain: 1/s.

    Returns:
        Wheel speeds (left, right), (N, 2), rad/s, unlimited.
    """
    way = waypoints - poses[:, :2]
    return _inverted(poses[:, 2], approach(way, drive, gain), levers(way, drive), drive)


def approach(way: Floats, drive: Drive, gain: float) -> Floats:
    """Return the velocities of the discs' centres that the law asks for, (N, 2), m/s.

    That is gain times the way, along which a robot slows down by gain times its speed. Where that
    is more than it can at its top speed, b, its speed at the distance d is, beyond b / gain^2,

        sqrt(2 b (d - b / (2 gain^2)))

    which falls by b until it meets the straight line without a kink.

    Args:
        way: from the centres to the waypoints, (N, 2), m.
        drive: the robots.
        gain: 1/s.
    """
    velocity, braking = gain * way, braking_needed(drive, gain)
    if braking == inf:
        return velocity
    # As the compiled tick computes it, to the bit.
    distance = np.sqrt(way[:, 0] * way[:, 0] + way[:, 1] * way[:, 1])
    straight = braking / (gain * gain)
    beyond = distance > straight
    far = distance[beyond]
    slower = np.sqrt(2.0 * braking * (far - 0.5 * straight)) / (gain * far)
    velocity[beyond] *= slower[:, None]
    return velocity


def braking_needed(drive: Drive, gain: float) -> float:
    """Return how fast a robot can slow down (m/s^2); infinite where a gain never asks for more."""
    return drive.braking if gain * drive.max_speed > drive.braking else inf


def levers(way: Floats, drive: Drive) -> Floats:
    """Return the tracked points' distances from the axle, (N,), m, below 0 behind it.

    Args:
        way: from the centres to the waypoints, (N, 2), m.
        drive: geometry of the robots.
    """
    far, near = abs(drive.handle), abs(drive.near_handle)
    # As the compiled tick computes it, to the bit; with one handle it is that handle.
    half = 0.5 * np.sqrt(way[:, 0] * way[:, 0] + way[:, 1] * way[:, 1])
    length = np.maximum(near, np.minimum(far, half))
    return np.asarray(-length if drive.handle < 0.0 else length)


def wheel_speeds(heading: Floats, velocity: Floats, drive: Drive) -> Floats:
    """Return the wheel speeds at which the tracked points have a velocity; see `track_waypoints`.

    Args:
        heading: (N,), rad.
        velocity: of the points, world frame, (N, 2), m/s.
        drive: geometry of the robots.

    Returns:
        Wheel speeds (left, right), (N, 2), rad/s, unlimited.
    """
    return _inverted(heading, velocity, drive.handle, drive)


def _inverted(heading: Floats, velocity: Floats, lever: Floats | float, drive: Drive) -> Floats:
    cosine, sine = np.cos(heading), np.sin(heading)
    forward = velocity[:, 0] * cosine + velocity[:, 1] * sine
    # The point is a lever ahead of the axle, so that turning moves it sideways.
    turn = (velocity[:, 1] * cosine - velocity[:, 0] * sine) / lever
    swing = 0.5 * drive.track_width * turn
    return np.stack([forward - swing, forward + swing], axis=1) / drive.wheel_radius


def desaturate(command: Floats, limit: float) -> Floats:
    """Slow both wheels by one factor, so that neither exceeds the limit.

    The ratio of the wheel speeds, hence the curvature of the path, stays; a command within the
    limit comes back unchanged.

    Args:
        command: wheel speeds, (N, 2), rad/s.
        limit: largest allowed absolute wheel speed, rad/s.

    Returns:
        Wheel speeds within the limit, (N, 2), rad/s.
    """
    return limited(command, limit)[0]


def limited(command: Floats, limit: float) -> tuple[Floats, Bools]:
    """Do what `desaturate` does, and say which robots had a wheel beyond the limit, (N,)."""
    size = np.abs(command)
    peak = np.maximum(size[:, 0], size[:, 1])
    beyond: Bools = peak > limit
    slowed = command.copy()
    if beyond.any():
        # One factor for both wheels: the path keeps its curvature.
        both = command[beyond] * (limit / peak[beyond])[:, None]
        slowed[beyond] = np.clip(both, -limit, limit)
    return slowed, beyond
