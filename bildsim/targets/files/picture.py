"""Targets from pictures: their pixels as Pillow reads them, upright, and the density they make."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import imageio.v3 as iio
import numpy as np
from imageio.core.request import InitializationError
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from bildsim.basics.errors import UsageError
from bildsim.targets.files.density_map import DensityMap, Still, blurred, checked
from bildsim.targets.files.float_tiff import is_tiff, read_float_tiff
from bildsim.targets.files.pixels import Pixels, fixed_luma, reduced
from bildsim.targets.files.user_file import check_pixels, file_error, open_file, too_large

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm")
_Turn = Callable[[NDArray[np.float32]], NDArray[np.float32]]
_TURNS: dict[int, _Turn] = {
    2: np.fliplr,
    3: lambda image: np.rot90(image, 2),
    4: np.flipud,
    5: np.transpose,
    6: lambda image: np.rot90(image, -1),
    7: lambda image: np.rot90(image, 2).T,
    8: np.rot90,
}
"""What EXIF's orientations ask for; imageio's ``rotate`` turns greyscale about the wrong axes."""


def read_picture(path: Path, dark: bool = False) -> Still:
    """Return a picture's density, the top row at y = +1, blurred by 0.03 m.

    Args:
        path: the file.
        dark: whether dark is dense, or bright.

    Raises:
        UsageError: the file is missing, no picture, too large, or nothing in it is dense.
    """
    with open_file(path) as file:
        pixels = _opened(file, path)
    return still_picture(pixels, path, dark, "picture")


def still_picture(pixels: Pixels, path: Path, dark: bool, kind: str) -> Still:
    """Return the density that pixels make: reduced to 512 a side, and blurred by 0.03 m.

    Args:
        pixels: the picture.
        path: the file that they come from.
        dark: whether dark is dense, or bright.
        kind: what the file is, in words.

    Raises:
        UsageError: a pixel is not finite or negative, or nothing is dense.
    """
    raw = pixels.density(dark)
    way = "dark is dense" if dark else "bright is dense"
    nothing = "has nothing dark in it" if dark else "is black (zero) all over"
    other = (
        "; without {target_dark} bright is dense" if dark else "; {target_dark} makes dark dense"
    )
    checked(raw, path, "a picture", nothing, other)
    density = blurred(checked(reduced(raw)[::-1], path, "a picture", nothing, other))
    rows, columns = raw.shape
    source = f"{path.name}: {kind}, {columns} x {rows} pixels, top row at y = +1, {way}"
    return Still(DensityMap(density), source)


def pixels_seen(picture: Any, index: int = 0) -> Pixels:
    """Return the pixels of a picture that imageio has opened with Pillow, as it is to be seen.

    Deep greyscale is not sent through 8 bits; everything else has 8 a channel.

    Args:
        picture: what ``imageio.v3.imopen`` gave.
        index: which of its frames.
    """
    about = picture.metadata(index=index, exclude_applied=False)
    pixels = _stored(picture, index, about)
    turn = _TURNS.get(about.get("Orientation", 1))
    if turn is None:
        return pixels
    opacity = None if pixels.opacity is None else np.ascontiguousarray(turn(pixels.opacity))
    return Pixels(np.ascontiguousarray(turn(pixels.grey)), pixels.white, opacity)


def _opened(file: BinaryIO, path: Path) -> Pixels:
    with warnings.catch_warnings():
        # Pillow warns of large pictures and of oddities in headers; the limit below is ours.
        warnings.simplefilter("ignore")
        try:
            with iio.imopen(file, "r", plugin="pillow") as picture:
                check_pixels(picture.properties(index=0).shape, path)
                return pixels_seen(picture)
        except UsageError:
            raise
        except Exception as error:  # decoders raise whatever a damaged file leads to
            if isinstance(error.__cause__, Image.DecompressionBombError):
                raise too_large(path) from None
            # So imageio says of what Pillow does not know.
            unknown = (InitializationError, UnidentifiedImageError)
            if not isinstance(error, unknown) and not isinstance(error.__cause__, unknown):
                raise file_error(path, f"cannot be read as a picture: {error}") from None
        if is_tiff(file):
            return read_float_tiff(file, path)
    raise file_error(path, "is not a picture that can be read: it may be damaged")


def _stored(picture: Any, index: int, about: dict[str, Any]) -> Pixels:
    mode, clear = about["mode"], about.get("transparency")
    if mode.startswith(("I", "F")):
        return _deep(np.asarray(picture.read(index=index), dtype=np.float32), mode, clear)
    if mode not in ("LA", "La", "PA", "RGBA", "RGBa") and clear is None:
        return Pixels(np.asarray(picture.read(index=index, mode="L"), dtype=np.float32), 255.0)
    colours = picture.read(index=index, mode="RGBA")
    opacity = colours[..., 3].astype(np.float32) / np.float32(255.0)
    return Pixels(fixed_luma(colours[..., :3]), 255.0, opacity)


def _deep(grey: NDArray[np.float32], mode: str, clear: object) -> Pixels:
    """Return the pixels of greyscale of more than 8 bits; ``clear`` is its transparent value."""
    whole = mode.startswith("I") and grey.max(initial=0.0) <= 65535.0
    white = 65535.0 if whole else max(1.0, float(grey.max(initial=1.0)))
    opacity = (grey != clear).astype(np.float32) if isinstance(clear, int) else None
    return Pixels(grey, white, opacity)
