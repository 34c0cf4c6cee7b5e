"""Places that somebody gives the robots to start from."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError
from bildsim.obstacles.shapes import Obstacles

SLACK = 0.05
"""So many radii discs may overlap, or a centre lie outside C: contacts leave such places behind."""


def given_places(
    places: ArrayLike, robots: int, radius: float, *, apart: bool, unit_m: float = 1.0
) -> Floats:
    """Return places that robots can start from, (N, 2) or (N, 3), each inside C.

    Args:
        places: x, y (m) of each robot, and perhaps its heading (rad).
        robots: number N of robots.
        radius: disc radius (m).
        apart: whether discs must not lie on each other, as where robots collide.
        unit_m: metres in a unit of places and radius; that of C is half of its width.

    Raises:
        UsageError: they are of another shape or not finite, outside, or on each other.
    """
    values = _numbers(places)
    if values.ndim != 2 or values.shape[1] not in (2, 3) or not len(values):
        raise _error(
            f"of shape {values.shape} are not possible: allowed is a row a robot, x, y (m) and "
            "perhaps heading (rad)"
        )
    if not np.isfinite(values).all():
        raise _error("that are not finite are not possible: allowed are numbers (m, rad)")
    if len(values) != robots:
        raise UsageError(
            f"poses of {len(values)} robots are not possible with {{robots}}: allowed is "
            f"{{robots:{len(values)}}}",
            robots=robots,
        )
    far = np.abs(values[:, :2]).max(axis=1)
    if far.max() > 1.0 + SLACK * radius:
        robot = int(far.argmax())
        length = "m" if unit_m == 1.0 else f"units of {unit_m:g} m"
        raise _error(
            f"with robot {robot} at {_place(values[robot])} {length} are not possible: allowed are "
            f"places in [-1, 1] x [-1, 1] {length}"
        )
    values[:, :2] = np.clip(values[:, :2], -1.0, 1.0)
    if apart:
        _require_apart(values[:, :2], radius, unit_m)
    return values


def require_beside(places: Floats, radius: float, obstacles: Obstacles) -> None:
    """Make sure that nobody, (N, 2 or 3) in m, stands in an obstacle.

    Raises:
        UsageError: somebody does.
    """
    gap = obstacles.clearance(places[:, :2]) - radius
    if gap.min() < -SLACK * radius:
        robot = int(gap.argmin())
        raise UsageError(
            "poses with robot {0} at {1} are not possible with {obstacle}: the disc would lie in "
            "it",
            robot,
            _place(places[robot]),
            obstacle=obstacles.named_at(places[robot, :2]),
        )


def with_headings(places: Floats, rng: np.random.Generator) -> Floats:
    """Return poses (N, 3) at the places, headings in [-pi, pi); those not given are drawn."""
    if places.shape[1] == 2:
        return np.column_stack([places, rng.uniform(-np.pi, np.pi, len(places))])
    poses = places.copy()
    poses[:, 2] = (poses[:, 2] + np.pi) % (2.0 * np.pi) - np.pi
    return poses


def _numbers(places: ArrayLike) -> Floats:
    try:
        values = np.array(places)
        if values.dtype.kind == "c":
            raise TypeError
        return values.astype(np.float64)
    except (TypeError, ValueError):
        raise _error("are no array of numbers: allowed is a row a robot, x, y (m)") from None


def _require_apart(positions: Floats, radius: float, unit_m: float) -> None:
    pairs = cKDTree(positions).query_pairs((2.0 - SLACK) * radius, output_type="ndarray")
    if not len(pairs):
        return
    distances = np.linalg.norm(positions[pairs[:, 0]] - positions[pairs[:, 1]], axis=1)
    one, other = pairs[distances.argmin()]
    raise _error(
        f"with robots {one} and {other} at a distance of {distances.min() * unit_m:.4f} m are not "
        f"possible: discs of radius {radius * unit_m:g} m would lie on each other"
    )


def _place(pose: Floats) -> str:
    return f"({pose[0]:g}, {pose[1]:g})"


def _error(problem: str) -> UsageError:
    return UsageError(f"poses {problem}")
