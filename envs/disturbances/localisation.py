"""Errors of localisation: position fixes with noise, bias and gaps, odometry in between."""

from dataclasses import dataclass, fields

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.resumable import KeptAttributes
from bildsim.envs.robots.model import RobotModel, require_within

_LARGEST_ERROR_M = 0.5
_MOST_DROPPED = 0.99


@dataclass(frozen=True)
class Sensing:
    """Errors of localisation: what planners and tracking see in place of the true poses.

    Every control tick of 0.1 s a robot gets a fix: its position, with errors, and its heading,
    without. A position outside the arena is moved to the nearest point inside, for a robot knows
    the walls. In between, and when a fix is dropped, it goes by its wheels' odometry, which pushes
    and slip deceive; ideal robots have no wheels and keep the last fix. The first fix always comes.

    Attributes:
        position_noise: standard deviation of a fix along each axis (m), drawn every tick.
        position_bias: standard deviation of a robot's own constant error along each axis (m).
        position_dropout: chance that a fix is dropped.

    Raises:
        UsageError: a value is out of range.
    """

    position_noise: float = 0.0
    position_bias: float = 0.0
    position_dropout: float = 0.0

    def __post_init__(self) -> None:
        for name in ("position_noise", "position_bias"):
            require_within(name, getattr(self, name), (0.0, _LARGEST_ERROR_M), "m")
        require_within("position_dropout", self.position_dropout, (0.0, _MOST_DROPPED), "")

    @property
    def perfect(self) -> bool:
        """Whether robots know where they are."""
        return not any(getattr(self, item.name) for item in fields(self))


class Localiser(KeptAttributes):
    """Keeps each robot's estimate of its pose.

    Attributes:
        poses: (N, 3) estimated x, y (m), within the square [-1, 1]^2, and heading (rad).

    Args:
        sensing: the errors.
        robot: the model of every robot.
        poses: where the robots are at the start, (N, 3), m and rad.
        rng: draws the errors.
    """

    _kept = ("poses", "_bias", "_wheels", "_rng")

    def __init__(
        self, sensing: Sensing, robot: RobotModel, poses: Floats, rng: np.random.Generator
    ) -> None:
        self._sensing, self._robot, self._rng = sensing, robot, rng
        self._bias = sensing.position_bias * rng.standard_normal((len(poses), 2))
        self._wheels = np.zeros((len(poses), 2))
        self.poses = self._fixes(poses)

    def fix(self, poses: Floats) -> None:
        """Take the fixes of a tick at the true poses, (N, 3), but for those that are dropped."""
        dropped = self._rng.random(len(poses)) < self._sensing.position_dropout
        self.poses = np.where(dropped[:, None], self.poses, self._fixes(poses))

    def roll(self, wheels: Floats, seconds: float) -> None:
        """Follow the odometry since the last fix or call.

        Args:
            wheels: measured wheel speeds now, (N, 2), rad/s; before, they were those of the last
                call, and changed evenly.
            seconds: time since.
        """
        # Trapezoidal: the speeds changed evenly since the last call.
        mean = 0.5 * (self._wheels + wheels)
        self._wheels = wheels
        self.poses = inside(rolled(self.poses, mean, self._robot, seconds))

    def _fixes(self, poses: Floats) -> Floats:
        noise = self._sensing.position_noise * self._rng.standard_normal((len(poses), 2))
        return inside(np.column_stack([poses[:, :2] + self._bias + noise, poses[:, 2]]))


def inside(poses: Floats) -> Floats:
    """Return the poses, (N, 3), with the positions' nearest points in the square."""
    return np.column_stack([np.clip(poses[:, :2], -1.0, 1.0), poses[:, 2]])


def rolled(poses: Floats, wheels: Floats, robot: RobotModel, seconds: float) -> Floats:
    """Return where wheels that do not slip take robots.

    The axle's middle moves on an arc: by v t sinc(w t / 2) in the direction halfway between the
    headings; the disc's centre lies ahead of it.

    Args:
        poses: x, y, heading of the discs' centres, (N, 3), m and rad.
        wheels: constant wheel speeds, (N, 2), rad/s.
        robot: their geometry.
        seconds: for how long.
    """
    rims = robot.wheel_radius * wheels
    turned = (rims[:, 1] - rims[:, 0]) / robot.track_width * seconds
    # np.sinc(z) is sin(pi z) / (pi z), hence the division by pi.
    chord = rims.mean(axis=1) * seconds * np.sinc(0.5 * turned / np.pi)
    before = poses[:, 2]
    after = before + turned
    way = chord[:, None] * _ahead(before + 0.5 * turned)
    way += robot.axle_offset * (_ahead(after) - _ahead(before))
    heading = np.mod(after + np.pi, 2.0 * np.pi) - np.pi
    return np.column_stack([poses[:, :2] + way, heading])


def _ahead(heading: Floats) -> Floats:
    return np.column_stack([np.cos(heading), np.sin(heading)])
