"""Voronoi and power cells of the robots, measured by sums over a fine grid of the square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.base import FINE_CELLS
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.target import Target


class Regions(NamedTuple):
    """Mass and centroid of each robot's cell.

    Attributes:
        masses: (N,) share of all mass in each robot's cell; they add up to 1 unless cells are cut.
        centroids: (N, 2) centre of that mass in metres; the robot itself where the cell is empty.
    """

    masses: Floats
    centroids: Floats


@dataclass(frozen=True, eq=False)
class Partition:
    """Divides the mass at the points of a grid among the robots.

    Attributes:
        points: (P, 2) points in metres.
        lifted: (P, 3) the points with a 1 behind, so that distances are one matrix product.
        masses: (P,) mass at each point, adding up to 1.
    """

    points: Floats
    lifted: Floats
    masses: Floats

    @classmethod
    def of(cls, target: Target, exponent: float = 1.0) -> Partition:
        """Take p* to a power as the mass, at the centres of 100 x 100 cells of 0.02 m."""
        cells = PointMasses.of(target, FINE_CELLS)
        masses = cells.masses.ravel() ** exponent
        lifted = np.column_stack([cells.points, np.ones(len(cells.points))])
        return cls(cells.points, lifted, masses / masses.sum())

    def regions(
        self, positions: Floats, weights: Floats | None = None, reach: float = np.inf
    ) -> Regions:
        """Measure the power cells {q: |q - x_i|^2 - w_i <= |q - x_j|^2 - w_j for all j}.

        Equal weights give the Voronoi cells. Each grid point belongs to one robot, the first of
        equals, so that masses are right to about the mass of the points on a cell's rim.

        Args:
            positions: (N, 2) in metres.
            weights: (N,) w in square metres; zeros unless given.
            reach: points further than this from their robot (m) count for nobody.
        """
        robots = len(positions)
        offset = np.sum(positions**2, axis=1)
        # |q - x|^2 - w less |q|^2, which is the same for all robots and changes no minimum.
        power = self.lifted @ np.vstack(
            [-2.0 * positions.T, offset if weights is None else offset - weights]
        )
        owners = power.argmin(axis=1)
        # Mass beyond the reach is cut off: it draws nobody.
        masses = self.masses
        if np.isfinite(reach):
            distance = np.hypot(*(self.points - positions[owners]).T)
            masses = np.where(distance <= reach, masses, 0.0)
        total: Floats = np.bincount(owners, masses, robots).astype(np.float64)
        # Sums over each robot's points; an empty cell has no middle and keeps its robot.
        moments = [np.bincount(owners, masses * axis, robots) for axis in self.points.T]
        found = np.maximum(total, np.finfo(np.float64).tiny)[:, None]
        centroids = np.where(total[:, None] > 0.0, np.column_stack(moments) / found, positions)
        return Regions(total, centroids)
