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
    MODEL,
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
from bildsim.envs.robots.model import (
    DESCRIBED_RADIUS_RANGE,
    DESCRIBED_SPEED_RANGE,
    RobotModel,
    require_within,
)
from bildsim.envs.robots.urdf.chosen import chosen, is_urdf
from bildsim.envs.robots.urdf.figures import ModelFigures, mesh_files, model_figures
from bildsim.envs.robots.urdf.naming import named_model, with_model

# A radius may be given to a model of one's own that is its own (m).
_SAME_RADIUS = 1e-9
REFERENCE: Final = "reference"
"""The name of the robot that scales with its radius; it needs no description to be driven."""


@dataclass(frozen=True)
class DescribedRobot:
    """A robot of a description.

    Attributes:
        text: the name or file that was given.
        description: what it says, with sources.
        radius: of the disc, m.
        max_speed: of the wheel rims, m/s; None for the user's own model that does not say.
        body: its figures.
        drive: limits and faults of its drives.
        own: what the user's own model says; None where there is none.
    """

    text: str
    description: Description
    radius: float
    max_speed: float | None
    body: Body
    drive: Actuation
    own: ModelFigures | None = None

    @property
    def speed(self) -> float:
        """The top speed, m/s.

        Raises:
            UsageError: nobody says it.
        """
        if self.max_speed is None:
            assert self.own is not None, "only a model of one's own may not say"
            raise self.own.chosen.slow()
        return self.max_speed

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
        text: name of a preset, a file (.toml), or a URDF: ``FILE.urdf`` or
            ``FILE.urdf:LEFT,RIGHT`` with the names of the driven joints.
        radius: of its disc (m) in place of the description's.

    Raises:
        UsageError: there is no such robot, the file cannot be used, or its figures make no sense.
    """
    if text == REFERENCE:
        return None
    try:
        return _described(text, radius)
    except UsageError as error:
        raise _naming_urdf(text, error) from None


def _described(text: str, radius: float | None) -> DescribedRobot:
    description, own = _read(text)
    said = description.values("robot")
    values = {key: number(text, key, said[key]) for key in said if key not in MODEL}
    if radius is not None:
        _require_size_of_its_own(text, radius, own)
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
    unknown = own is not None and not {"max_speed", "max_wheel_speed"} & given.keys()
    max_speed = None if unknown else top_speed(text, values, motor, drive)
    rims = acceleration(text, values, motor, drive)
    if rims is not None:
        drive = replace(drive, max_wheel_acceleration=rims / values["wheel_radius"])
    if own is not None:
        body = own.body(values.get("handle"), drive.motor_torque, rims or 0.0)
    else:
        separation = values.pop("wheel_separation")
        body = described_body(
            track_width=separation, torque=drive.motor_torque, acceleration=rims or 0.0, **values
        )
    slowest = DESCRIBED_SPEED_RANGE[0]
    robot = RobotModel(values["radius"], slowest if max_speed is None else max_speed, body=body)
    require_torque(text, robot, drive.motor_torque is not None)
    plain = replace(drive, max_wheel_speed=None, motor_torque=None)
    return DescribedRobot(text, description, values["radius"], max_speed, body, plain, own)


def _require_size_of_its_own(text: str, radius: float, own: ModelFigures | None) -> None:
    if own is not None:
        if abs(radius - own.radius) <= _SAME_RADIUS:
            return
        raise UsageError(
            "{radius} is not possible with {robot}: a model of one's own keeps its size, {0} m",
            f"{own.radius:.4g}",
            radius=radius,
            robot=text,
        )
    require_within("radius", radius, DESCRIBED_RADIUS_RANGE, "m", robot=text)


def _naming_urdf(text: str, error: UsageError) -> UsageError:
    """Return an error with a URDF named by the setting that is for it."""
    if not is_urdf(text) or "robot" not in error.settings:
        return error
    settings = {key: value for key, value in error.settings.items() if key != "robot"}
    sentence = error.sentence.replace("{robot}", "{robot_urdf}")
    return UsageError(sentence, *error.words, **settings, robot_urdf=str(chosen(text).path))


def robot_description(text: str) -> Description:
    """Return what a preset or a file says, as it stands; of a URDF what is read from it.

    Raises:
        UsageError: there is none, or it cannot be read.
    """
    return _read(text)[0]


def _read(text: str) -> tuple[Description, ModelFigures | None]:
    """Return what a robot's text names, and what the user's own model says, if there is one."""
    if is_urdf(text):
        picked = chosen(text)
        own = model_figures(picked)
        return with_model(Description(picked.path.stem), own), own
    if text.isdecimal():
        raise UsageError(f"{{robot}} is unknown: did you mean {{robots:{text}}}?", robot=text)
    description = read_description("robot", text, asset_folder("robots"), KEYS, ALIASES, RIVALS)
    named = named_model(text, description)
    if named is None:
        return description, None
    own = model_figures(named)
    return with_model(description, own), own


def robot_files(text: str) -> tuple[Path, ...]:
    """Return the files that a robot is read from, its bases, model and meshes among them.

    Raises:
        UsageError: they cannot be read.
    """
    if text == REFERENCE:
        return ()
    description, own = _read(text)
    if own is None:
        return description.files
    return (*description.files, *mesh_files(own.chosen))


def drives_of(text: str, asked: Actuation) -> Actuation:
    """Return the drives of robots of a name or file, where these were asked for.

    Raises:
        UsageError: there is no such robot.
    """
    robot = described_robot(text)
    return asked if robot is None else robot.drives(asked)
