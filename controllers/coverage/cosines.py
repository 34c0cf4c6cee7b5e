"""Cosines on the square, in which ergodic planners compare the swarm with its target."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bildsim.arrays import Floats
from bildsim.cells import Cells
from bildsim.targets import Target
from controllers.coverage.grids import FINE_CELLS


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
        x, y = self._axis(points[:, 0]), self._axis(points[:, 1])
        return self._outer(x, y)

    def gradient(self, points: Floats, coefficients: Floats) -> Floats:
        """Return sum_k a_ik grad f_k(x_i), (N, 2), for points (N, 2) and coefficients (N, m)."""
        side = self.order + 1
        padded = np.concatenate([np.zeros((len(points), 1)), coefficients], axis=1)
        table = padded.reshape(len(points), side, side)
        x, y = self._axis(points[:, 0]), self._axis(points[:, 1])
        slope_x, slope_y = self._slope(points[:, 0]), self._slope(points[:, 1])
        along_x = np.sum(slope_x[:, :, None] * table * y[:, None, :], axis=(1, 2))
        along_y = np.sum(x[:, :, None] * table * slope_y[:, None, :], axis=(1, 2))
        return np.stack([along_x, along_y], axis=1)

    @cached_property
    def means(self) -> Floats:
        """E_p*[f_k], (m,), by sums over 100 x 100 cells."""
        cells = Cells.of(self.target, FINE_CELLS)
        axis = self._axis(cells.centres)
        return np.asarray((axis.T @ cells.masses.T @ axis).ravel()[1:])

    @cached_property
    def sobolev_weights(self) -> Floats:
        """(1 + |k|^2)^(-3/2), (m,): coarse waves count more (equation 7)."""
        squares = self._waves**2
        return np.asarray(((1.0 + np.add.outer(squares, squares)) ** -1.5).ravel()[1:])

    @cached_property
    def _waves(self) -> Floats:
        return np.arange(self.order + 1.0)

    @cached_property
    def _norms(self) -> Floats:
        return np.where(self._waves == 0.0, np.sqrt(0.5), 1.0)

    def _axis(self, coordinates: Floats) -> Floats:
        phase = 0.5 * np.pi * (coordinates[:, None] + 1.0) * self._waves
        return np.asarray(self._norms * np.cos(phase))

    def _slope(self, coordinates: Floats) -> Floats:
        phase = 0.5 * np.pi * (coordinates[:, None] + 1.0) * self._waves
        return np.asarray(-0.5 * np.pi * self._waves * self._norms * np.sin(phase))

    def _outer(self, x: Floats, y: Floats) -> Floats:
        return (x[:, :, None] * y[:, None, :]).reshape(len(x), -1)[:, 1:]
