"""Robots by name or from a file: what a description says of a body and its drives."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from math import isfinite
from pathlib import Path
from typing import Final

from bildsim.assets import asset_folder
from bildsim.basics.errors import UsageError
from bildsim.basics.reading.description import Description, read_description
from bildsim.basics.timing import TRACKING_RATE
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.robots.body import Body, described_body
from bildsim.envs.robots.described_figures import (
    ALIASES,
    BODY,
    KEYS,
    MOTOR,
    NEEDED,
    RIVALS,
    acceleration,
    actuation,
    number,
    require_geometry,
    require_ranges,
    require_torque,
    top_speed,
)
from bildsim.envs.robots.model import DESCRIBED_RADIUS_RANGE, RobotModel, require_within

REFERENCE: Final = "reference"
"""The name of the robot that scales with its radius; it needs no description to be driven."""


@dataclass(frozen=True)
class DescribedRobot:
    """A robot of a description.

    Attributes:
        text: the name or file that was given.
        description: what it says, with sources.
        radius: of the disc, m.
        max_speed: of the wheel rims, m/s.
        body: its figures.
        drive: limits and faults of its drives.
    """

    text: str
    description: Description
    radius: float
    max_speed: float
    body: Body
    drive: Actuation

    def model(self, max_speed: float) -> RobotModel:
        """Return the robot with a top speed (m/s), perhaps infinite.

        Raises:
            UsageError: so fast a robot would weave, or no robot has the speed.
        """
        robot = RobotModel(self.radius, max_speed, body=self.body)
        fastest = 2.0 * abs(self.body.handle) * TRACKING_RATE
        if isfinite(max_speed) and max_speed > fastest:
            raise UsageError(
                "{robot} with {max_speed} would weave: its tracked point is {0} m from the axle, "
                "which allows {1} m/s",
                f"{abs(self.body.handle):.3g}",
                f"{fastest:.3g}",
                robot=self.text,
                max_speed=max_speed,
            )
        return robot

    def drives(self, asked: Actuation) -> Actuation:
        """Return the drives that were asked for; what was not is the robot's own."""
        default = Actuation()
        own = {
            item.name: getattr(self.drive, item.name)
            for item in fields(Actuation)
            if getattr(asked, item.name) == getattr(default, item.name)
        }
        return replace(asked, **own)


def described_robot(text: str, radius: float | None = None) -> DescribedRobot | None:
    """Return the robot that a setting names; None for the reference robot, which is scaled.

    Args:
        text: name of a preset, or a file (.toml).
        radius: of its disc (m) in place of the description's.

    Raises:
        UsageError: there is no such robot, the file cannot be used, or its figures make no sense.
    """
    if text == REFERENCE:
        return None
    description = robot_description(text)
    values = {key: number(text, key, value) for key, value in description.values("robot").items()}
    if radius is not None:
        require_within("radius", radius, DESCRIBED_RADIUS_RANGE, "m", robot=text)
        values["radius"] = float(radius)
    for key in NEEDED:
        if key not in values:
            raise UsageError("{robot} lacks {0} in its table [robot]", key, robot=text)
    require_ranges(text, values, BODY)
    require_geometry(text, values)
    given = description.values("drive")
    motor = {key: number(text, key, given[key]) for key in given if key in MOTOR}
    require_ranges(text, motor, MOTOR)
    drive = actuation(text, {key: value for key, value in given.items() if key not in MOTOR})
    max_speed = top_speed(text, values, motor, drive)
    rims = acceleration(text, values, motor, drive)
    if rims is not None:
        drive = replace(drive, max_wheel_acceleration=rims / values["wheel_radius"])
    separation = values.pop("wheel_separation")
    body = described_body(
        track_width=separation, torque=drive.motor_torque, acceleration=rims or 0.0, **values
    )
    robot = RobotModel(values["radius"], max_speed, body=body)
    require_torque(text, robot, drive.motor_torque is not None)
    own = replace(drive, max_wheel_speed=None, motor_torque=None)
    return DescribedRobot(text, description, values["radius"], max_speed, body, own)


def robot_description(text: str) -> Description:
    """Return what a preset or a file says, as it stands.

    Raises:
        UsageError: there is none, or it cannot be read.
    """
    if text.isdecimal():
        raise UsageError(f"{{robot}} is unknown: did you mean {{robots:{text}}}?", robot=text)
    return read_description("robot", text, asset_folder("robots"), KEYS, ALIASES, RIVALS)


def robot_files(text: str) -> tuple[Path, ...]:
    """Return the files that a robot is read from, its bases among them.

    Raises:
        UsageError: they cannot be read.
    """
    return () if text == REFERENCE else robot_description(text).files


def drives_of(text: str, asked: Actuation) -> Actuation:
    """Return the drives of robots of a name or file, where these were asked for.

    Raises:
        UsageError: there is no such robot.
    """
    robot = described_robot(text)
    return asked if robot is None else robot.drives(asked)
