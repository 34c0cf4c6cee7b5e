"""The quadrature grid: equally spaced nodes over C = [-1, 1]^2 with trapezoid weights."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import not_allowed

SMALLEST_STEP = 0.01
LARGEST_STEP = 0.25


@dataclass(frozen=True)
class Grid:
    """Nodes and trapezoid weights over C; the paper's setting is a step of 0.05 m (41 x 41).

    Element [i, j] of an array on the grid belongs to the point (x_j, y_i): y grows with i. The
    arrays that the grid hands out are read-only, because they are shared.

    Attributes:
        step: distance between nodes in metres; it must divide 2 and lie in [0.01, 0.25].

    Raises:
        UsageError: the step is out of range or does not divide 2 (to within rounding).
    """

    step: float = 0.05

    def __post_init__(self) -> None:
        if not SMALLEST_STEP <= self.step <= LARGEST_STEP or not _divides_two(self.step):
            allowed = (
                f"a divisor of 2 m from {SMALLEST_STEP} to {LARGEST_STEP} m, such as 0.1, 0.05 or "
                "0.02"
            )
            raise not_allowed("grid_step", self.step, allowed)

    @property
    def size(self) -> int:
        """Nodes along one axis, G."""
        return round(2.0 / self.step) + 1

    @cached_property
    def nodes(self) -> Floats:
        """Coordinates along one axis in metres, (G,); exactly antisymmetric, ends exactly -1, 1."""
        # A ratio of whole numbers: adding up steps would leave the ends and the middle off by ulps.
        cells = self.size - 1
        return _read_only(np.arange(-cells, cells + 1, 2) / cells)

    @cached_property
    def weights(self) -> Floats:
        """Trapezoid weights along one axis in metres, (G,); they add up to 2."""
        cells = self.size - 1
        weights = np.full(self.size, 2.0 / cells)
        weights[[0, -1]] = 1.0 / cells
        return _read_only(weights)

    @cached_property
    def points(self) -> Floats:
        """The points (x_j, y_i) in metres, (G, G, 2)."""
        return _read_only(np.stack(np.meshgrid(self.nodes, self.nodes), axis=-1))

    @cached_property
    def area_weights(self) -> Floats:
        """Quadrature weight of each point in square metres, (G, G); they add up to 4."""
        return _read_only(np.outer(self.weights, self.weights))

    def integrate(self, values: Floats) -> Floats:
        """Integrate over C by the trapezoid rule.

        Args:
            values: the integrand on the grid, (..., G, G).

        Returns:
            The integrals, (...): a zero-dimensional array for one integrand.
        """
        return np.asarray(values @ self.weights @ self.weights)


def _divides_two(step: float) -> bool:
    return math.isclose(2.0 / step, round(2.0 / step), rel_tol=1e-9)


def _read_only(array: Floats) -> Floats:
    array.setflags(write=False)
    return array
