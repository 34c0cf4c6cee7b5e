"""Each robot's estimate of its pose: fixes as they come, odometry in between."""

from math import floor

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.resumable import KeptAttributes
from bildsim.basics.timing import TICK_S, TRACKING_RATE
from bildsim.envs.localisation.errors import LocalisationErrors
from bildsim.envs.localisation.fixes import Fixes
from bildsim.envs.localisation.odometry import Odometry, inside, moved, wrapped
from bildsim.envs.localisation.pose_history import PoseHistory, between, carried
from bildsim.envs.robots.model import RobotModel

UPDATES = round(TICK_S * TRACKING_RATE)
"""Tracking updates a control tick."""


class Localiser(KeptAttributes):
    """Keeps each robot's estimate of its pose.

    Fix number k comes at the first tracking update from k / rate on. It tells the pose of the
    latency before, and a robot carries it forward by what its odometry said since. It takes the
    place of what the robot believed, or moves that towards it by its weight. Whoever gets no fix
    goes on by odometry; robots without wheels stay where they took themselves to be.

    Attributes:
        poses: (N, 3) estimated x, y (m), within the square [-1, 1]^2, and heading (rad).

    Args:
        errors: those of localisation.
        robot: the model of every robot.
        poses: where the robots are at the start, (N, 3), m and rad.
        rng: draws the errors.
    """

    _kept = ("poses", "_fixes", "_odometry", "_history", "_told", "_tick", "_taken", "_squares")

    def __init__(
        self,
        errors: LocalisationErrors,
        robot: RobotModel,
        poses: Floats,
        rng: np.random.Generator,
    ) -> None:
        self._errors, self._robot = errors, robot
        self._fixes = Fixes(errors, len(poses), rng, robot.unit_m)
        self._odometry = Odometry(errors, robot, len(poses), *rng.spawn(1))
        self._lateness = errors.fix_latency * TRACKING_RATE
        self._history = PoseHistory(poses, self._lateness) if self._lateness else None
        self._told = poses.copy()
        self._tick = self._taken = 0
        self._squares = np.zeros(2)
        self.poses = inside(self._fixes.of(poses))

    @property
    def askew(self) -> bool:
        """Whether robots may be wrong about where they head."""
        return self._errors.of_headings

    @property
    def rms(self) -> tuple[float, float]:
        """Root mean square error over robots and ticks of positions (m) and headings (rad)."""
        position, heading = np.sqrt(self._squares / max(1, self._tick))
        return float(position) * self._robot.unit_m, float(heading)

    def fix(self, poses: Floats) -> None:
        """Take what fixes are due at the beginning of a control tick.

        Args:
            poses: the true ones, (N, 3), m and rad.
        """
        self._look(UPDATES * self._tick, poses)
        self._tick += 1
        way = self.poses - poses
        way[:, 2] = wrapped(way[:, 2])
        squares = (way**2).mean(axis=0)
        self._squares = self._squares + np.array([squares[0] + squares[1], squares[2]])

    def fix_within(self, update: int, poses: Floats) -> None:
        """Take what fixes are due after an update within the tick, from 1 on.

        Args:
            update: its number.
            poses: the true ones then, (N, 3), m and rad.
        """
        self._look(UPDATES * (self._tick - 1) + update, poses)

    def roll(self, wheels: Floats, seconds: float) -> None:
        """Follow the odometry since the last fix or call.

        Args:
            wheels: measured wheel speeds now, (N, 2), rad/s; before, they were those of the last
                call, and changed evenly.
            seconds: time since.
        """
        motion = self._odometry.motion(wheels, seconds)
        self.poses = inside(moved(self.poses, motion, self._robot))
        if self._history is not None:
            self._told = moved(self._told, motion, self._robot)

    def _look(self, now: int, poses: Floats) -> None:
        """Take note of where robots are after so many updates, and take a fix that is due."""
        if self._history is not None:
            self._history.add(now, poses, self._told)
        due = 1 + floor(now * self._errors.fix_rate / TRACKING_RATE)
        if due > self._taken:
            self._taken = due
            self._take(now, poses)

    def _take(self, now: int, poses: Floats) -> None:
        dropped = self._fixes.dropped(len(poses))
        if self._history is None:
            told = inside(self._fixes.of(poses))
        else:
            true, then = self._history.at(now - self._lateness)
            told = inside(carried(self._fixes.of(true), then, self._told))
        if self._errors.fix_weight < 1.0:
            told = between(self.poses, told, self._errors.fix_weight)
        self.poses = np.where(dropped[:, None], self.poses, told)
