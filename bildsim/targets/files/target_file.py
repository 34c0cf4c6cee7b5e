"""A user's file as a target density, taken for what it is."""

from pathlib import Path

from bildsim.basics.errors import UsageError
from bildsim.targets.files.animation import is_animated, read_animation
from bildsim.targets.files.array_file import read_array_file
from bildsim.targets.files.density_map import Still
from bildsim.targets.files.film import Footage
from bildsim.targets.files.picture import read_picture
from bildsim.targets.files.reading import AS_IT_IS, Layout, Reading
from bildsim.targets.files.suffixes import (
    ARRAY_SUFFIXES,
    PICTURE_SUFFIXES,
    SUFFIXES,
    VIDEO_SUFFIXES,
)
from bildsim.targets.files.user_file import file_error, open_file
from bildsim.targets.files.video_file import read_video
from bildsim.targets.moving_target import MovingTarget, require_time
from bildsim.targets.target import AREA, Target


def read_target_file(path: str | Path, reading: Reading = AS_IT_IS) -> Target | Footage:
    """Read a file as a target at rest, or as the frames of one that moves.

    A picture is stretched over C with its top row at y = +1. Its brightness is the density:
    colours are reduced to greyscale, transparent parts count as black. It is reduced to 512
    pixels a side by averaging areas, if it is larger, and blurred by a Gaussian of 0.03 m.

    In an array (.npy, .npz with one array, .csv) element [i, j] is the density at the centre of
    cell (x_j, y_i), y growing with i: the first row lies at the bottom of C. It is taken as it is,
    without a blur. An array of three dimensions has frames of that kind first.

    Of a video and of an animated picture (GIF, WebP, PNG, or a TIFF of several pages) each frame is
    reduced to at most 128 x 128 pixels, and is a picture otherwise; they are shown when the file
    says, stretched over the time that is asked for.

    Args:
        path: the file.
        reading: what to take it for where it is not this, and whether dark is dense.

    Raises:
        UsageError: the file is missing, cannot be read, or is not a density.
    """
    path = Path(path)
    open_file(path).close()
    content = _read(path, reading)
    return content if isinstance(content, Footage) else target_of(content, path.stem)


def target_of(still: Still, name: str) -> Target:
    """Return a density that was read as a target of that name."""
    return Target(name, still.density, AREA * float(still.density.values.mean()), still.source)


def target_from_file(
    path: str | Path, *, target_layout: Layout | None = None, target_dark: bool = False
) -> Target:
    """Read a target at rest from a file; see `read_target_file`.

    Raises:
        UsageError: the file is missing, cannot be read, is not a density, or is one that moves.
    """
    content = read_target_file(path, Reading(target_layout, target_dark))
    if isinstance(content, Footage):
        raise file_error(
            content.path, f"holds {len(content.frames)} frames: it is a target that moves"
        )
    return content


def film_from_file(
    path: str | Path,
    seconds: float,
    *,
    target_layout: Layout | None = None,
    target_dark: bool = False,
) -> MovingTarget:
    """Read a moving target from a file; see `read_target_file`.

    Args:
        path: the file.
        seconds: time from the first frame to the last (s).
        target_layout: see `bildsim.targets.files.reading.Reading`.
        target_dark: the same.

    Raises:
        UsageError: the file is missing, cannot be read, is too large or has fewer than two frames,
            or a frame is not a density; or ``seconds`` is not possible.
    """
    seconds = require_time(seconds)
    content = read_target_file(path, Reading(target_layout, target_dark))
    if isinstance(content, Target):
        raise file_error(Path(path), "is a target at rest: one that moves needs frames")
    return content.shown_in(seconds)


def _read(path: Path, reading: Reading) -> Still | Footage:
    suffix, layout = path.suffix.lower(), reading.target_layout
    if suffix in ARRAY_SUFFIXES:
        return read_array_file(path, reading)
    if suffix in VIDEO_SUFFIXES:
        if layout in ("picture", "density"):
            raise _not_that(path, "a video", layout)
        return read_video(path, reading.target_dark)
    if suffix in PICTURE_SUFFIXES:
        if layout == "density":
            raise _not_that(path, "a picture", layout)
        if layout != "picture" and is_animated(path):
            return read_animation(path, reading.target_dark)
        if layout == "film":
            raise _not_that(path, "a picture of one frame", layout)
        return read_picture(path, reading.target_dark)
    raise file_error(path, f"has an unknown extension: use one of {', '.join(SUFFIXES)}")


def _not_that(path: Path, kind: str, layout: Layout) -> UsageError:
    return UsageError(
        "{target_file} is {0} and cannot be read with {target_layout}",
        kind,
        target_file=str(path),
        target_layout=layout,
    )
