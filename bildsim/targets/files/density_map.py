"""A density given by its values in equal cells, as pictures and arrays give it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bildsim.basics.arrays import Floats
from bildsim.targets.files.user_file import file_error
from bildsim.targets.target import WHAT_A_DENSITY_IS

BLUR = 0.03
"""Standard deviation of the Gaussian that pictures are blurred by (m)."""


@dataclass(frozen=True, eq=False)
class DensityMap:
    """A density given by its values at the centres of equal cells that tile C.

    Attributes:
        values: (rows, columns); element [i, j] belongs to the centre of cell (x_j, y_i), and y
            grows with i.
    """

    values: Floats

    def __call__(self, points: Floats) -> Floats:
        """Return the density (...) at ``points`` (..., 2) in metres.

        Bilinear between the centres of the cells, constant beyond the outermost ones. The
        integral of this function over C is exactly the mean of ``values`` times the area of C.
        """
        rows, columns = self.values.shape
        row = 0.5 * (points[..., 1] + 1.0) * rows - 0.5
        column = 0.5 * (points[..., 0] + 1.0) * columns - 0.5
        places = np.reshape([row, column], (2, -1))
        sampled = ndimage.map_coordinates(self.values, places, order=1, mode="nearest")
        return np.asarray(sampled.reshape(row.shape), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Still:
    """A density at rest that a file holds.

    Attributes:
        density: the density, not normalised.
        source: what was read, and how, in words.
    """

    density: DensityMap
    source: str


def check_density(
    values: NDArray[np.floating],
    path: Path,
    kind: str,
    nothing: str = "is zero all over",
    otherwise: str = "",
) -> None:
    """Refuse values that are no density.

    Args:
        values: of any shape.
        path: the file that they come from.
        kind: what it was taken for, in words.
        nothing: what is said where all are zero.
        otherwise: how the file could be read instead, where they are all zero; settings in it stand
            in braces.

    Raises:
        UsageError: they are none; says what is wrong.
    """
    problem = None
    if values.size == 0:
        problem = "is empty"
    elif not np.isfinite(values).all():
        problem = "holds NaN or infinite values"
    elif (values < 0.0).any():
        problem = "holds negative values"
    elif not values.any():
        problem = nothing
    if problem:
        said = f"read as {kind} {problem}: {WHAT_A_DENSITY_IS}"
        raise file_error(path, said, otherwise if problem == nothing else "")


def checked(
    values: NDArray[np.floating],
    path: Path,
    kind: str,
    nothing: str = "is zero all over",
    otherwise: str = "",
) -> Floats:
    """Return the values scaled to a maximum of 1; arguments and errors as `check_density` has them.

    Raises:
        UsageError: they are no density.
    """
    check_density(values, path, kind, nothing, otherwise)
    # Scaled, because the sum of numbers near the largest float would overflow.
    return np.asarray(values / float(values.max()), dtype=np.float64)


def blurred(values: Floats) -> Floats:
    """Blur by ``BLUR`` metres; reflection at the walls keeps all of the mass inside."""
    pixels = [BLUR * count / 2.0 for count in values.shape]
    return np.asarray(ndimage.gaussian_filter(values, pixels, mode="reflect"))
