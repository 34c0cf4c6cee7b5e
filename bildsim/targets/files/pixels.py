"""What pixels say of a density: how bright they are, how much there is of them, what white is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bildsim.basics.arrays import Floats

LARGEST_SIDE = 512
"""Larger pictures are reduced to so many pixels a side."""
_ROWS = 64
_COLOURS = (1, 2, 3, 4)
_WHITES = (1.0, 255.0, 65535.0)
# ITU-R 601-2 luma, and the same in 16 fixed bits, as Pillow reduces colours.
_LUMA = np.array([0.299, 0.587, 0.114])
_FIXED_LUMA = (19595, 38470, 7471)


@dataclass(frozen=True, eq=False)
class Pixels:
    """A picture as it is seen, its top row first.

    Attributes:
        grey: (rows, columns) brightness, 0 for black.
        white: the brightness of white.
        opacity: (rows, columns) from 0, where it is transparent, to 1; None where it is nowhere.
    """

    grey: NDArray[np.float32]
    white: float
    opacity: NDArray[np.float32] | None = None

    def density(self, dark: bool) -> NDArray[np.float32]:
        """Return the density, (rows, columns), top row first, not normalised.

        Args:
            dark: whether dark is dense, or bright; where it is transparent, nothing is.
        """
        values = np.float32(self.white) - self.grey if dark else self.grey
        return values if self.opacity is None else self.opacity * values


def pixels_of(values: NDArray[Any]) -> Pixels:
    """Return the pixels of an array of a picture's numbers, of any real type.

    Args:
        values: (rows, columns) or (rows, columns, colours) with grey, grey and opacity, red, green
            and blue, or these and opacity; white is 255 in 8 bits and 65535 in 16 without a sign,
            in other types the first of 1, 255 and 65535 that no value exceeds, else the largest.
    """
    # What is not finite is refused later, in a sentence.
    with np.errstate(over="ignore", invalid="ignore"):
        white = _white(values)
        # Floats are scaled, because single precision ends long before double.
        scale = white if values.dtype.kind == "f" else None
        colours = values if values.ndim == 3 else values[..., None]
        shown = 1.0 if scale else white
        if colours.shape[-1] in (1, 3):
            return Pixels(_by_rows(lambda rows: _grey(_scaled(rows, scale)), colours), shown)
        grey = _by_rows(lambda rows: _grey(_scaled(rows[..., :-1], scale)), colours)
        opacity = _by_rows(lambda rows: _scaled(rows[..., -1], scale), colours)
        opacity /= np.float32(shown)
        return Pixels(grey, shown, opacity)


def is_coloured(shape: tuple[int, ...]) -> bool:
    """Return whether an array of that shape can be a picture with its colours last."""
    return len(shape) == 3 and shape[-1] in _COLOURS


def fixed_luma(colours: NDArray[Any]) -> NDArray[np.float32]:
    """Return the brightness (...), whole numbers, of 8-bit red, green and blue (..., 3)."""
    return _by_rows(_luma_of_bytes, colours)


def _luma_of_bytes(colours: NDArray[Any]) -> NDArray[Any]:
    red, green, blue = np.moveaxis(colours.astype(np.uint32), -1, 0)
    weights = _FIXED_LUMA
    summed = weights[0] * red + weights[1] * green + weights[2] * blue + 0x8000
    return np.asarray(summed >> 16)


def reduced(density: NDArray[np.float32], largest: int = LARGEST_SIDE) -> Floats:
    """Return a density of at most so many pixels a side, by averages over areas."""
    rows, columns = density.shape
    size = (min(columns, largest), min(rows, largest))
    picture = Image.fromarray(density).resize(size, Image.Resampling.BOX)
    return np.asarray(picture, dtype=np.float64)


def _by_rows(
    function: Callable[[NDArray[Any]], NDArray[Any]], values: NDArray[Any]
) -> NDArray[np.float32]:
    """Return a function of pixels, (rows, ...), taken of a few rows at a time.

    What it needs on its way, perhaps eight bytes a colour, is then no matter of a picture's size.
    """
    found = np.empty(values.shape[:-1], dtype=np.float32)
    for start in range(0, len(values), _ROWS):
        rows = slice(start, start + _ROWS)
        found[rows] = function(values[rows])
    return found


def _scaled(values: NDArray[Any], scale: float | None) -> NDArray[Any]:
    return values if scale is None else np.asarray(values / scale)


def _grey(colours: NDArray[Any]) -> NDArray[Any]:
    if colours.shape[-1] == 1:
        return colours[..., 0]
    if colours.dtype == np.uint8:
        return _luma_of_bytes(colours)
    return np.asarray(colours.astype(np.float64) @ _LUMA)


def _white(values: NDArray[Any]) -> float:
    if values.dtype.kind == "u" and values.dtype.itemsize <= 2:
        return float(np.iinfo(values.dtype).max)
    largest = float(np.max(values, initial=0.0))
    return next((white for white in _WHITES if largest <= white), largest)
