"""The largest density that pictures of a run must show."""

import numpy as np

from bildsim.density.grid import Grid
from bildsim.targets.moving_target import AnyTarget, MovingTarget

_MOMENTS = 61


def peak_density(course: AnyTarget, grid: Grid, duration_s: float) -> float:
    """Return the largest density of p* on the grid (1/m^2); where it moves, at any of some moments.

    Args:
        course: p*.
        grid: the family's.
        duration_s: length of the run (s).
    """
    moves = isinstance(course, MovingTarget)
    moments = np.linspace(0.0, duration_s, _MOMENTS if moves else 1)
    return max(float(course.at(time_s).on_grid(grid).max()) for time_s in moments)
