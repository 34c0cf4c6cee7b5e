"""Ideal dynamics: points that go straight to their waypoints, as the paper simulates them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.errors import RunError
from bildsim.basics.timing import TICK_S
from bildsim.envs.robots.contacts import Contacts
from bildsim.envs.robots.model import RobotModel

# Moves shorter than this (m) have no direction worth turning to.
_STANDSTILL = 1e-12
# Planners that keep to the top speed themselves end on it but for rounding.
_ROUNDING = 1e-9


class IdealArena:
    """N points that move straight towards their waypoints, single integrators with a top speed.

    There are no wheels and no contacts: after a control tick each robot is at its waypoint, or as
    far on the way there as its top speed allows, its heading along the way it came. With an
    infinite top speed this is x(k+1) as the paper has it (arXiv 2604.11712, equation (6b)). Wheel
    speeds are 0; velocities are the tick's move and turn over its length.

    Attributes:
        robot: the model of every robot; its radius is used to draw it, its top speed as a limit.
        ticks: control ticks since the start or the last reset.
    """

    def __init__(self, robot: RobotModel, poses: Floats) -> None:
        """Put all robots at rest at the poses, (N, 3), m and rad."""
        self.robot = robot
        self.reset(poses)

    def reset(self, poses: Floats) -> None:
        """Put all robots at rest at the poses, (N, 3), m and rad."""
        self._poses = np.array(poses, dtype=np.float64)
        self._velocities = np.zeros_like(self._poses)
        self.ticks = 0

    @property
    def count(self) -> int:
        """Number of robots N."""
        return len(self._poses)

    @property
    def time(self) -> float:
        """Simulated time since the start or the last reset, s."""
        return self.ticks / round(1.0 / TICK_S)

    def move(self, waypoints: Floats) -> Bools:
        """Go towards the waypoints, (N, 2) in m, for one control tick.

        Returns:
            (N,) whether the top speed kept a robot from getting there.
        """
        before, longest = self._poses, self.robot.max_speed * TICK_S
        way = waypoints - before[:, :2]
        length: Floats = np.hypot(*way.T)
        cut: Bools = length > longest * (1.0 + _ROUNDING)
        share = np.divide(longest, length, out=np.ones_like(length), where=cut)[:, None]
        reached = np.where(cut[:, None], before[:, :2] + share * way, waypoints)
        way = reached - before[:, :2]
        towards = np.arctan2(way[:, 1], way[:, 0])
        heading = np.where(np.hypot(*way.T) > _STANDSTILL, towards, before[:, 2])
        # The shorter way round.
        turned = np.mod(heading - before[:, 2] + np.pi, 2.0 * np.pi) - np.pi
        self._poses = np.column_stack([reached, heading])
        self._velocities = np.column_stack([way, turned]) / TICK_S
        self.ticks += 1
        return cut

    def poses(self) -> Floats:
        """Return x, y, heading, (N, 3), m and rad in [-pi, pi]."""
        return self._poses.copy()

    def velocities(self) -> Floats:
        """Return world vx, vy and the yaw rate of the last tick, (N, 3), m/s and rad/s."""
        return self._velocities.copy()

    def wheel_speeds(self) -> Floats:
        """Return the speeds of wheels that are not there: zeros, (N, 2), rad/s."""
        return np.zeros((self.count, 2))

    def contacts(self) -> Contacts:
        """Return that nobody touches anything."""
        nobody = np.zeros(self.count, dtype=np.bool_)
        nothing = np.zeros(self.count)
        pairs = np.zeros((0, 2), dtype=np.int64)
        return Contacts(pairs, np.zeros(0), nobody, nobody.copy(), nothing)

    def snapshot(self) -> dict[str, Any]:
        """Return the state; see `bildsim.basics.resumable`."""
        return {"poses": self.poses(), "velocities": self.velocities(), "ticks": self.ticks}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken."""
        self._poses, self._velocities = state["poses"].copy(), state["velocities"].copy()
        self.ticks = state["ticks"]

    def check(self) -> None:
        """Stop a run whose state has gone wrong.

        Raises:
            RunError: a robot's position is not finite.
        """
        bad = ~np.isfinite(self._poses).all(axis=1)
        if bad.any():
            raise RunError(
                f"at {self.time:.3f} s robot {int(np.argmax(bad))} has a pose that is not finite"
            )

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""
