"""Descriptions that name a URDF, and what is then read from that."""

from __future__ import annotations

from bildsim.basics.errors import UsageError
from bildsim.basics.reading.description import Description, Figure
from bildsim.envs.robots.described_figures import BODY, MODEL
from bildsim.envs.robots.urdf.chosen import Chosen
from bildsim.envs.robots.urdf.figures import ModelFigures

_MARK = "model file"


def named_model(text: str, description: Description) -> Chosen | None:
    """Return the URDF that a description names, if it does.

    Raises:
        UsageError: keys that name it are incomplete, or others say what it says.
    """
    said = description.values("robot")
    names = {key: said[key] for key in MODEL if key in said}
    for key, name in names.items():
        if not isinstance(name, str) or not name:
            raise UsageError("{robot}: {0} must be a text", key, robot=text)
    if not names:
        return None
    if "urdf" not in names or len(names) == 2:
        raise UsageError(
            "{robot}: {0} is not possible alone: urdf names a file, left_wheel and right_wheel "
            "joints in it",
            " and ".join(key for key in names if key != "urdf"),
            robot=text,
        )
    for key in BODY:
        if key in said and key != "handle":
            raise UsageError(
                "{robot}: {0} is not possible beside urdf, which says it: leave it out, also in a "
                "base",
                key,
                robot=text,
            )
    file = names["urdf"]
    # A base's path begins where the base is.
    places = [each.parent / file for each in description.files]
    path = next((each for each in places if each.is_file()), places[0])
    joints = (names["left_wheel"], names["right_wheel"]) if len(names) == 3 else None
    return Chosen(path, joints, text)


def with_model(description: Description, own: ModelFigures) -> Description:
    """Return a description with what a model says and the description does not."""
    path = own.chosen.path
    sections = {name: dict(table) for name, table in description.sections.items()}
    body, drive = sections.setdefault("robot", {}), sections.setdefault("drive", {})
    body |= {key: Figure(value, _MARK, path.name) for key, value in own.said.items()}
    if own.velocity is not None and not {"max_speed", "max_wheel_speed"} & drive.keys():
        drive["max_wheel_speed"] = Figure(own.velocity, _MARK, path.name)
    if own.effort is not None and "motor_torque" not in drive:
        drive["motor_torque"] = Figure(own.effort, _MARK, path.name)
    files = (*description.files, path)
    return Description(description.name, description.title, sections, files)
