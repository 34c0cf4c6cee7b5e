"""Draw the robots that runs know by name, from above and to one scale.

    python docs/draw_robots.py                 # docs/robots.png
    python docs/draw_robots.py elsewhere.png   # or wherever

Every length is that of the robot's description, but for the width of tyres. Needs matplotlib.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, PngImagePlugin

from bildsim.assets import asset_folder
from bildsim.basics.reading.description import preset_names
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.dynamics import KINEMATIC, make_model
from bildsim.envs.robots.described import drives_of
from bildsim.envs.robots.model import RobotModel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROOT = Path(__file__).resolve().parents[1]
DESCRIPTION = "Description"
# All in mm: how wide the picture is, its rims, what is left between two robots, and how high the
# words under a row are.
_WIDTH, _RIM, _LEAST_GAP, _WORDS = 1080.0, 30.0, 24.0, 66.0
_LARGE = 60.0
_PIXELS = 1620
_PAPER, _INK, _FAINT = "#fbfbf9", "#222222", "#7a7a7a"
_SHELL, _RIM_COLOUR, _TYRE, _POINT = "#cfe0f0", "#2a72b5", "#2b2b2e", "#d9480f"


class Shown(NamedTuple):
    """One robot of the picture.

    Attributes:
        name: its own.
        robot: its model.
    """

    name: str
    robot: RobotModel

    @property
    def radius(self) -> float:
        """Of its disc, mm."""
        return 1e3 * self.robot.radius

    @property
    def figures(self) -> tuple[str, str]:
        """Its size and its top speed, in words."""
        return f"ø {2.0 * self.radius:.4g} mm", f"{self.robot.max_speed:.3g} m/s"


def robots() -> list[Shown]:
    """Return all robots with a name, the largest first."""
    found = []
    for name in preset_names(asset_folder("robots")):
        drives = drives_of(name, Actuation())
        found.append(Shown(name, make_model(KINEMATIC, actuation=drives, robot=name)))
    return sorted(found, key=lambda shown: -shown.radius)


def description(found: list[Shown]) -> str:
    """Return every length that is drawn, in words that a picture can carry."""
    return "; ".join(
        f"{name}: {1e3 * robot.radius:.4g} {1e3 * robot.wheel_radius:.4g} "
        f"{1e3 * robot.track_width:.4g} {1e3 * robot.axle_offset:.4g} {1e3 * robot.handle:.4g} mm, "
        f"{robot.max_speed:.4g} m/s"
        for name, robot in found
    )


def draw(file: Path) -> None:
    """Write the picture as PNG, with its description in it."""
    from matplotlib.figure import Figure

    found = robots()
    large = [shown for shown in found if shown.radius > _LARGE]
    rows = [large, found[len(large) :]]
    heights = [2.0 * row[0].radius + _WORDS for row in rows]
    legend = 34.0
    height = sum(heights) + 2.0 * _RIM + legend
    figure = Figure(figsize=(_WIDTH / 100.0, height / 100.0), facecolor=_PAPER)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0.0, _WIDTH)
    axes.set_ylim(-height, 0.0)
    axes.axis("off")
    top = -_RIM
    for row, high in zip(rows, heights, strict=True):
        _draw_row(axes, row, top)
        top -= high
    _draw_legend(axes, top - 14.0)
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=100.0 * _PIXELS / _WIDTH, facecolor=_PAPER)
    text = PngImagePlugin.PngInfo()
    text.add_text(DESCRIPTION, description(found))
    # A palette makes the file half as large.
    picture = Image.open(drawn).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    picture.save(file, format="png", optimize=True, pnginfo=text)


def _draw_row(axes: Axes, row: list[Shown], top: float) -> None:
    """Draw robots side by side, their lowest points on one line."""
    # Small robots are narrower than their words.
    widths = [max(2.0 * shown.radius, 110.0) for shown in row]
    gap = (_WIDTH - 2.0 * _RIM - sum(widths)) / max(1, len(row) - 1)
    assert gap >= _LEAST_GAP, "the rows are too narrow for their robots"
    floor, left = top - 2.0 * row[0].radius, _RIM
    for shown, width in zip(row, widths, strict=True):
        x = left + 0.5 * width
        draw_robot(axes, shown.robot, (x, floor + shown.radius))
        said = "  ".join(shown.figures)
        axes.text(x, floor - 12.0, shown.name, ha="center", va="top", size=9.5, color=_INK)
        axes.text(x, floor - 32.0, said, ha="center", va="top", size=8, color=_FAINT)
        left += width + gap


def draw_robot(axes: Axes, robot: RobotModel, place: tuple[float, float]) -> None:
    """Draw a robot that looks to the right, its centre at a place (mm)."""
    from matplotlib.patches import Circle, FancyBboxPatch, Polygon

    x, y = place
    radius, wheel = 1e3 * robot.radius, 1e3 * robot.wheel_radius
    axle, half = x - 1e3 * robot.axle_offset, 0.5e3 * robot.track_width
    line = max(0.5, min(1.2, radius / 60.0))
    axes.add_patch(Circle(place, radius, facecolor=_SHELL, edgecolor=_RIM_COLOUR, linewidth=line))
    # Which way is ahead: a wedge at the rim.
    wedge = [
        (x + 0.94 * radius, y),
        (x + 0.7 * radius, y + 0.16 * radius),
        (x + 0.7 * radius, y - 0.16 * radius),
    ]
    axes.add_patch(Polygon(wedge, closed=True, facecolor=_RIM_COLOUR, linewidth=0.0))
    axes.plot([axle, axle], [y - half, y + half], color=_TYRE, linewidth=line)
    # Descriptions do not say how wide tyres are.
    width = 0.35 * wheel
    for side in (y - half, y + half):
        tyre = FancyBboxPatch(
            (axle - wheel, side - 0.5 * width),
            2.0 * wheel,
            width,
            boxstyle=f"round,pad=0,rounding_size={0.3 * width}",
            facecolor=_TYRE,
            linewidth=0.0,
        )
        axes.add_patch(tyre)
    arm = min(7.0, 0.16 * radius)
    axes.plot([x - arm, x + arm], [y, y], color=_RIM_COLOUR, linewidth=line, zorder=4)
    axes.plot([x, x], [y - arm, y + arm], color=_RIM_COLOUR, linewidth=line, zorder=4)
    point = axle + 1e3 * robot.handle
    axes.add_patch(Circle((point, y), min(5.0, 0.12 * radius), facecolor=_POINT, linewidth=0.0))


def _draw_legend(axes: Axes, y: float) -> None:
    from matplotlib.patches import Circle, FancyBboxPatch, Polygon

    x = _RIM
    axes.plot([x, x + 100.0], [y, y], color=_INK, linewidth=1.2)
    for end in (x, x + 100.0):
        axes.plot([end, end], [y - 5.0, y + 5.0], color=_INK, linewidth=1.2)
    x = _words(axes, x + 108.0, y, "100 mm")
    wedge = [(x + 16.0, y), (x, y + 8.0), (x, y - 8.0)]
    axes.add_patch(Polygon(wedge, closed=True, facecolor=_RIM_COLOUR, linewidth=0.0))
    x = _words(axes, x + 24.0, y, "ahead")
    axes.add_patch(
        FancyBboxPatch(
            (x, y - 4.5), 28.0, 9.0, boxstyle="round,pad=0,rounding_size=3", facecolor=_TYRE, lw=0.0
        )
    )
    x = _words(axes, x + 36.0, y, "wheels, on their axle")
    axes.plot([x, x + 14.0], [y, y], color=_RIM_COLOUR, linewidth=1.2)
    axes.plot([x + 7.0, x + 7.0], [y - 7.0, y + 7.0], color=_RIM_COLOUR, linewidth=1.2)
    x = _words(axes, x + 22.0, y, "centre, its position")
    axes.add_patch(Circle((x + 5.0, y), 5.0, facecolor=_POINT, linewidth=0.0))
    _words(axes, x + 18.0, y, "tracked point, far from a waypoint")


def _words(axes: Axes, x: float, y: float, words: str) -> float:
    """Write words of the legend and return where the next mark begins (mm)."""
    axes.text(x, y, words, va="center", size=8.5, color=_INK)
    return x + 5.9 * len(words) + 26.0


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "robots.png")
