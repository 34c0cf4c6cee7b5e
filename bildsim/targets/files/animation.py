"""Animated pictures as films: GIF, WebP and PNG with their durations, TIFF page by page."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from bildsim.basics.arrays import Floats
from bildsim.targets.files.density_map import checked
from bildsim.targets.files.film import MOST_FRAMES, PIXELS, Footage, check_count, unless_even
from bildsim.targets.files.picture import nothing_dense, opened_image, pixels_seen, way_of
from bildsim.targets.files.pixels import reduced
from bildsim.targets.files.user_file import check_bytes, file_error, open_file

MOST_ANIMATION_BYTES = 100_000_000
"""Longer files of frames are refused: their frames are counted one by one, and may be tiny."""
MOST_PIXELS = 10_000_000_000
"""So many pixels all frames may have together, as decoding takes its time for each: 5,000 frames of
1,920 x 1,040."""
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
                # Counting a file's frames may take long; that there are two is soon known.
                several = image.format in _ANIMATED and getattr(image, "is_animated", False)
                return several and (image.format != "PNG" or len(_places(image)) > 1)
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
        check_bytes(os.fstat(file.fileno()).st_size, MOST_ANIMATION_BYTES, path)
        places = _counted(image, path)
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


def _counted(image: Image.Image, path: Path) -> range:
    """Return which frames are to be shown.

    Raises:
        UsageError: they are too few or too many, or have too many pixels in all.
    """
    # Pillow looks up every page of a TIFF among all those before.
    if image.format == "TIFF" and _has_more(image, MOST_FRAMES):
        check_count(MOST_FRAMES + 1, path)
    places = _places(image)
    check_count(len(places), path)
    if len(places) * image.width * image.height > MOST_PIXELS:
        allowed = f"at most {MOST_PIXELS // 10**9} billion are read"
        raise file_error(path, f"has too many pixels in all its frames: {allowed}")
    return places


def _has_more(image: Image.Image, frames: int) -> bool:
    """Return whether an image has more frames than that, looking no further."""
    try:
        # One by one: Pillow takes the frame that it misses for the last.
        for place in range(1, frames + 1):
            image.seek(place)
    except EOFError:
        return False
    finally:
        image.seek(0)
    return True


def _frames(
    image: Image.Image, places: range, path: Path, dark: bool
) -> Iterator[tuple[NDArray[np.float32], float]]:
    """Yield each frame's density, its bottom row first, and how long it is shown (s)."""
    size = None
    for place in places:
        image.seek(place)
        size = size or image.size
        if image.size != size:
            raise file_error(
                path,
                "has pages of different sizes, which make no film",
                ": {target_layout:picture} reads the first",
            )
        image.load()
        duration_s = float(image.info.get("duration", 0.0)) / 1000.0
        frame: Floats = reduced(pixels_seen(image).density(dark), PIXELS)[::-1]
        yield frame.astype(np.float32), duration_s if duration_s > _SHORTEST_S else _INSTEAD_S
