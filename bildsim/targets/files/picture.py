"""Targets from pictures."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import imageio.v3 as iio
import numpy as np
from imageio.core.request import InitializationError
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError
from bildsim.targets.files.density_map import DensityMap, blurred, checked
from bildsim.targets.files.user_file import file_error, open_file

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm")
LARGEST_SIDE = 512
LARGEST_IMAGE = 64_000_000


def read_picture(path: Path) -> DensityMap:
    """Return a picture's density: its brightness, the top row at y = +1, blurred by 0.03 m.

    Raises:
        UsageError: the file is missing, no picture, too large, or black all over.
    """
    with open_file(path) as file:
        return DensityMap(blurred(checked(_read_picture(file, path), path)))


def _read_picture(file: BinaryIO, path: Path) -> Floats:
    """Return the brightness of a picture, (rows, columns), its bottom row first."""
    with warnings.catch_warnings():
        # Pillow warns of large pictures and of oddities in headers; the limit below is ours.
        warnings.simplefilter("ignore")
        try:
            with iio.imopen(file, "r", plugin="pillow") as picture:
                _check_size(picture.properties(index=0).shape, path)
                brightness = _upright(_brightness(picture), picture)
        except UsageError:
            raise
        except Exception as error:  # decoders raise whatever a damaged file leads to
            if isinstance(error.__cause__, Image.DecompressionBombError):
                raise _too_large(path) from None
            raise file_error(path, _what_is_wrong(error)) from None
    return _reduced(brightness)[::-1]


def _check_size(shape: tuple[int, ...], path: Path) -> None:
    if shape[0] * shape[1] > LARGEST_IMAGE:
        raise _too_large(path)


def _what_is_wrong(error: Exception) -> str:
    # The plugin says so of all that Pillow does not know.
    if isinstance(error, InitializationError | UnidentifiedImageError):
        return "is not a picture that can be read: it may be damaged"
    return f"cannot be read as a picture: {error}"


def _too_large(path: Path) -> UsageError:
    return file_error(
        path, f"is too large: at most {LARGEST_IMAGE // 10**6} million pixels are read"
    )


def _brightness(picture: Any) -> NDArray[np.float32]:
    """Return the brightness of a picture that imageio has opened, (rows, columns), top row first.

    Deep greyscale is not sent through 8 bits; everything else has 8 a channel. Where a picture is
    transparent its brightness is 0.
    """
    about = picture.metadata(index=0, exclude_applied=False)
    if about["mode"].startswith(("I", "F")):
        return np.asarray(picture.read(index=0), dtype=np.float32)
    if about["mode"] not in ("LA", "La", "PA", "RGBA", "RGBa") and "transparency" not in about:
        return np.asarray(picture.read(index=0, mode="L"), dtype=np.float32)
    colours = picture.read(index=0, mode="RGBA").astype(np.int64)
    red, green, blue, opacity = np.moveaxis(colours, -1, 0)
    # ITU-R 601-2 luma in 16 fixed bits, as Pillow reduces colours that are opaque.
    grey = (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16
    shown = opacity.astype(np.float32) / np.float32(255.0)
    return np.asarray(shown * grey.astype(np.float32))


def _upright(brightness: NDArray[np.float32], picture: Any) -> NDArray[np.float32]:
    """Return a picture as its EXIF orientation says that it is to be seen.

    Not by imageio's ``rotate``, which turns greyscale about the wrong axes.
    """
    turns: dict[int, Callable[[NDArray[np.float32]], NDArray[np.float32]]] = {
        2: np.fliplr,
        3: lambda image: np.rot90(image, 2),
        4: np.flipud,
        5: np.transpose,
        6: lambda image: np.rot90(image, -1),
        7: lambda image: np.rot90(image, 2).T,
        8: np.rot90,
    }
    turn = turns.get(picture.metadata(index=0, exclude_applied=False).get("Orientation", 1))
    return brightness if turn is None else np.ascontiguousarray(turn(brightness))


def _reduced(brightness: NDArray[np.float32]) -> Floats:
    """Return a picture of at most 512 pixels a side, by averages over areas."""
    rows, columns = brightness.shape
    size = (min(columns, LARGEST_SIDE), min(rows, LARGEST_SIDE))
    picture = Image.fromarray(brightness).resize(size, Image.Resampling.BOX)
    return np.asarray(picture, dtype=np.float64)
