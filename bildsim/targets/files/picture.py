"""Targets from pictures: their pixels as Pillow reads them, upright, and the density they make."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from bildsim.basics.errors import UsageError
from bildsim.targets.files.density_map import (
    DensityMap,
    Still,
    blurred,
    check_density,
    checked,
)
from bildsim.targets.files.float_tiff import is_tiff, read_float_tiff
from bildsim.targets.files.pixels import Pixels, fixed_luma, reduced
from bildsim.targets.files.user_file import (
    MOST_BYTES,
    check_bytes,
    check_pixels,
    file_error,
    open_file,
    too_large,
)
from bildsim.targets.target import WHAT_A_DENSITY_IS


def read_picture(path: Path, dark: bool = False) -> Still:
    """Return a picture's density, the top row at y = +1, blurred by 0.03 m.

    Args:
        path: the file.
        dark: whether dark is dense, or bright.

    Raises:
        UsageError: the file is missing, no picture, too large, or nothing in it is dense.
    """
    with open_file(path) as file:
        try:
            with opened_image(file, path) as image:
                pixels = pixels_seen(image)
        except UnidentifiedImageError:
            if not is_tiff(file):
                raise file_error(
                    path, "is not a picture that can be read: it may be damaged"
                ) from None
            pixels = read_float_tiff(file, path)
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
    if (pixels.grey < 0.0).any():
        raise file_error(path, f"read as a picture holds negative values: {WHAT_A_DENSITY_IS}")
    raw = pixels.density(dark)
    nothing, other = nothing_dense(dark)
    if not pixels.density(not dark).any():
        other = ""  # transparent all over, it has nothing that is bright or dark
    check_density(raw, path, "a picture", nothing, other)
    density = blurred(checked(reduced(raw)[::-1], path, "a picture", nothing, other))
    rows, columns = raw.shape
    source = f"{path.name}: {kind}, {columns} x {rows} pixels, {way_of(dark)}"
    return Still(DensityMap(density), source)


def way_of(dark: bool) -> str:
    """Return which way up pixels are read, and what is dense in them, in words."""
    return f"top row at y = +1, {'dark' if dark else 'bright'} is dense"


def nothing_dense(dark: bool) -> tuple[str, str]:
    """Return what is said where nothing is dense, and how the file could be read instead."""
    if dark:
        return "has nothing dark in it", "; without {target_dark} bright is dense"
    return "is black (zero) all over", "; {target_dark} makes dark dense"


@contextmanager
def opened_image(file: BinaryIO, path: Path) -> Iterator[Image.Image]:
    """Open a picture with Pillow, and say in a sentence what goes wrong with it.

    Raises:
        UsageError: it is damaged or too large.
        UnidentifiedImageError: Pillow does not know what it is.
    """
    check_bytes(os.fstat(file.fileno()).st_size, MOST_BYTES, path)
    with warnings.catch_warnings():
        # Pillow warns of large pictures and of oddities in headers; the limit below is ours.
        warnings.simplefilter("ignore")
        try:
            with Image.open(file) as image:
                check_pixels(image.size, path)
                yield image
        except (UsageError, UnidentifiedImageError):
            raise
        except Image.DecompressionBombError:
            raise too_large(path) from None
        except Exception as error:  # decoders raise whatever a damaged file leads to
            raise file_error(path, f"cannot be read as a picture: {error}") from None


def pixels_seen(image: Image.Image) -> Pixels:
    """Return the pixels of a picture as it is to be seen, turned as its camera was held.

    Deep greyscale is not sent through 8 bits; everything else has 8 a channel.
    """
    image = ImageOps.exif_transpose(image)
    mode, clear = image.mode, image.info.get("transparency")
    if mode.startswith(("I", "F")):
        return _deep(np.asarray(image, dtype=np.float32), mode, clear)
    if mode not in ("LA", "La", "PA", "RGBA", "RGBa") and clear is None:
        return Pixels(np.asarray(image.convert("L"), dtype=np.float32), 255.0)
    colours = np.asarray(image.convert("RGBA"))
    opacity = colours[..., 3].astype(np.float32) / np.float32(255.0)
    return Pixels(fixed_luma(colours[..., :3]), 255.0, opacity)


def _deep(grey: NDArray[np.float32], mode: str, clear: object) -> Pixels:
    """Return the pixels of greyscale of more than 8 bits; ``clear`` is its transparent value."""
    whole = mode.startswith("I") and grey.max(initial=0.0) <= 65535.0
    white = 65535.0 if whole else max(1.0, float(grey.max(initial=1.0)))
    opacity = (grey != clear).astype(np.float32) if isinstance(clear, int) else None
    return Pixels(grey, white, opacity)
