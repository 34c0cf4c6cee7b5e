"""Limits and faults of the wheel drives: the settings, and the plain speed limit."""

from dataclasses import dataclass, fields, replace
from math import inf
from typing import Annotated, Literal, TypeAlias, get_args

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.errors import UsageError, unknown_name
from bildsim.basics.timing import TRACKING_RATE
from bildsim.controllers.tracking import limited
from bildsim.envs.robots.model import FLOOR_FRICTION, RobotModel, require_within

FRICTION_RANGE = (0.02, 1.0)
TORQUE_RANGE = (0.1, 4.0)
"""Motor torques that may be asked for, in multiples of the one that goes with the robot's size."""
LONGEST_DELAY_S = 1.0
_MOST_TOLERANCE = 0.5
_FASTEST_SAG = 10.0
_MOST_PLAY = 0.5
_FINEST_STEP = 1e-3
_LONGEST_LAG_S, _MOST_NOISE, _LONGEST_PERIOD_S = 1.0, 0.5, 1.0

# The words beside a type stand for its values where options are listed.
WheelSpeed: TypeAlias = Annotated[float | None, "RAD_S"]
WheelAcceleration: TypeAlias = Annotated[float | None, "RAD_S2"]
Torque: TypeAlias = Annotated[float | None, "N_M"]
Clip: TypeAlias = Literal["curvature", "wheels"]


@dataclass(frozen=True)
class Actuation:
    """Limits and faults of the drives, for robots on wheels.

    What happens to a commanded wheel speed, 60 times a second, in this order (see
    `bildsim.envs.disturbances.drivetrain`): command period, speed limit, quantisation, delay,
    deadband, acceleration limit, lag, noise, gain, battery, backlash. Then the motor, with its
    torque, and the floor, with its friction, move the wheel.

    Attributes:
        max_wheel_speed: largest wheel speed (rad/s), below the one that ``max_speed`` gives.
        max_turn_rate: most that a robot turns (rad/s), as a gyroscope or a load may ask for; both
            wheels are slowed alike.
        max_wheel_acceleration: most that a motor driver changes a wheel's speed (rad/s^2); unless
            given only the motor's torque limits it.
        motor_torque: largest torque of a wheel's motor (N m); unless given that of the robot's
            size.
        floor_friction: the floor's coefficient of friction; on a smooth one wheels slip.
        deadband: wheel speeds below this do not move a wheel (rad/s).
        quantisation: wheel speeds are commanded in whole multiples of this (rad/s).
        command_delay: from a command to the motor driver (s); it counts from the next update on.
        command_jitter: drawn evenly up to this, on top of the delay, for each command (s).
        drive_gain_tolerance: both wheels of a robot turn by up to this share faster or slower than
            commanded, drawn evenly for each robot.
        wheel_gain_tolerance: the same, drawn for each wheel.
        battery_sag: share of the full largest wheel speed that batteries lose a minute (1/min).
        backlash: play of the gears (rad at the wheel): where its motor turns back, a wheel stands
            until the motor is through. Dynamixel says .004 of its XM540; cheap gears have .05.
        motor_lag: time constant with which a motor approaches its speed (s): .03 to .06 with geared
            motors, .1 with servos.
        drive_noise: each wheel's speed is off by a share drawn anew at every update, with this
            standard deviation.
        command_period: time between two commands of the robot's computer (s), rounded to whole
            updates of 1/60 s; unless given one at every update.
        clip: how commands beyond the wheels' limit are cut: curvature (both wheels slowed alike,
            which keeps the path) or wheels (each by itself, as the Robotarium does).

    Raises:
        UsageError: a value is out of range.
    """

    max_wheel_speed: WheelSpeed = None
    max_turn_rate: WheelSpeed = None
    max_wheel_acceleration: WheelAcceleration = None
    motor_torque: Torque = None
    floor_friction: float = FLOOR_FRICTION
    deadband: float = 0.0
    quantisation: float = 0.0
    command_delay: float = 0.0
    command_jitter: float = 0.0
    drive_gain_tolerance: float = 0.0
    wheel_gain_tolerance: float = 0.0
    battery_sag: float = 0.0
    backlash: float = 0.0
    motor_lag: float = 0.0
    drive_noise: float = 0.0
    command_period: float = 0.0
    clip: Clip = "curvature"

    def __post_init__(self) -> None:
        for name in ("max_wheel_speed", "max_turn_rate", "max_wheel_acceleration", "motor_torque"):
            value = getattr(self, name)
            if value is not None and not 0.0 < value < inf:
                raise _wrong(name, value, "it must be a number above 0")
        for name, least in (("deadband", 0.0), ("quantisation", _FINEST_STEP)):
            value = getattr(self, name)
            if not (value == 0.0 or least <= value < inf):
                raise _wrong(name, value, f"it must be 0 or a number from {least:g} rad/s")
        require_within("floor_friction", self.floor_friction, FRICTION_RANGE, "")
        for name, most, unit in (
            ("command_delay", LONGEST_DELAY_S, "s"),
            ("command_jitter", LONGEST_DELAY_S, "s"),
            ("drive_gain_tolerance", _MOST_TOLERANCE, ""),
            ("wheel_gain_tolerance", _MOST_TOLERANCE, ""),
            ("battery_sag", _FASTEST_SAG, "a minute"),
            ("backlash", _MOST_PLAY, "rad"),
            ("motor_lag", _LONGEST_LAG_S, "s"),
            ("drive_noise", _MOST_NOISE, ""),
            ("command_period", _LONGEST_PERIOD_S, "s"),
        ):
            require_within(name, getattr(self, name), (0.0, most), unit)
        if self.clip not in get_args(Clip):
            raise unknown_name("clip", self.clip, get_args(Clip))

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the settings that are not those of a plain drive."""
        return tuple(item.name for item in fields(self) if getattr(self, item.name) != item.default)

    @property
    def changes_commands(self) -> bool:
        """Whether anything but limits that are the robot's own acts on commands."""
        return bool(set(self.changed) - {"max_wheel_speed", "motor_torque", "floor_friction"})

    def fitted(self, robot: RobotModel) -> RobotModel:
        """Return the robot with these drives.

        Its ``max_speed`` is the effective one, so that planners and collision avoidance count on no
        more.

        Raises:
            UsageError: a limit makes no sense for such a robot.
        """
        if self.motor_torque is not None:
            low, high = TORQUE_RANGE
            allowed = (low * robot.own_torque, high * robot.own_torque)
            _require_for(robot, "motor_torque", self.motor_torque, allowed, "N m")
        # The limit on the wheels is one on the rims' speed.
        speed = robot.max_speed
        if self.max_wheel_speed is not None:
            slowest = robot.speed_range[0] / robot.wheel_radius
            allowed = (slowest, robot.max_wheel_speed)
            _require_for(robot, "max_wheel_speed", self.max_wheel_speed, allowed, "rad/s")
            speed = min(speed, self.max_wheel_speed * robot.wheel_radius)
        wheels = self.max_wheel_acceleration
        fitted = replace(
            robot,
            max_speed=speed,
            torque=self.motor_torque,
            floor_friction=self.floor_friction,
            ramp=inf if wheels is None else wheels * robot.wheel_radius,
        )
        self._require_motion(fitted)
        return fitted

    def _require_motion(self, robot: RobotModel) -> None:
        """Make sure that commands get through, and that every limit can act."""
        top = robot.max_wheel_speed
        for name in ("deadband", "quantisation"):
            value = getattr(self, name)
            if value >= top:
                raise _wrong(
                    name, value, f"allowed is below {top:.4g} rad/s, the wheels' largest speed"
                )
        if self.max_turn_rate is not None and self.max_turn_rate >= robot.max_turn_rate:
            raise _wrong(
                "max_turn_rate",
                self.max_turn_rate,
                f"allowed is below {robot.max_turn_rate:.4g} rad/s, which the wheels' largest "
                "speed gives anyway",
            )
        # From full speed ahead to full speed back between two updates.
        change = 2.0 * top * TRACKING_RATE
        if self.max_wheel_acceleration is not None and self.max_wheel_acceleration >= change:
            raise _wrong(
                "max_wheel_acceleration",
                self.max_wheel_acceleration,
                f"from {change:.4g} rad/s^2 on it never limits a wheel, which turns at no more "
                f"than {top:.4g} rad/s and gets {TRACKING_RATE} commands a second",
            )


