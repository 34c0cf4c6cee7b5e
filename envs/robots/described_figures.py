"""What a robot's description may say: its keys, their ranges, and figures that go together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from math import hypot, isfinite
from typing import Any

from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.robots.model import DESCRIBED_RADIUS_RANGE, DESCRIBED_SPEED_RANGE, RobotModel

_LENGTHS = (5e-4, 1.0)
_OFFSETS = (-0.5, 0.5)
BODY = {
    "radius": (DESCRIBED_RADIUS_RANGE, "m"),
    "height": (_LENGTHS, "m"),
    "mass": ((1e-4, 50.0), "kg"),
    "inertia": ((1e-12, 10.0), "kg m^2"),
    "wheel_radius": (_LENGTHS, "m"),
    "wheel_separation": (_LENGTHS, "m"),
    "axle_offset": (_OFFSETS, "m"),
    "handle": (_OFFSETS, "m"),
}
MOTOR = {
    "max_speed": (DESCRIBED_SPEED_RANGE, "m/s"),
    "acceleration": ((1e-3, 1e3), "m/s^2"),
}
# A limit on the wheels is one on the robot's top speed; friction is the floor's.
_FAULTS = tuple(
    item.name for item in fields(Actuation) if item.name not in ("floor_friction", "motor_torque")
)
MODEL = ("urdf", "left_wheel", "right_wheel")
"""Keys that name the user's own model, which then says all of the body but for the handle."""
NEEDED = ("radius", "mass", "wheel_radius", "wheel_separation")
"""Without these there is no robot; a top speed beside them."""
KEYS: Mapping[str, tuple[str, ...]] = {
    "robot": (*BODY, *MODEL),
    "drive": (*MOTOR, "motor_torque", *_FAULTS),
}
"""What the tables of a robot's description may hold."""
UNITS: Mapping[str, str] = {
    **{key: unit for table in (BODY, MOTOR) for key, (_, unit) in table.items()},
    "motor_torque": "N m",
    "max_wheel_speed": "rad/s",
    "max_turn_rate": "rad/s",
    "max_wheel_acceleration": "rad/s^2",
    "deadband": "rad/s",
    "quantisation": "rad/s",
    "command_delay": "s",
    "command_jitter": "s",
    "battery_sag": "1/min",
    "backlash": "rad",
    "motor_lag": "s",
    "command_period": "s",
}
"""Units by key; the others are shares."""
ALIASES: Mapping[str, str] = {
    "wheel_track": "wheel_separation",
    "track_width": "wheel_separation",
    "moment_of_inertia": "inertia",
    "torque": "motor_torque",
    "max_wheel_torque": "motor_torque",
    "lag": "motor_lag",
    "delay": "command_delay",
    "period": "command_period",
    "noise": "drive_noise",
    "max_linear_velocity": "max_speed",
    "max_angular_velocity": "max_turn_rate",
    "max_linear_acceleration": "acceleration",
}
"""Other names of keys, most of them those of ROS and Gazebo."""
_EITHER = {"max_speed": "max_wheel_speed", "acceleration": "max_wheel_acceleration"}
RIVALS: Mapping[str, str] = _EITHER | {wheels: rims for rims, wheels in _EITHER.items()}
"""Keys that say the same of rims and of wheels."""
# A motor must bring the robot to its top speed within this time (s).
_SLOWEST_START = 10.0
# Tyres grip at some 5 m/s^2; motors that would give their rims so much only make them spin.
_MOST_RIM_ACCELERATION = 30.0
# The tracked point is no nearer to the axle than this share of the radius.
_LEAST_HANDLE = 0.02
_SAME = 1e-3


def number(text: str, key: str, value: Any) -> float:
    """Return a figure as a number.

    Raises:
        UsageError: it is none.
    """
    if type(value) not in (int, float) or not isfinite(value):
        raise _wrong(text, key, value, "it must be a number")
    return float(value)


def _wrong(text: str, key: str, value: object, allowed: str) -> UsageError:
    shown = f"{value:g}" if isinstance(value, float) else repr(value)
    return UsageError("{robot}: {0} = {1} is not possible: {2}", key, shown, allowed, robot=text)


def require_ranges(
    text: str, values: Mapping[str, float], ranges: Mapping[str, tuple[tuple[float, float], str]]
) -> None:
    """Make sure that figures are within what is allowed.

    Raises:
        UsageError: one is not.
    """
    for key, value in values.items():
        (low, high), unit = ranges[key]
        if not low <= value <= high:
            raise _wrong(text, key, value, f"allowed is {low:g} to {high:g} {unit}")


