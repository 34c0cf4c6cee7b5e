"""``python -m bildsim.robots``: the robots that runs know by name, and where figures come from.

Without words a table of all of them; with the name or the file of one its figures, each with how it
is known (its mark) and from where.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from math import inf
from typing import NoReturn

from bildsim.assets import asset_folder
from bildsim.basics.errors import UsageError
from bildsim.basics.reading.description import Description, preset_names
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.dynamics import KINEMATIC, make_model
from bildsim.envs.robots.described import described_robot, drives_of, robot_description
from bildsim.envs.robots.described_figures import UNITS
from bildsim.envs.robots.model import RobotModel
from bildsim.programs.config.called import typed

PROGRAM = "bildsim.robots"
SUMMARY = "List the robots that runs know by name, or the figures of one with their sources."
_WAY = 2.0
_COLUMNS = (
    "robot",
    "radius, mm",
    "mass, g",
    "wheel radius, mm",
    "separation, mm",
    "axle offset, mm",
    "handle, mm",
    "top speed, m/s",
    "turn rate, rad/s",
    "2 m, s",
)


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}: give a name or a file, as in {typed(PROGRAM)} e-puck2")


def main(arguments: Sequence[str]) -> int:
    """Print what is asked for and return the exit status.

    Raises:
        UsageError: there is no such robot, or its description makes no sense.
    """
    parser = _Parser(typed(PROGRAM), description=SUMMARY)
    parser.add_argument(
        "robot",
        metavar="NAME|FILE",
        nargs="?",
        help="the one whose figures are shown: a name, a .toml, or a .urdf",
    )
    robot: str | None = parser.parse_args(list(arguments)).robot
    try:
        print(overview() if robot is None else _checked_figures(robot))
    except UsageError as error:
        # An option of runs; here it is the word itself.
        raise UsageError.renamed(error, lambda _, value: str(value)) from None
    return 0


def _checked_figures(robot: str) -> str:
    """Return the figures of a robot, if they go together."""
    described_robot(robot)
    return figures(robot_description(robot))


def overview() -> str:
    """Return the table of all robots, in Markdown."""
    return _table([_COLUMNS, *(_row(name) for name in preset_names(asset_folder("robots")))])


def figures(description: Description) -> str:
    """Return the figures of one robot with marks and sources, in Markdown."""
    rows = [
        (key, _short(figure.value), UNITS.get(key, ""), figure.mark or "own", figure.source)
        for table in description.sections.values()
        for key, figure in table.items()
    ]
    title = f"{description.name}: {description.title}" if description.title else description.name
    return f"{title}\n\n{_table([('figure', 'value', 'unit', 'mark', 'source'), *rows])}"


def time_to_cross(robot: RobotModel, ramp: float = inf) -> float:
    """Return how long a robot takes from rest over 2 m straight on, s.

    Args:
        robot: the model.
        ramp: what a motor driver gives the rims at most, m/s^2.
    """
    # A ramp up to the top speed takes v / a, and half of that is lost.
    return _WAY / robot.max_speed + 0.5 * robot.max_speed / min(robot.traction, ramp)


def _row(name: str) -> tuple[str, ...]:
    drive = drives_of(name, Actuation())
    robot = make_model(KINEMATIC, actuation=drive, robot=name)
    ramp = (drive.max_wheel_acceleration or inf) * robot.wheel_radius
    lengths = (robot.wheel_radius, robot.track_width, robot.axle_offset, robot.handle)
    return (
        name,
        _short(1e3 * robot.radius),
        _short(1e3 * robot.mass),
        *(_short(1e3 * length) for length in lengths),
        _short(robot.max_speed),
        _short(min(robot.max_turn_rate, drive.max_turn_rate or inf)),
        f"{time_to_cross(robot, ramp):.1f}",
    )


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _table(rows: Iterable[Sequence[str]]) -> str:
    head, *rest = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *rest, strict=True)]
    lines = [
        "| " + " | ".join(map(str.ljust, row, widths)) + " |"
        for row in (head, ["-" * width for width in widths], *rest)
    ]
    return "\n".join(lines)
