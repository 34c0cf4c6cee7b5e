"""Plots as files, drawn by matplotlib without a display."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image

from bildsim.basics.errors import RunError, reason_of
from bildsim.programs.output.files import tame, whole
from bildsim.programs.plots.style import DPI, STYLE

_ENDING = ".png"
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("/\\:", "\0"))
Drawing = tuple[str, str, str, Callable[[], Figure]]
"""Name of the file without its ending, title, caption, and what draws the figure."""


@dataclass(frozen=True)
class Plot:
    """A plot that was written.

    Attributes:
        path: the PNG file.
        title: its heading.
        caption: what it shows.
    """

    path: Path
    title: str
    caption: str


def draw_all(drawings: Iterable[Drawing], directory: Path) -> list[Plot]:
    """Draw all plots; those that an earlier sweep left in the directory are removed.

    Args:
        drawings: what to draw.
        directory: made where it is missing.

    Raises:
        RunError: a file cannot be written.
    """
    try:
        directory.mkdir(exist_ok=True)
        for old in directory.glob("*.png"):
            old.unlink()
        with mpl.rc_context(STYLE):
            return [
                Plot(save(draw(), directory / _file_name(name)), title, caption)
                for name, title, caption, draw in drawings
            ]
    except OSError as error:
        raise RunError(f"{directory} cannot be written: {reason_of(error)}") from error


def _file_name(name: str) -> str:
    """Return the name of a file for a drawing, whose own may hold paths of targets and starts."""
    # What is no name of a file is no printable sign either: `tame` leaves it out, and tells apart.
    return tame(name.translate(_NOT_IN_NAMES), len(_ENDING)) + _ENDING


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG, whole as soon as it has its name."""
    drawn = io.BytesIO()
    with warnings.catch_warnings():
        # Names of users may have signs that the font lacks, which are drawn as boxes.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure.savefig(drawn, dpi=DPI, format="png")
    # A palette makes the file, and with it the report, a third of the size.
    picture = Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    with whole(path) as part:
        picture.save(part, format="png", optimize=True)
    return path