def _wrong(name: str, value: float, allowed: str) -> UsageError:
    return UsageError(f"{{{name}}} is not possible: {{0}}", allowed, **{name: value})


def _require_for(
    robot: RobotModel, name: str, value: float, allowed: tuple[float, float], unit: str
) -> None:
    """Make sure that a setting is possible for a robot of this size and speed."""
    require_within(name, value, allowed, unit, radius=robot.radius, max_speed=robot.max_speed)


@dataclass(frozen=True)
class ActuationLimits:
    """The limit of a drive that is perfect otherwise.

    Attributes:
        max_wheel_speed: largest absolute wheel speed, rad/s.
        clip: how commands beyond it are cut; see `Actuation`.
    """

    max_wheel_speed: float
    clip: Clip = "curvature"

    def apply(self, command: Floats) -> tuple[Floats, Bools]:
        """Limit commands and say which were limited.

        Args:
            command: wheel speeds, (N, 2), rad/s.

        Returns:
            The applied wheel speeds, (N, 2), rad/s, of the commanded curvature unless wheels are
            cut each by itself, and which robots were saturated, (N,).
        """
        if self.clip == "wheels":
            limit = self.max_wheel_speed
            beyond = np.asarray((np.abs(command) > limit).any(axis=1))
            return np.clip(command, -limit, limit), beyond
        return limited(command, self.max_wheel_speed)
