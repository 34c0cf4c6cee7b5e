"""Reflected kernel densities of the swarm and of p*, with their gradients, at the robots."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.base import FINE_CELLS
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.target import Target

# A kernel ends at this many bandwidths, so that a robot need not see further.
REACH = 3.0


class Field(NamedTuple):
    """A density at some points.

    Attributes:
        value: (N,) per square metre.
        gradient: (N, 2) per cubic metre.
    """

    value: Floats
    gradient: Floats

    @property
    def log_gradient(self) -> Floats:
        """The gradient of the density's logarithm, (N, 2) per metre."""
        return self.gradient / self.value[:, None]


@dataclass(frozen=True, eq=False)
class KernelDensity:
    """Estimates by a Gaussian kernel, cut off at three bandwidths on each axis.

    Kernels are reflected at the walls, as in `bildsim.density.kde.reflected_kernel`; an image
    of a robot is never nearer than the robot, so the cut holds for what a robot must see.

    Attributes:
        bandwidth: h in metres.
        cells: p* as point masses.
    """

    bandwidth: float
    cells: PointMasses

    @classmethod
    def of(cls, target: Target, bandwidth: float) -> KernelDensity:
        """Estimate against ``target`` on 100 x 100 cells."""
        return cls(bandwidth, PointMasses.of(target, FINE_CELLS))

    def swarm(self, at: Floats, positions: Floats) -> Field:
        """Return the robots' density at points (M, 2), from robots at (N, 2)."""
        x, slope_x = self._kernel(at[:, 0], positions[:, 0])
        y, slope_y = self._kernel(at[:, 1], positions[:, 1])
        gradient = np.stack([(slope_x * y).mean(axis=1), (x * slope_y).mean(axis=1)], axis=1)
        return Field((x * y).mean(axis=1), gradient)

    def target(self, at: Floats) -> Field:
        """Return p* blurred by the same kernel, at points (M, 2)."""
        x, slope_x = self._kernel(at[:, 0], self.cells.centres)
        y, slope_y = self._kernel(at[:, 1], self.cells.centres)
        # The kernel is a product of two axes, so the sum over cells is two matrix products.
        across = x @ self.cells.masses.T
        along_x = np.sum(slope_x @ self.cells.masses.T * y, axis=1)
        along_y = np.sum(across * slope_y, axis=1)
        return Field(np.sum(across * y, axis=1), np.stack([along_x, along_y], axis=1))

    def _kernel(self, at: Floats, centres: Floats) -> tuple[Floats, Floats]:
        """Return the kernels on one axis and their derivatives in ``at``, both (M, N)."""
        return cut_kernel(at, centres, self.bandwidth)


def cut_kernel(
    at: Floats, centres: Floats, bandwidth: float, reach: float = REACH
) -> tuple[Floats, Floats]:
    """Return reflected Gaussian kernels on [-1, 1], cut at ``reach`` bandwidths, and their slopes.

    Args:
        at: where, (M,) in metres.
        centres: where the kernels stand, (N,) in metres.
        bandwidth: h in metres.
        reach: where kernels end, in bandwidths; their mass is restored to 1.

    Returns:
        Kernels per metre and derivatives in ``at`` per square metre, both (M, N).
    """
    mass = math.erf(reach / math.sqrt(2.0)) * math.sqrt(2.0 * math.pi) * bandwidth
    value = np.zeros((len(at), len(centres)))
    slope = np.zeros_like(value)
    # A kernel and its mirror images in the two walls keep the mass of 1 inside.
    for images in (centres, 2.0 - centres, -2.0 - centres):
        scaled = (at[:, None] - images) / bandwidth
        bell = np.where(np.abs(scaled) <= reach, np.exp(-0.5 * scaled**2), 0.0)
        value += bell
        slope -= scaled * bell
    return value / mass, slope / (bandwidth * mass)
