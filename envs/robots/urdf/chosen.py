"""Which URDF a setting names, and how errors name it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bildsim.basics.errors import UsageError

SUFFIX = ".urdf"
_REFERENCE = "reference"


@dataclass(frozen=True)
class Chosen:
    """A URDF and the wheel joints in it, as somebody named them.

    Attributes:
        path: the file.
        joints: names of the left and the right wheel's joint; None where they are to be found.
        robot: the description (.toml) that names it; None where a setting does.
    """

    path: Path
    joints: tuple[str, str] | None = None
    robot: str | None = None

    def wrong(self, problem: str) -> UsageError:
        """Return the error that says what is wrong with the file."""
        return self._error("{0}", problem)

    def unnamed(self, problem: str) -> UsageError:
        """Return the error that ends with how wheel joints are named."""
        if self.robot is None:
            return self._error("{0} by {wheel_joints}", problem)
        return self._error("{0} by left_wheel and right_wheel", problem)

    def slow(self) -> UsageError:
        """Return the error of wheels of which nobody says how fast they turn."""
        return self._error(
            "its wheel joints have no limit with a velocity: give the top speed, as one (rad/s), "
            "by {max_speed} (m/s), or as max_speed in a file (.toml) whose urdf it is"
        )

    def _error(self, sentence: str, *words: object) -> UsageError:
        if self.robot is None:
            return UsageError(f"{{robot_urdf}}: {sentence}", *words, robot_urdf=str(self.path))
        sentence = f"{{robot}}: of its urdf {{{len(words)}}}: {sentence}"
        return UsageError(sentence, *words, self.path.name, robot=self.robot)


def is_urdf(text: str) -> bool:
    """Whether a robot's text is a URDF, perhaps with the names of wheel joints."""
    return _split(text) is not None


def chosen(text: str) -> Chosen:
    """Return the file and the joints of a text ``FILE.urdf`` or ``FILE.urdf:LEFT,RIGHT``.

    Raises:
        UsageError: the joints are not two names.
    """
    found = _split(text)
    assert found is not None, "asked of what is a URDF"
    path, joints = found
    return Chosen(Path(path), None if joints is None else joint_names(joints))


def joint_names(text: str) -> tuple[str, str]:
    """Return the two names in ``LEFT,RIGHT``.

    Raises:
        UsageError: there are not two, or they are the same.
    """
    names = [name.strip() for name in text.split(",")]
    if len(names) != 2 or not all(names) or names[0] == names[1]:
        raise UsageError(
            "{wheel_joints} is not possible: give the names of two joints, LEFT,RIGHT",
            wheel_joints=text,
        )
    return names[0], names[1]


def robot_text(
    robot: str, robot_urdf: str | os.PathLike[str] | None, wheel_joints: str | None
) -> str:
    """Return which robot is meant, in one text, where three settings say so.

    Args:
        robot: name or file.
        robot_urdf: a URDF, or None.
        wheel_joints: ``LEFT,RIGHT``, or None.

    Raises:
        UsageError: they do not go together.
    """
    if robot_urdf is not None and robot != _REFERENCE:
        raise UsageError(
            "{robot} and {robot_urdf} are two robots: give one of them; a file (.toml) may name "
            "its own urdf",
            robot=robot,
            robot_urdf=os.fspath(robot_urdf),
        )
    if wheel_joints is None:
        return robot if robot_urdf is None else _as_urdf(os.fspath(robot_urdf))
    joint_names(wheel_joints)
    if robot_urdf is None:
        raise UsageError(
            "{wheel_joints} is not possible without {robot_urdf}: they are joints of its file; in "
            "a file (.toml) say left_wheel and right_wheel",
            wheel_joints=wheel_joints,
        )
    return f"{_as_urdf(os.fspath(robot_urdf))}:{wheel_joints}"


def _as_urdf(path: str) -> str:
    if not path.lower().endswith(SUFFIX):
        raise UsageError(
            "{robot_urdf} is not possible: give a file that ends in .urdf (of a .xacro file what "
            "xacro makes of it)",
            robot_urdf=path,
        )
    return path


def _split(text: str) -> tuple[str, str | None] | None:
    folded = text.lower()
    if folded.endswith(SUFFIX):
        return text, None
    place = folded.rfind(SUFFIX + ":")
    if place < 0:
        return None
    end = place + len(SUFFIX)
    return text[:end], text[end + 1 :]
