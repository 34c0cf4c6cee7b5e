"""Array types named once, so that signatures stay readable, and checks of what goes together."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Image: TypeAlias = NDArray[np.uint8]


def require_rows(rows: int, *arrays: NDArray[Any]) -> None:
    """Make sure that arrays have so many rows each.

    Raises:
        ValueError: one has not.
    """
    for array in arrays:
        if array.ndim == 0 or len(array) != rows:
            raise ValueError(f"an array of shape {array.shape} must have {rows} rows")


def require_keys(keys: Ints, robots: int) -> None:
    """Make sure that keys of directed edges, head times N plus tail, are of so many robots.

    Raises:
        ValueError: they are not.
    """
    if not ((keys >= 0) & (keys < robots**2)).all():
        raise ValueError(f"edges are known by other numbers than those of {robots} robots")
