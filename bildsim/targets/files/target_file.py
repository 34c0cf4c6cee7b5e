"""A user's file as a target density: it is taken for what its extension says."""

from pathlib import Path

from bildsim.targets.files.array_file import ARRAY_SUFFIXES, read_array_file
from bildsim.targets.files.density_map import DensityMap
from bildsim.targets.files.film import Footage
from bildsim.targets.files.picture import PICTURE_SUFFIXES, read_picture
from bildsim.targets.files.user_file import file_error, open_file
from bildsim.targets.files.video_file import VIDEO_SUFFIXES, read_video
from bildsim.targets.moving_target import MovingTarget, require_time
from bildsim.targets.target import AREA, Target


def read_target_file(path: str | Path) -> Target | Footage:
    """Read a file as a target at rest, or as the frames of one that moves.

    A picture is stretched over C with its top row at y = +1. Its brightness is the density:
    colours are reduced to greyscale, transparent parts count as black. It is reduced to 512
    pixels a side by averaging areas, if it is larger, and blurred by a Gaussian of 0.03 m.

    In an array element [i, j] is the density at the centre of cell (x_j, y_i), y growing with i:
    the first row lies at the bottom of C. It is taken as it is, without a blur. An array of three
    dimensions has frames of that kind first.

    Of a video each frame is reduced to 128 x 128 pixels, and is a picture otherwise.

    Raises:
        UsageError: the file is missing, cannot be read, or is not a density.
    """
    path = Path(path)
    open_file(path).close()
    content = _read(path)
    if isinstance(content, Footage):
        return content
    return Target(path.stem, content, AREA * float(content.values.mean()))


def _read(path: Path) -> DensityMap | Footage:
    suffix = path.suffix.lower()
    if suffix in ARRAY_SUFFIXES:
        return read_array_file(path)
    if suffix in VIDEO_SUFFIXES:
        return read_video(path)
    if suffix in PICTURE_SUFFIXES:
        return read_picture(path)
    known = ", ".join((*ARRAY_SUFFIXES, *PICTURE_SUFFIXES, *VIDEO_SUFFIXES))
    raise file_error(path, f"has an unknown extension: use one of {known}")


def target_from_file(path: str | Path) -> Target:
    """Read a target at rest from a file; see `read_target_file`.

    Raises:
        UsageError: the file is missing, cannot be read, is not a density, or is one that moves.
    """
    content = read_target_file(path)
    if isinstance(content, Footage):
        raise file_error(
            content.path, f"holds {len(content.frames)} frames: it is a target that moves"
        )
    return content


def film_from_file(path: str | Path, seconds: float) -> MovingTarget:
    """Read a moving target from a file; see `read_target_file`.

    Args:
        path: the file.
        seconds: time from the first frame to the last (s).

    Raises:
        UsageError: the file is missing, cannot be read, is too large or has fewer than two frames,
            or a frame is not a density; or ``seconds`` is not possible.
    """
    seconds = require_time(seconds)
    content = read_target_file(path)
    if isinstance(content, Target):
        raise file_error(Path(path), "is a target at rest: one that moves needs frames")
    return content.shown_in(seconds)
