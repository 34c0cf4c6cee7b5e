"""One control tick of 0.1 s: steering, safety, drives and physics, from actions to motion."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.resumable import KeptAttributes, Resumable, restore_all, snapshot_all
from bildsim.basics.time_budget import TimeBudget
from bildsim.basics.timing import TICK_S, TRACKING_RATE
from bildsim.controllers.pose_prediction import PosePredictor
from bildsim.controllers.safety.layer import Safety
from bildsim.controllers.safety.tracked_point import seen_at_tracked_point
from bildsim.controllers.steering import CODES, WAYPOINT, ActionMode, Steering, make_steering
from bildsim.controllers.tracking import wheel_speeds
from bildsim.envs.disturbances.actuation import ActuationLimits
from bildsim.envs.disturbances.drivetrain import DriveTrain, usual_delay
from bildsim.envs.disturbances.fault_injection import FaultInjector
from bildsim.envs.disturbances.settings import Disturbances
from bildsim.envs.dynamics import AnyDynamics, Wheeled
from bildsim.envs.ideal import IdealArena
from bildsim.envs.kinematic.arena import KinematicArena
from bildsim.envs.localisation.localiser import Localiser
from bildsim.envs.robots.model import RobotModel


@dataclass(frozen=True, eq=False)
class Motion:
    """Commands and motion of a control tick; zeros where robots have no wheels.

    Attributes:
        command: (N, 2) wheel speeds that the last tracking update asked for, rad/s.
        applied: (N, 2) the same after all that drives and faults make of it, rad/s.
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


def effort(squares: Floats, robot: RobotModel) -> Floats:
    """Return a tick's control effort (m^2/s), as `Motion` has it.

    Args:
        squares: sums over the tracking updates of the mean square of a robot's two applied wheel
            speeds (rad^2/s^2), of any shape.
        robot: the model of every robot.
    """
    return np.asarray((robot.wheel_radius * robot.unit_m) ** 2 * squares / TRACKING_RATE)


