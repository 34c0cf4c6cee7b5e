"""A target that goes through the frames of a film."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bildsim.basics.arrays import Floats
from bildsim.targets.files.density_map import DensityMap, blurred
from bildsim.targets.files.user_file import file_error
from bildsim.targets.moving_target import MovingTarget, require_time
from bildsim.targets.target import AREA, WHAT_A_DENSITY_IS, Target

MOST_FRAMES = 5_000
"""Longer films are refused."""


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


@dataclass(frozen=True, eq=False)
class Footage:
    """The frames that a file holds, to be shown in a time that is not the file's to say.

    Attributes:
        path: the file.
        frames: (T, rows, columns), as `Film` has them.
        soft: whether to blur each frame, as pictures are.
        source: what was read, and how, in words.
    """

    path: Path
    frames: NDArray[np.float64] | NDArray[np.uint8]
    soft: bool
    source: str

    def __post_init__(self) -> None:
        if len(self.frames) < 2:
            raise file_error(self.path, "has one frame: a target that moves needs two or more")
        if len(self.frames) > MOST_FRAMES:
            raise file_error(self.path, f"has too many frames: at most {MOST_FRAMES} are read")
        black = np.flatnonzero(~self.frames.any(axis=(1, 2)))
        if len(black):
            raise file_error(
                self.path, f"is black (zero) all over frame {black[0]}: {WHAT_A_DENSITY_IS}"
            )

    def shown_in(self, seconds: float) -> MovingTarget:
        """Return the target that takes ``seconds`` from the first frame to the last.

        Raises:
            UsageError: that time is not possible.
        """
        name = self.path.stem
        film = Film(name, self.frames, require_time(seconds), self.soft)
        source = f"{self.source}; {len(self.frames)} frames in {seconds:g} s"
        return MovingTarget(name, film, source)
