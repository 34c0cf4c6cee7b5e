"""The short range: power cells of equal mass, which spread robots below the moments' scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.controllers.moments import cell_kernels as kernels
from bildsim.controllers.safety.neighbours import Neighbours
from bildsim.numerics.threads import over_robots
from bildsim.targets.target import Target

_LEAST_DENSITY = 0.1


class Cells(NamedTuple):
    """What the robots' cells hold of p*.

    Attributes:
        masses: (N,) share of p*.
        centroids: (N, 2) of p* (m); a robot's own place where its cell holds nothing.
    """

    masses: Floats
    centroids: Floats


@dataclass(frozen=True)
class PowerCells:
    """Cells V_i = {q: |q - x_i| <= reach, |q - x_i|^2 - w_i <= |q - x_j|^2 - w_j for sensed j}.

    The weights w_i move the borders so that all cells hold the same share of p* (power diagrams;
    F. Aurenhammer, F. Hoffmann and B. Aronov, Minkowski-type theorems and least-squares clustering,
    Algorithmica 20, 1998). A border with a robot further than 2 reach away cannot cut the disc
    where weights are equal, so such robots need not be sensed.

    Attributes:
        reach: radius of a robot's disc (m), half of the range in which it senses others.
        gain: share of a cell's lack of mass that its weight makes up for in a step.
    """

    reach: float
    gain: float = 0.1

    def of(
        self,
        target: Target,
        positions: Floats,
        weights: Floats,
        sensed: Neighbours,
        heard: Floats,
    ) -> Cells:
        """Return the mass and the centroid of each cell.

        Args:
            target: p*.
            positions: (N, 2) in C (m).
            weights: (N,) w_i (m^2).
            sensed: whom each robot senses.
            heard: (K,) the weight of each of those, as far as it is known (m^2).
        """
        robots = len(positions)
        most = int(np.diff(sensed.starts).max(initial=0))
        corners = np.empty((robots, kernels.SIDES + kernels.WALLS + most, 2))
        counts = np.empty(robots, dtype=np.int64)
        over_robots(
            robots,
            kernels.cell_pass,
            positions,
            weights,
            sensed.starts,
            sensed.other,
            heard,
            self.reach,
            corners,
            counts,
        )
        begins = np.concatenate([[0], np.cumsum(kernels.POINTS * counts)])
        points, areas = np.empty((begins[-1], 2)), np.empty(begins[-1])
        over_robots(robots, kernels.point_pass, positions, corners, counts, begins, points, areas)
        shares = areas * target.density(points)
        return _summed(positions, points, shares, begins)

    def balanced(self, weights: Floats, masses: Floats, density: Floats) -> Floats:
        """Return weights that make up for a part of what cells lack, or have too much of.

        Args:
            weights: (N,) w_i (m^2).
            masses: (N,) share of p* in each cell.
            density: (N,) p* at each robot (1/m^2).
        """
        share = 1.0 / len(weights)
        density = np.maximum(density, _LEAST_DENSITY)
        # A border moves by dw / (2 |x_i - x_j|): of a cell with equal sides 1.7 p* dw enters.
        step = self.gain * np.clip(share - masses, -share, share) / (1.7 * density)
        most = np.minimum(0.25 * self.reach**2, share / density)
        return np.clip(weights + step, -most, most)


def usual_range(robots: int) -> float:
    """Return how far robots sense each other unless told otherwise (m), by how many there are."""
    return 0.7 * math.sqrt(100.0 / robots)


def _summed(positions: Floats, points: Floats, shares: Floats, begins: Ints) -> Cells:
    robots = len(positions)
    owner = np.repeat(np.arange(robots), np.diff(begins))
    masses: Floats = np.bincount(owner, shares, minlength=robots).astype(np.float64)
    full = masses > 0.0
    per = np.divide(1.0, masses, out=np.zeros(robots), where=full)
    centroids = np.column_stack(
        [np.bincount(owner, shares * points[:, axis], minlength=robots) * per for axis in (0, 1)]
    )
    return Cells(masses, np.where(full[:, None], centroids, positions))
