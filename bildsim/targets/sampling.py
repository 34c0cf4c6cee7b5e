"""Independent draws from a target density."""

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.target import Target

_CELLS = 400


class Sampler:
    """Draws positions from p*: a cell of 5 mm by its share, then a place in it, evenly.

    Args:
        target: p*.
    """

    def __init__(self, target: Target) -> None:
        cells = PointMasses.of(target, _CELLS)
        self._corners = cells.points - 1.0 / _CELLS
        self._shares = np.cumsum(cells.masses)
        self._shares /= self._shares[-1]
        self._obstacles = target.obstacles

    def draw(self, robots: int, rng: np.random.Generator) -> Floats:
        """Return so many independent positions, (N, 2) in metres."""
        drawn = self._drawn(robots, rng)
        # A cell at the rim of an obstacle is partly in it: what falls there is drawn again.
        wrong = self._obstacles.covers(drawn)
        while self._obstacles and wrong.any():
            drawn[wrong] = self._drawn(int(wrong.sum()), rng)
            wrong = self._obstacles.covers(drawn)
        return drawn

    def _drawn(self, robots: int, rng: np.random.Generator) -> Floats:
        chosen = np.searchsorted(self._shares, rng.random(robots), side="right")
        return np.asarray(self._corners[chosen] + 2.0 / _CELLS * rng.random((robots, 2)))
