"""The density that robots are to take, beneath them."""

from __future__ import annotations

from matplotlib.axes import Axes

from bildsim.basics.arrays import Floats
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.target import Target

_FINE_CELLS = 100
# Of blues up to white's opposite, only those on which robots can be told.
_PALE = 1.6


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