def require_geometry(text: str, values: Mapping[str, float]) -> None:
    """Make sure that wheels are on the body, and that the tracked point can be driven.

    Raises:
        UsageError: they are not, or it cannot.
    """
    radius, offset = values["radius"], values.get("axle_offset", 0.0)
    separation = values["wheel_separation"]
    reach = hypot(0.5 * separation, offset)
    if reach > radius:
        raise UsageError(
            "{robot}: with wheel_separation = {0} and axle_offset = {1} its wheels stand {2} m "
            "from the body's centre: allowed is at most its radius, {3} m",
            f"{separation:g}",
            f"{offset:g}",
            f"{reach:.3g}",
            f"{radius:g}",
            robot=text,
        )
    if values["wheel_radius"] > radius:
        raise _wrong(
            text,
            "wheel_radius",
            values["wheel_radius"],
            f"allowed is at most its radius, {radius:g} m",
        )
    handle = values.get("handle")
    if handle is None:
        return
    if abs(handle) < _LEAST_HANDLE * radius:
        least = f"{_LEAST_HANDLE * radius:.2g}"
        raise _wrong(
            text, "handle", handle, f"the tracked point must be {least} m or more from the axle"
        )
    if handle * offset < 0.0:
        raise _wrong(
            text,
            "handle",
            handle,
            f"it must be on the side of the axle where the centre is (axle_offset = {offset:g}): "
            "otherwise the centre circles about its waypoint",
        )


def actuation(text: str, given: Mapping[str, Any]) -> Actuation:
    """Return limits and faults of the drives.

    Raises:
        UsageError: one is out of range.
    """
    values: dict[str, Any] = {
        key: v if key == "clip" else number(text, key, v) for key, v in given.items()
    }
    try:
        return Actuation(**values)
    except UsageError as error:
        said = error.said(
            lambda field, value: f"{field} = {value:g}" if value is not True else field
        )
        raise UsageError("{robot}: {0}", said, robot=text) from None


def _as_key(field: str, value: object) -> str:
    return f"{field} = {value:g}" if isinstance(value, float) else f"{field} = {value!r}"


def top_speed(
    text: str, values: Mapping[str, float], motor: Mapping[str, float], drive: Actuation
) -> float:
    """Return the rims' largest speed, m/s, which may be given in two ways.

    Raises:
        UsageError: it is given in none, or in both and differs.
    """
    rims, wheels = motor.get("max_speed"), drive.max_wheel_speed
    if rims is None and wheels is None:
        raise UsageError(
            "{robot} lacks max_speed (m/s) or max_wheel_speed (rad/s) in its table [drive]",
            robot=text,
        )
    radius = values["wheel_radius"]
    speed = wheels * radius if wheels is not None else rims
    assert speed is not None
    _require_same(text, "max_speed", rims, "max_wheel_speed", speed)
    require_ranges(text, {"max_speed": speed}, MOTOR)
    return speed


def acceleration(
    text: str, values: Mapping[str, float], motor: Mapping[str, float], drive: Actuation
) -> float | None:
    """Return what motor drivers give a rim at most, m/s^2, which may be given in two ways.

    Raises:
        UsageError: it is given in both and differs.
    """
    rims, wheels = motor.get("acceleration"), drive.max_wheel_acceleration
    if wheels is None:
        return rims
    _require_same(
        text, "acceleration", rims, "max_wheel_acceleration", wheels * values["wheel_radius"]
    )
    return wheels * values["wheel_radius"]


def _require_same(text: str, name: str, value: float | None, other: str, expected: float) -> None:
    if value is not None and abs(value - expected) > _SAME * expected:
        raise _wrong(
            text, name, value, f"with {other} and the wheels' radius it would be {expected:.4g}"
        )


def require_torque(text: str, robot: RobotModel, given: bool) -> None:
    """Make sure that a torque, if one was given, moves the robot, and does not only spin its tyres.

    Raises:
        UsageError: it does not.
    """
    if not given:
        return
    per_torque = robot.rim_acceleration / robot.own_torque
    least = robot.max_speed / _SLOWEST_START / per_torque
    most = _MOST_RIM_ACCELERATION / per_torque
    if robot.own_torque < least:
        raise _wrong(
            text,
            "motor_torque",
            robot.own_torque,
            f"it cannot move a mass of {robot.mass:.3g} kg to {robot.max_speed:.3g} m/s within "
            f"{_SLOWEST_START:g} s; allowed is {least:.2g} to {most:.2g} N m",
        )
    if robot.own_torque > most:
        raise _wrong(
            text,
            "motor_torque",
            robot.own_torque,
            f"with a mass of {robot.mass:.3g} kg the tyres would only spin; allowed is "
            f"{least:.2g} to {most:.2g} N m",
        )
