"""One control tick: from waypoints to robots that have moved."""

import time
from dataclasses import dataclass

import numpy as np

from bildsim.arrays import Floats
from controllers.safety.layer import Safety
from controllers.tracking import track_waypoints, wanted_velocity, wheel_speeds
from envs.actuation import ActuationLimits
from envs.dynamics import AnyDynamics, Wheeled
from envs.ideal import IdealArena
from envs.robot import RobotModel
from envs.timing import TICK_S, TRACKING_RATE


@dataclass(frozen=True, eq=False)
class Motion:
    """What the wheels were told in a control tick; zeros where robots have no wheels.

    Attributes:
        command: (N, 2) wheel speeds that the last tracking update asked for, rad/s.
        applied: (N, 2) the same after the drive's limits, rad/s.
        saturated: (N,) share of the tick's updates in which a wheel was at its limit; without
            wheels 1 where the top speed cut the way short.
        effort: (N,) integral over the tick of the mean square of the two rims' applied speeds,
            m^2/s: that of |u|^2, u the velocity, for a robot that drives straight ahead, and also
            where robots have no wheels.
        safety_acted: (N,) share of the tick's updates in which collision avoidance changed the
            command.
        safety_infeasible: (N,) share in which it found no safe velocity and took the one that
            misses least.
    """

    command: Floats
    applied: Floats
    saturated: Floats
    effort: Floats
    safety_acted: Floats
    safety_infeasible: Floats


class Driver:
    """Brings robots towards their waypoints; the one place that knows who has wheels.

    Args:
        robot: the model of every robot.
        gain: gain of the tracking controller, 1/s.
        safety: collision avoidance between tracking and wheels; none for ideal dynamics.
        real_time: whether to wait, so that a tick lasts as long as it simulates.
    """

    def __init__(
        self,
        robot: RobotModel,
        gain: float,
        safety: Safety | None = None,
        real_time: bool = False,
    ) -> None:
        self._robot, self._gain, self._real_time = robot, gain, real_time
        self._safety = safety
        self._limits = ActuationLimits(robot.max_wheel_speed)

    def drive(self, dynamics: AnyDynamics, waypoints: Floats) -> Motion:
        """Advance the dynamics by one control tick towards the waypoints, (N, 2) in m."""
        if isinstance(dynamics, IdealArena):
            saturated = dynamics.move(waypoints).astype(np.float64)
            still = np.zeros((len(waypoints), 2))
            effort = (dynamics.velocities()[:, :2] ** 2).sum(axis=1) * TICK_S
            return Motion(still, still.copy(), saturated, effort, still[:, 0], still[:, 0])
        return self._track(dynamics, waypoints)

    def _track(self, dynamics: Wheeled, waypoints: Floats) -> Motion:
        updates = round(TICK_S * TRACKING_RATE)
        share, squares, acted, infeasible = np.zeros((4, len(waypoints)))
        due = time.perf_counter()
        for _ in range(updates):
            poses = dynamics.poses()
            command = track_waypoints(poses, waypoints, self._robot, self._gain)
            if self._safety is not None:
                wanted = wanted_velocity(poses, waypoints, self._gain)
                safe = self._safety.filter(poses, dynamics.velocities()[:, :2], wanted)
                # Commands that are safe pass untouched, to the bit.
                instead = wheel_speeds(poses[:, 2], safe.velocity, self._robot)
                command = np.where(safe.acted[:, None], instead, command)
                acted += safe.acted
                infeasible += safe.infeasible
            applied, saturated = self._limits.apply(command)
            dynamics.set_wheel_speeds(applied)
            dynamics.step(dynamics.physics_rate // TRACKING_RATE)
            share += saturated
            squares += (applied**2).mean(axis=1)
            if self._real_time:
                due += 1.0 / TRACKING_RATE
                time.sleep(max(0.0, due - time.perf_counter()))
        effort = self._robot.wheel_radius**2 * squares / TRACKING_RATE
        return Motion(
            command, applied, share / updates, effort, acted / updates, infeasible / updates
        )
