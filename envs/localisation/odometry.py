"""Odometry: where robots' own wheels say that they have come, with what deceives them."""

from math import sqrt
from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.resumable import KeptAttributes
from bildsim.envs.localisation.errors import LocalisationErrors
from bildsim.envs.robots.model import RobotModel


class Motion(NamedTuple):
    """What odometry tells of a short time.

    Attributes:
        chord: (N,) how far the axle's middle came, straight (m).
        turn: (N,) by how much the robot turned (rad).
    """

    chord: Floats
    turn: Floats


class Odometry(KeptAttributes):
    """Makes motion of measured wheel speeds, each robot by what it takes its wheels to be.

    Its constant errors are the two that calibration is for (Borenstein and Feng, Measurement and
    correction of systematic odometry errors in mobile robots, IEEE Trans. Robotics and Automation
    12(6), 1996): wheels of other radii and another distance between them than believed.

    Args:
        errors: those of localisation.
        robot: the model of every robot.
        robots: number N of robots.
        rng: draws the errors.
    """

    _kept = ("_wheels", "_radii", "_separations", "_rng")

    def __init__(
        self,
        errors: LocalisationErrors,
        robot: RobotModel,
        robots: int,
        rng: np.random.Generator,
    ) -> None:
        self._errors, self._robot, self._rng = errors, robot, rng
        self._wheels = np.zeros((robots, 2))
        # Factors of what robots believe over what is.
        self._radii = 1.0 + errors.wheel_radius_error * rng.standard_normal((robots, 2))
        self._separations = 1.0 + errors.wheel_separation_error * rng.standard_normal(robots)

    def motion(self, wheels: Floats, seconds: float) -> Motion:
        """Return the motion since the last call.

        Args:
            wheels: measured wheel speeds now, (N, 2), rad/s; before, they were those of the last
                call, and changed evenly.
            seconds: time since.
        """
        # Trapezoidal: the speeds changed evenly since the last call.
        mean = 0.5 * (self._wheels + wheels)
        self._wheels = wheels
        if not self._errors.of_odometry:
            return motion_of(mean, self._robot, seconds)
        believed = self._believed(mean, seconds)
        chord, turn = motion_of(believed, self._robot, seconds, self._separations)
        drift = self._rng.standard_normal(len(turn))
        return Motion(chord, turn + self._errors.heading_drift * np.sqrt(seconds) * drift)

    def _believed(self, wheels: Floats, seconds: float) -> Floats:
        """Return the wheel speeds, (N, 2), rad/s, that tell what robots take for their motion."""
        errors, rng = self._errors, self._rng
        slip = errors.wheel_slip * rng.uniform(0.0, 2.0, wheels.shape)
        # In metres a root metre.
        noise = errors.wheel_noise / sqrt(self._robot.unit_m) * rng.standard_normal(wheels.shape)
        turned = self._radii * wheels * (1.0 + slip)
        # Counting errors add up like steps of a random walk: with the root of the way.
        way = self._robot.wheel_radius * np.abs(wheels) * seconds
        return np.asarray(turned + noise * np.sqrt(way) / (self._robot.wheel_radius * seconds))


def motion_of(
    wheels: Floats, robot: RobotModel, seconds: float, separation: Floats | float = 1.0
) -> Motion:
    """Return the motion of wheels that do not slip.

    The axle's middle moves on an arc, whose chord is v t sinc(w t / 2).

    Args:
        wheels: constant wheel speeds, (N, 2), rad/s.
        robot: their geometry.
        seconds: for how long.
        separation: (N,) distance between the wheels as a multiple of the robot's.
    """
    rims = robot.wheel_radius * wheels
    turn = (rims[:, 1] - rims[:, 0]) / (robot.track_width * separation) * seconds
    # np.sinc(z) is sin(pi z) / (pi z), hence the division by pi.
    return Motion(rims.mean(axis=1) * seconds * np.sinc(0.5 * turn / np.pi), turn)


def moved(poses: Floats, motion: Motion, robot: RobotModel) -> Floats:
    """Return where a motion takes robots.

    The chord points halfway between the headings; the disc's centre lies ahead of the axle.

    Args:
        poses: x, y, heading of the discs' centres, (N, 3), m and rad.
        motion: of each.
        robot: their geometry.
    """
    before = poses[:, 2]
    after = before + motion.turn
    way = motion.chord[:, None] * _ahead(before + 0.5 * motion.turn)
    way += robot.axle_offset * (_ahead(after) - _ahead(before))
    return np.column_stack([poses[:, :2] + way, wrapped(after)])


def rolled(poses: Floats, wheels: Floats, robot: RobotModel, seconds: float) -> Floats:
    """Return where wheels that do not slip take robots.

    Args:
        poses: x, y, heading of the discs' centres, (N, 3), m and rad.
        wheels: constant wheel speeds, (N, 2), rad/s.
        robot: their geometry.
        seconds: for how long.
    """
    return moved(poses, motion_of(wheels, robot, seconds), robot)


def inside(poses: Floats) -> Floats:
    """Return the poses, (N, 3), with the positions' nearest points in the square."""
    return np.column_stack([np.clip(poses[:, :2], -1.0, 1.0), poses[:, 2]])


def wrapped(angle: Floats) -> Floats:
    """Return angles (rad) of any shape from -pi to pi."""
    return np.asarray(np.mod(angle + np.pi, 2.0 * np.pi) - np.pi)


def _ahead(heading: Floats) -> Floats:
    return np.column_stack([np.cos(heading), np.sin(heading)])
