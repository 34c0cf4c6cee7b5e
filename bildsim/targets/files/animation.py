"""Animated pictures as films: GIF, WebP and PNG with their durations, TIFF page by page."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from bildsim.basics.arrays import Floats
from bildsim.targets.files.density_map import checked
from bildsim.targets.files.film import PIXELS, Footage, check_count, unless_even
from bildsim.targets.files.picture import nothing_dense, opened_image, pixels_seen, way_of
from bildsim.targets.files.pixels import reduced
from bildsim.targets.files.user_file import file_error, open_file

# Not all that Pillow counts frames of: a photograph (MPO) may carry a small copy of itself.
_ANIMATED = ("GIF", "WEBP", "PNG", "TIFF")
# Browsers show frames of no or hardly any duration so long.
_SHORTEST_S, _INSTEAD_S = 0.01, 0.1


def is_animated(path: Path) -> bool:
    """Return whether a picture has more than one frame.

    Raises:
        UsageError: it is missing, damaged or too large.
    """
    with open_file(path) as file:
        try:
            with opened_image(file, path) as image:
                return image.format in _ANIMATED and len(_places(image)) > 1
        except UnidentifiedImageError:  # reading it as a picture knows more kinds, or says so
            return False


def read_animation(path: Path, dark: bool = False) -> Footage:
    """Return an animated picture's frames as targets, each read as a picture is.

    They follow each other as the file says; pages of a TIFF do so in equal steps. Frames are
    reduced to 128 pixels a side, if they are larger.

    Args:
        path: the file.
        dark: whether dark is dense, or bright.

    Raises:
        UsageError: the file is missing, damaged or too large, or nothing is dense in a frame.
    """
    with open_file(path) as file, opened_image(file, path) as image:
        places = _places(image)
        check_count(len(places), path)
        read = list(_frames(image, places, path, dark))
        kind = f"animated {image.format}"
        paged = image.format == "TIFF"
    durations_s = [duration_s for _, duration_s in read]
    stamps_s = np.array([0.0, *itertools.accumulate(durations_s)])[:-1]
    frames = checked(np.stack([frame for frame, _ in read]), path, "a film", *nothing_dense(dark))
    length = "" if paged else f" of {stamps_s[-1]:.4g} s"
    return Footage(
        path,
        frames.astype(np.float32),
        soft=True,
        source=f"{path.name}: {kind}{length}, {way_of(dark)}",
        stamps_s=None if paged else unless_even(stamps_s, 0.0),
        otherwise="; {target_layout:picture} reads its first frame",
    )


def _places(image: Image.Image) -> range:
    """Return which of an image's frames are to be shown, one after the other."""
    # A PNG may have a picture for those who cannot show the others.
    first = 1 if image.info.get("default_image") else 0
    return range(first, getattr(image, "n_frames", 1))


def _frames(
    image: Image.Image, places: range, path: Path, dark: bool
) -> Iterator[tuple[NDArray[np.float32], float]]:
    """Yield each frame's density, its bottom row first, and how long it is shown (s)."""
    size = None
    for place in places:
        image.seek(place)
        image.load()
        size = size or image.size
        if image.size != size:
            raise file_error(
                path,
                "has pages of different sizes, which make no film",
                ": {target_layout:picture} reads the first",
            )
        duration_s = float(image.info.get("duration", 0.0)) / 1000.0
        frame: Floats = reduced(pixels_seen(image).density(dark), PIXELS)[::-1]
        yield frame.astype(np.float32), duration_s if duration_s > _SHORTEST_S else _INSTEAD_S
