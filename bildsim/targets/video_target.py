"""Moving targets from files: a video, or a NumPy array whose first axis is time.

Videos are decoded by imageio's ffmpeg, called without imageio's reader: that one hands over frames
of the film's own size or warns of another, leaves ffmpeg's pipes to the garbage collector where a
file is damaged, and keeps what ffmpeg says of it in a page of text. Here ffmpeg reduces every frame
to 128 x 128 grey pixels, so memory is that of the target, whatever the film.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from bildsim.basics.arrays import Floats
from bildsim.targets.image_target import (
    VIDEO_SUFFIXES,
    DensityMap,
    blurred,
    checked,
    file_error,
    open_file,
    read_array,
)
from bildsim.targets.moving_target import MovingTarget, require_time
from bildsim.targets.target import AREA, WHAT_A_DENSITY_IS, Target

PIXELS = 128
"""Every frame of a video is stretched to a square of so many pixels a side."""
MOST_FRAMES = 5_000
MOST_VALUES = 32_000_000


@dataclass(frozen=True, eq=False)
class Film:
    """A target that goes through frames in equal steps, and rests in the last one.

    Between two frames it is their linear blend, each at a mass of one: mass fades out here and in
    there, as in a film, and does not travel.

    Attributes:
        name: what the target is called.
        frames: (T, rows, columns) non-negative; element [k, i, j] is frame k at the centre of cell
            (x_j, y_i), y growing with i.
        seconds: time from the first frame to the last (s).
        soft: whether to blur each frame, as pictures are.
    """

    name: str
    frames: NDArray[np.float64] | NDArray[np.uint8]
    seconds: float
    soft: bool

    def __call__(self, time_s: float) -> Target:
        """Return the target at a time (s)."""
        last = len(self.frames) - 1
        place = min(time_s / self.seconds, 1.0) * last
        before = min(int(place), last - 1)
        share = place - before
        values = (1.0 - share) * self._frame(before) + share * self._frame(before + 1)
        density = blurred(values) if self.soft else values
        return Target(self.name, DensityMap(density), AREA * float(density.mean()))

    def _frame(self, number: int) -> Floats:
        frame: Floats = self.frames[number].astype(np.float64)
        return frame / float(frame.mean())


def is_film(path: Path) -> bool:
    """Return whether a file is a target that moves: a video, or an array of three dimensions."""
    if path.suffix.lower() in VIDEO_SUFFIXES:
        return True
    if path.suffix.lower() != ".npy":
        return False
    try:
        return bool(np.lib.format.open_memmap(path, mode="r").ndim == 3)
    except Exception:  # missing, damaged or empty: reading it as a target at rest says so
        return False


def film_from_file(path: str | Path, seconds: float) -> MovingTarget:
    """Read a moving target from a video or a ``.npy`` file.

    A video is stretched over C with its top row at y = +1 and reduced to greyscale and to 128 x 128
    pixels; its brightness is the density, blurred by a Gaussian of 0.03 m. In a ``.npy`` file
    element [k, i, j] is frame k at the centre of cell (x_j, y_i), y growing with i, taken as it is.

    Args:
        path: the file.
        seconds: time from the first frame to the last (s).

    Raises:
        UsageError: the file is missing, cannot be read, is too large or has fewer than two frames,
            or a frame is not a density; or ``seconds`` is not possible.
    """
    path, seconds = Path(path), require_time(seconds)
    video = path.suffix.lower() in VIDEO_SUFFIXES
    frames = _decoded(path) if video else _stored(path)
    _check_frames(frames, path)
    return MovingTarget(path.stem, Film(path.stem, frames, seconds, soft=video))


def _stored(path: Path) -> Floats:
    with open_file(path) as file:
        values = read_array(file, path)
    if values.size > MOST_VALUES:
        raise file_error(path, f"is too large: at most {MOST_VALUES // 10**6} million values")
    return checked(values, path)


def _decoded(path: Path) -> NDArray[np.uint8]:
    """Return the brightness of a video's frames, the bottom row of each first."""
    open_file(path).close()
    # One frame more than is allowed shows that there are too many.
    reading = ("-v", "error", "-nostdin", "-i", f"file:{path}", "-frames:v", str(MOST_FRAMES + 1))
    form = ("-vf", f"scale={PIXELS}:{PIXELS}:flags=area", "-pix_fmt", "gray", "-f", "rawvideo")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), *reading, "-an", *form, "-"]
    ended = subprocess.run(command, capture_output=True, check=False)
    whole = len(ended.stdout) - len(ended.stdout) % PIXELS**2
    if ended.returncode or not whole:
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        raise file_error(path, f"cannot be read as a video: {said[-1] if said else 'no frames'}")
    pixels = np.frombuffer(ended.stdout[:whole], dtype=np.uint8)
    return pixels.reshape(-1, PIXELS, PIXELS)[:, ::-1]


def _check_frames(frames: NDArray[np.float64] | NDArray[np.uint8], path: Path) -> None:
    if len(frames) < 2:
        raise file_error(path, "has one frame: a target that moves needs two or more")
    if len(frames) > MOST_FRAMES:
        raise file_error(path, f"has too many frames: at most {MOST_FRAMES} are read")
    black = np.flatnonzero(~frames.any(axis=(1, 2)))
    if len(black):
        raise file_error(path, f"is black (zero) all over frame {black[0]}: {WHAT_A_DENSITY_IS}")
