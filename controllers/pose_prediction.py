"""Where commands that are still on their way will have taken a robot: what a Smith predictor needs.

A command that takes effect d updates after it was sent must fit the pose of that moment. A robot
knows its pose now and the d commands that it has sent since the one that moves it now, so it knows
that pose too, but for what it cannot foresee: pushes, slip, wheels that turn unlike commanded. What
acts on the predicted pose sees no delay, and since each prediction starts from the measured pose no
error adds up (Smith 1957; for unstable plants and with this start Manitius and Olbrich, IEEE
Trans. Automatic Control 24(4), 1979; Artstein, IEEE Trans. Automatic Control 27(4), 1982).
"""

from typing import Protocol

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.resumable import KeptAttributes
from bildsim.basics.timing import TRACKING_RATE
from bildsim.controllers.tracking import Drive


class MotorDrive(Drive, Protocol):
    """The geometry, and how fast motors follow."""

    @property
    def traction(self) -> float:
        """What a wheel's rim gains at most, m/s^2."""


class PosePredictor(KeptAttributes):
    """Predicts the poses of N robots over the delay of their commands, each from its own alone.

    Args:
        drive: geometry and motors.
        delay: of commands, in updates of the tracking controller, from 1.
        robots: number N of robots, which stand still.
        max_wheel_acceleration: where a motor driver ramps speeds more slowly than its motor could,
            rad/s^2.
    """

    _kept = ("_ahead", "_speed")

    def __init__(
        self,
        drive: MotorDrive,
        delay: int,
        robots: int,
        max_wheel_acceleration: float = np.inf,
    ) -> None:
        self._drive = drive
        fastest = min(drive.traction / drive.wheel_radius, max_wheel_acceleration)
        self._change = fastest / TRACKING_RATE
        # Mean wheel speeds of the coming updates, the next one first, and the speed after them.
        self._ahead = np.zeros((delay, robots, 2))
        self._speed = np.zeros((robots, 2))

    def send(self, command: Floats) -> None:
        """Take note of a command that the robots send, (N, 2), rad/s, within the wheels' limits."""
        gained = np.clip(command - self._speed, -self._change, self._change)
        # A motor ramps for |gained| / change of the update, and misses half of the gain meanwhile.
        mean = self._speed + gained - 0.5 * gained * np.abs(gained) / self._change
        self._speed = self._speed + gained
        self._ahead = np.concatenate([self._ahead[1:], mean[None]])

    def predict(self, poses: Floats) -> Floats:
        """Return where robots will be when a command that they send now takes effect.

        Args:
            poses: x, y, heading of the discs' centres now, (N, 3), m and rad.

        Returns:
            (N, 3); a position outside the square [-1, 1]^2 is moved to the nearest point inside,
            for a robot knows the walls, and the heading is in [-pi, pi).
        """
        drive, seconds = self._drive, 1.0 / TRACKING_RATE
        rims = drive.wheel_radius * self._ahead
        turned = (rims[..., 1] - rims[..., 0]) / drive.track_width * seconds
        before = poses[:, 2]
        after = before + np.cumsum(turned, axis=0)
        # Arcs of the axle's middle: v t sinc(w t / 2) in the direction halfway between headings.
        chord = rims.mean(axis=-1) * seconds * np.sinc(0.5 * turned / np.pi)
        halfway = after - 0.5 * turned
        last = after[-1]
        # The disc's centre lies ahead of the axle at the first heading and at the last.
        swung = [np.cos(last) - np.cos(before), np.sin(last) - np.sin(before)]
        way = [(chord * np.cos(halfway)).sum(axis=0), (chord * np.sin(halfway)).sum(axis=0)]
        moved = np.stack(way, axis=1) + drive.axle_offset * np.stack(swung, axis=1)
        heading = np.mod(last + np.pi, 2.0 * np.pi) - np.pi
        return np.column_stack([np.clip(poses[:, :2] + moved, -1.0, 1.0), heading])
