"""The density that robots are to take, beneath them."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from bildsim.basics.arrays import Floats
from bildsim.obstacles.shapes import Obstacles
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.target import Target

_FINE_CELLS = 100
# Of blues up to white's opposite, only those on which robots can be told.
_PALE = 1.6
_STONE, _STONE_RIM = "#8a8f98", "#5b606a"


def draw_obstacles(axes: Axes, obstacles: Obstacles) -> None:
    """Draw what stands in the arena, as far as it is inside, in metres."""
    for part in obstacles.parts:
        look: Any = {"facecolor": _STONE, "edgecolor": _STONE_RIM, "linewidth": 0.5, "zorder": 2.5}
        axes.add_patch(Polygon(part.outline, closed=True, **look))


def floor_of(target: Target) -> Floats:
    """Return what is drawn of p*: (n, n) shares of it, element [i, j] at (x_j, y_i)."""
    return PointMasses.of(target, _FINE_CELLS).masses


def draw_floor(axes: Axes, shares: Floats) -> None:
    """Draw what `floor_of` returned over the domain, in metres."""
    axes.imshow(
        shares,
        origin="lower",
        extent=(-1.0, 1.0, -1.0, 1.0),
        vmin=0.0,
        vmax=_PALE * float(shares.max()),
        cmap="Blues",
        interpolation="bilinear",
    )