class Driver:
    """Carries actions out; the one place that knows who has wheels.

    Steering goes by where robots take themselves to be, or by where they predict to be once a
    command takes effect; collision avoidance by what is near them, which robots sense without
    knowing where they are.

    Attributes:
        compiled: whether kinematic robots whose drives, sensors and tracking are plain take their
            ticks in one compiled pass, `bildsim.envs.kinematic.tick`, which comes to the same.
        time_budget: wall time of ``physics`` so far, in whatever it is spent.

    Args:
        robot: the model of every robot, fitted with the disturbances' drives.
        gain: gain of the tracking controller, 1/s.
        safety: collision avoidance between tracking and wheels; none for ideal dynamics.
        real_time: whether to wait, so that a tick lasts as long as it simulates.
        disturbances: what is less than perfect; it takes effect with `reset`.
        predicts: whether robots predict their poses over the delay of their commands, if any.
        action_mode: what actions are: waypoints, velocities or wheel speeds.
        time_budget: where to count; a new one unless given.
    """

    def __init__(
        self,
        robot: RobotModel,
        gain: float,
        safety: Safety | None = None,
        real_time: bool = False,
        disturbances: Disturbances | None = None,
        predicts: bool = False,
        action_mode: ActionMode = WAYPOINT,
        time_budget: TimeBudget | None = None,
    ) -> None:
        self._robot, self._gain, self._real_time = robot, gain, real_time
        # What avoids collisions counts on one tracked point, wherever the waypoint is.
        tracked = robot if safety is None else robot.steady
        self._mode, self._steering = action_mode, make_steering(action_mode, tracked, gain)
        self._safety, self._predicts, self.compiled = safety, predicts, True
        self._disturbances = disturbances or Disturbances()
        self.time_budget = time_budget or TimeBudget()
        self._drives: ActuationLimits | DriveTrain = ActuationLimits(robot.max_wheel_speed)
        self._fault_injector: FaultInjector | None = None
        self._localiser: Localiser | None = None
        self._predictor: PosePredictor | None = None

    def reset(self, poses: Floats, rng: np.random.Generator) -> None:
        """Begin an episode with robots at rest at the poses, (N, 3), m and rad.

        What is drawn comes from children of ``rng``, which itself is left as it is.

        Raises:
            UsageError: the schedule of faults leaves nobody in the swarm.
        """
        disturbances, robots = self._disturbances, len(poses)
        of_drives, of_faults, of_sensing = rng.spawn(3)
        self._applied = np.zeros((robots, 2))
        if disturbances.actuation.changes_commands:
            self._drives = DriveTrain(disturbances.actuation, self._robot, robots, of_drives)
        if disturbances.faults.kinds:
            self._fault_injector = FaultInjector(disturbances.faults, robots, of_faults)
        if not disturbances.sensing.perfect:
            self._localiser = Localiser(disturbances.sensing.errors, self._robot, poses, of_sensing)
        delay = usual_delay(disturbances.actuation)
        if self._predicts and delay:
            ramp = disturbances.actuation.max_wheel_acceleration or inf
            self._predictor = PosePredictor(self._robot, delay, robots, ramp)

    @property
    def extras(self) -> tuple[str, ...]:
        """What acts between actions and wheels beside the speed limit, in words."""
        avoidance = () if self._safety is None else ("collision avoidance",)
        return (*avoidance, *self._disturbances.of_motion)

    @property
    def localiser(self) -> Localiser | None:
        """Where robots take themselves to be; None where they know."""
        return self._localiser

    @property
    def fault_injector(self) -> FaultInjector | None:
        """Whom faults have befallen; None where there are none."""
        return self._fault_injector

    def look(self, time_s: float, poses: Floats) -> Floats:
        """Let happen what is due, take the tick's fixes, and return the estimated poses.

        Args:
            time_s: simulated time, s.
            poses: the true ones, (N, 3), m and rad; see `estimated`.
        """
        if self._fault_injector is not None:
            self._fault_injector.update(time_s, self._applied)
        if self._localiser is not None:
            self._localiser.fix(poses)
        return self.estimated(time_s, poses)

    def estimated(self, time_s: float, poses: Floats) -> Floats:
        """Return where robots take themselves to be since the last `look`.

        Where they predict, that is where they will be when a command sent now takes effect: what is
        planned from there is not outdated on arrival.

        Args:
            time_s: simulated time, s.
            poses: the true ones; they come back as they are where robots know where they are and do
                not predict.
        """
        known = poses if self._localiser is None else self._localiser.poses.copy()
        return known if self._predictor is None else self._predictor.predict(known)

    def snapshot(self) -> dict[str, Any]:
        """Return the state; see `bildsim.basics.resumable`."""
        return {"applied": self._applied.copy(), **snapshot_all(self._parts())}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken, after a `reset` of the same disturbances."""
        self._applied = state["applied"].copy()
        restore_all(self._parts(), state)

    def _parts(self) -> dict[str, Resumable]:
        parts = {
            "drives": self._drives,
            "fault_injector": self._fault_injector,
            "localiser": self._localiser,
            "predictor": self._predictor,
        }
        return {name: part for name, part in parts.items() if isinstance(part, KeptAttributes)}

    def drive(self, dynamics: AnyDynamics, action: Floats) -> Motion:
        """Advance the dynamics by one control tick in which the action, (N, 2), holds.

        Args:
            dynamics: of the robots.
            action: waypoints (m), velocities (m/s) or wheel speeds (rad/s), by the driver's mode.
        """
        if isinstance(dynamics, IdealArena):
            ends = self._ends(dynamics.poses()[:, :2], action)
            saturated = dynamics.move(ends).astype(np.float64)
            still, robots = np.zeros((2, len(action), 2)), len(action)
            metres = self._robot.unit_m * dynamics.velocities()[:, :2]
            spent = (metres**2).sum(axis=1) * TICK_S
            return Motion(still[0], still[1], saturated, spent, *np.zeros((2, robots)))
        plain = self.compiled and not self.extras and not self._real_time
        if plain and isinstance(dynamics, KinematicArena):
            return self._tick(dynamics, action)
        return self._steer(dynamics, action, self._steering)

    def _tick(self, arena: KinematicArena, action: Floats) -> Motion:
        """Do at once what `_steer` does update by update."""
        law = arena.law(self._gain, CODES[self._mode])
        with self.time_budget.spent("physics"):
            outcome = arena.tick(action, law)
        self._applied = outcome.applied[0].copy()
        return Motion(
            outcome.command[0],
            outcome.applied[0],
            outcome.saturated[0] / law.updates,
            effort(outcome.squares[0], self._robot),
            *np.zeros((2, len(action))),
        )

    def _ends(self, positions: Floats, action: Floats) -> Floats:
        """Return where robots end that make the way from where they take themselves to be."""
        ends = action
        if self._mode != WAYPOINT or self._localiser is not None:
            # Points without odometry make the way that they think is right, errors and all.
            known = positions if self._localiser is None else self._localiser.poses[:, :2]
            way = self._steering.way(known, action, TICK_S)
            ends = np.clip(positions + way, -1.0, 1.0)
        if self._fault_injector is not None:
            ends = np.where(self._fault_injector.still[:, None], positions, ends)
        return ends

    def _steer(self, dynamics: Wheeled, action: Floats, steering: Steering) -> Motion:
        # Six updates a tick, each a whole number of physics steps.
        updates = round(TICK_S * TRACKING_RATE)
        share, squares, acted, infeasible = np.zeros((4, len(action)))
        due = time.perf_counter()
        for update in range(1, updates + 1):
            poses = dynamics.poses()
            estimated = self.estimated(dynamics.time, poses)
            command = steering.command(estimated, action)
            if self._safety is not None:
                askew = self._askew(poses)
                wanted = _turned(steering.wanted(estimated, action), askew)
                sensed = self._sensed(poses, estimated, askew)
                seen = seen_at_tracked_point(sensed, dynamics.velocities(), self._robot)
                safe = self._safety.filter(*seen, wanted)
                # Commands that are safe pass untouched, to the bit.
                back = None if askew is None else -askew
                velocity = _turned(safe.velocity, back)
                instead = wheel_speeds(estimated[:, 2], velocity, self._robot)
                command = np.where(safe.acted[:, None], instead, command)
                acted += safe.acted
                infeasible += safe.infeasible
            applied, saturated = self._apply(command)
            with self.time_budget.spent("physics"):
                dynamics.set_wheel_speeds(applied)
                dynamics.step(dynamics.physics_rate // TRACKING_RATE)
            if self._localiser is not None:
                self._localiser.roll(dynamics.wheel_speeds(), 1.0 / TRACKING_RATE)
                # Those of the tick's end are for `look`.
                if update < updates:
                    self._localiser.fix_within(update, dynamics.poses())
            # Means over the tick.
            share += saturated
            squares += 0.5 * (applied**2).sum(axis=1)
            if self._real_time:
                due += 1.0 / TRACKING_RATE
                time.sleep(max(0.0, due - time.perf_counter()))
        return Motion(
            command.copy(),
            applied.copy(),
            share / updates,
            effort(squares, self._robot),
            acted / updates,
            infeasible / updates,
        )

    def _askew(self, poses: Floats) -> Floats | None:
        """Return by how much the world is turned (rad) that each robot believes in, (N,).

        What robots sense nearby is true seen from them, however wrong they are about where they
        head: None unless they may be.
        """
        if self._localiser is None or not self._localiser.askew:
            return None
        return poses[:, 2] - self._localiser.poses[:, 2]

    def _sensed(self, poses: Floats, estimated: Floats, askew: Floats | None) -> Floats:
        """Return what collision avoidance goes by: places now, and headings when a command acts."""
        if self._predictor is None:
            return poses
        headings = estimated[:, 2] if askew is None else estimated[:, 2] + askew
        return np.column_stack([poses[:, :2], headings])

    def _apply(self, command: Floats) -> tuple[Floats, Bools]:
        """Return the speeds for the motors, (N, 2), rad/s, and who was limited, (N,)."""
        applied, saturated = self._drives.apply(command)
        if self._predictor is not None and isinstance(self._drives, DriveTrain):
            self._predictor.send(self._drives.sent)
        if self._fault_injector is not None:
            applied = self._fault_injector.act(applied)
            saturated = saturated & ~self._fault_injector.still
        self._applied = applied
        return applied, saturated


def _turned(vectors: Floats, angle: Floats | None) -> Floats:
    """Return vectors, (N, 2), turned by an angle each, (N,), rad; as they are without angles."""
    if angle is None:
        return vectors
    cosine, sine = np.cos(angle), np.sin(angle)
    x, y = vectors[:, 0], vectors[:, 1]
    return np.column_stack([cosine * x - sine * y, sine * x + cosine * y])
