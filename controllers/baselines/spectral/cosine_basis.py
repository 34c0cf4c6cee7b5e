"""Cosines on the square, in which ergodic planners compare the swarm with its target."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.base import FINE_CELLS
from bildsim.metrics import cosines
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.target import Target


@dataclass(frozen=True, eq=False)
class Cosines:
    """f_k(x) = h_k cos(k_1 pi (x_1 + 1) / 2) cos(k_2 pi (x_2 + 1) / 2), of unit norm on C.

    Mathew and Mezić, Metrics for ergodicity and design of ergodic dynamics for multi-agent
    systems, Physica D 240, 2011, equations 2 to 4. The constant k = 0, which no robot can change,
    is left out.

    Attributes:
        target: p*.
        order: highest wave number on each axis, K.
    """

    target: Target
    order: int

    @property
    def size(self) -> int:
        """Number m of functions, (K + 1)^2 - 1."""
        return (self.order + 1) ** 2 - 1

    def values(self, points: Floats) -> Floats:
        """Return f_k, (N, m), at points (N, 2) in metres."""
        x, y = (cosines.values(points[:, axis], self.order) for axis in (0, 1))
        return (x[:, :, None] * y[:, None, :]).reshape(len(points), -1)[:, 1:]

    def gradient(self, points: Floats, coefficients: Floats) -> Floats:
        """Return sum_k a_ik grad f_k(x_i), (N, 2), for points (N, 2) and coefficients (N, m)."""
        side = self.order + 1
        # The constant, which was left out, has no slope: it gets the coefficient 0.
        padded = np.concatenate([np.zeros((len(points), 1)), coefficients], axis=1)
        table = padded.reshape(len(points), side, side)
        x, y = (cosines.values(points[:, axis], self.order) for axis in (0, 1))
        slope_x, slope_y = (cosines.derivatives(points[:, axis], self.order) for axis in (0, 1))
        along_x = np.sum(slope_x[:, :, None] * table * y[:, None, :], axis=(1, 2))
        along_y = np.sum(x[:, :, None] * table * slope_y[:, None, :], axis=(1, 2))
        return np.stack([along_x, along_y], axis=1)

    @cached_property
    def means(self) -> Floats:
        """E_p*[f_k], (m,), by sums over 100 x 100 cells."""
        cells = PointMasses.of(self.target, FINE_CELLS)
        axis = cosines.values(cells.centres, self.order)
        return np.asarray((axis.T @ cells.masses.T @ axis).ravel()[1:])

    @cached_property
    def sobolev_weights(self) -> Floats:
        """(1 + |k|^2)^(-3/2), (m,): coarse waves count more (equation 7)."""
        return cosines.sobolev_weights(self.order).ravel()[1:]
