"""A bias that depends on the place, as that of a camera's lens."""

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.resumable import KeptAttributes

_DEGREE = 3
_POWERS = np.array([(k, n - k) for n in range(1, _DEGREE + 1) for k in range(n + 1)])
_NORMS = np.sqrt(2.0 * np.arange(_DEGREE + 1) + 1.0)


class PlaceField(KeptAttributes):
    """A smooth field of displacements over the square, drawn once and the same for all robots.

    Each component is a polynomial of degree 3 without a constant, in Legendre's basis with random
    weights: tilt and scale, and the bending that a lens adds, which grows towards the edges.

    Args:
        size: root mean square over the square of each component (m).
        rng: draws it.
    """

    _kept = ("_weights",)

    def __init__(self, size: float, rng: np.random.Generator) -> None:
        drawn = rng.standard_normal((len(_POWERS), 2))
        # Orthonormal for the mean over the square: the weights' squares add up to the mean square.
        self._weights = size * drawn / np.linalg.norm(drawn, axis=0)

    def at(self, places: Floats) -> Floats:
        """Return the displacements, (N, 2), m, at places, (N, 2), m; outside as at the edge."""
        held = np.clip(places, -1.0, 1.0)
        rows = np.polynomial.legendre.legvander(held, _DEGREE) * _NORMS
        basis = rows[:, 0, _POWERS[:, 0]] * rows[:, 1, _POWERS[:, 1]]
        return np.asarray(basis @ self._weights)
