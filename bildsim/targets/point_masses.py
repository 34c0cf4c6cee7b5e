"""A target as point masses at the centres of equal cells, as metrics and transport need it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.targets.target import Target

CELLS = 40


@dataclass(frozen=True, eq=False)
class PointMasses:
    """The shares of p* in G x G equal cells that tile C = [-1, 1]^2.

    Attributes:
        masses: share of each cell, (G, G), adding up to 1; element [i, j] belongs to the cell
            with centre (x_j, y_i), y growing with i.
    """

    masses: Floats

    @classmethod
    def of(cls, target: Target, count: int = CELLS) -> "PointMasses":
        """Sample a target at the centres of ``count`` x ``count`` cells (2 / 40 = 0.05 m each)."""
        density = target.density(_points(_centres(count)))
        return cls(density / density.sum())

    @cached_property
    def centres(self) -> Floats:
        """Coordinates of the centres along one axis in metres, (G,)."""
        return _centres(len(self.masses))

    @cached_property
    def points(self) -> Floats:
        """The centres in metres, (G * G, 2), in the order of ``masses.ravel()``."""
        return _points(self.centres).reshape(-1, 2)


def _centres(count: int) -> Floats:
    return np.arange(1 - count, count, 2) / count


def _points(centres: Floats) -> Floats:
    return np.stack(np.meshgrid(centres, centres), axis=-1)
