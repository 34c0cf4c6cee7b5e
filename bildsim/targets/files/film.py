"""A target that goes through the frames of a film."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bildsim.basics.arrays import Floats
from bildsim.targets.files.density_map import DensityMap, blurred
from bildsim.targets.files.user_file import file_error
from bildsim.targets.moving_target import MovingTarget, require_time
from bildsim.targets.target import AREA, WHAT_A_DENSITY_IS, Target

MOST_FRAMES = 5_000
"""Longer films are refused."""
PIXELS = 128
"""Frames of videos and of animated pictures have at most so many pixels a side."""
Frames: TypeAlias = NDArray[np.floating[Any]] | NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Film:
    """A target that goes through frames, and rests in the last one.

    Between two frames it is their linear blend, each at a mass of one: mass fades out here and in
    there, as in a film, and does not travel.

    Attributes:
        name: what the target is called.
        frames: (T, rows, columns) non-negative; element [k, i, j] is frame k at the centre of cell
            (x_j, y_i), y growing with i.
        seconds: time from the first frame to the last (s).
        soft: whether to blur each frame, as pictures are.
        times_s: (T,) when each frame is reached (s), increasing from 0 to ``seconds``; None where
            they follow in equal steps.
    """

    name: str
    frames: Frames
    seconds: float
    soft: bool
    times_s: Floats | None = None

    def __call__(self, time_s: float) -> Target:
        """Return the target at a time (s)."""
        before, share = self._place(time_s)
        values = (1.0 - share) * self._frame(before) + share * self._frame(before + 1)
        density = blurred(values) if self.soft else values
        return Target(self.name, DensityMap(density), AREA * float(density.mean()))

    def _place(self, time_s: float) -> tuple[int, float]:
        """Return the frame before a moment, and how far the next one has come, from 0 to 1."""
        last = len(self.frames) - 1
        if self.times_s is None:
            place = min(time_s / self.seconds, 1.0) * last
            before = min(int(place), last - 1)
            return before, place - before
        times_s, now_s = self.times_s, min(time_s, float(self.times_s[-1]))
        before = min(int(np.searchsorted(times_s, now_s, side="right")) - 1, last - 1)
        step_s = times_s[before + 1] - times_s[before]
        return before, float((now_s - times_s[before]) / step_s)

    def _frame(self, number: int) -> Floats:
        frame: Floats = self.frames[number].astype(np.float64)
        return frame / float(frame.mean())


@dataclass(frozen=True, eq=False)
class Footage:
    """The frames that a file holds, to be shown in a time that is not the file's to say.

    Attributes:
        path: the file.
        frames: (T, rows, columns), as `Film` has them.
        soft: whether to blur each frame, as pictures are.
        source: what was read, and how, in words.
        stamps_s: (T,) when each frame is shown, increasing (s); None for equal steps.
        otherwise: how the file could be read instead; settings in it stand in braces.
    """

    path: Path
    frames: Frames
    soft: bool
    source: str
    stamps_s: Floats | None = None
    otherwise: str = ""

    def __post_init__(self) -> None:
        check_count(len(self.frames), self.path)
        empty = np.flatnonzero(~self.frames.any(axis=(1, 2)))
        if len(empty):
            raise file_error(
                self.path,
                f"read as a film has nothing dense in frame {empty[0]}: {WHAT_A_DENSITY_IS}",
                self.otherwise,
            )

    def shown_in(self, seconds: float) -> MovingTarget:
        """Return the target that takes ``seconds`` from the first frame to the last.

        Raises:
            UsageError: that time is not possible.
        """
        name, seconds = self.path.stem, require_time(seconds)
        times_s = None
        if self.stamps_s is not None:
            begun_s = self.stamps_s - self.stamps_s[0]
            times_s = begun_s * (seconds / begun_s[-1])
        film = Film(name, self.frames, seconds, self.soft, times_s)
        source = f"{self.source}; {len(self.frames)} frames in {seconds:g} s"
        return MovingTarget(name, film, source)


def check_count(frames: int, path: Path) -> None:
    """Refuse films of too few or too many frames.

    Raises:
        UsageError: so many cannot be shown.
    """
    if frames < 2:
        raise file_error(path, "has one frame: a target that moves needs two or more")
    if frames > MOST_FRAMES:
        raise file_error(path, f"has too many frames: at most {MOST_FRAMES} are read")


def unless_even(stamps_s: Floats, resolution_s: float) -> Floats | None:
    """Return the moments of frames (T,), or None where they follow in equal steps.

    Args:
        stamps_s: the moments, increasing (s).
        resolution_s: the smallest difference that a file can tell (s); a clock of milliseconds
            shows equal steps of 1/24 s as unequal ones.
    """
    even = np.linspace(stamps_s[0], stamps_s[-1], len(stamps_s))
    return None if np.abs(stamps_s - even).max() <= resolution_s + 1e-9 else stamps_s
