"""Plots as files, drawn by matplotlib without a display."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image

from bildsim.basics.errors import RunError, reason_of
from bildsim.programs.output.files import tame, whole
from bildsim.programs.plots.style import PRINT_DPI, STYLE

PNG, SVG, PDF = ENDINGS = (".png", ".svg", ".pdf")
"""Every plot is written as each of them."""
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("/\\:", "\0"))
# Without dates the same figure gives the same bytes.
_METADATA = {SVG: {"Date": None}, PDF: {"CreationDate": None}}
Drawing = tuple[str, str, str, Callable[[], Figure]]
"""Name of the file without its ending, title, caption, and what draws the figure."""


@dataclass(frozen=True)
class Plot:
    """A plot that was written.

    Attributes:
        path: the PNG file; the others lie beside it.
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
        # Ours have a PNG; what else lies there is somebody's.
        for old in directory.glob(f"*{PNG}"):
            for ending in ENDINGS:
                _beside(old, ending).unlink(missing_ok=True)
        with mpl.rc_context(STYLE):
            return [
                Plot(save_all(draw(), directory / file_name(name, PNG)), title, caption)
                for name, title, caption, draw in drawings
            ]
    except OSError as error:
        raise RunError(f"{directory} cannot be written: {reason_of(error)}") from error


def file_name(name: str, ending: str) -> str:
    """Return the name of a file for what has a name that may hold paths of targets and starts."""
    # What is no name of a file is no printable sign either: `tame` leaves it out, and tells apart.
    return tame(name.translate(_NOT_IN_NAMES), len(ending)) + ending


def save_all(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG and, beside it, as SVG and PDF; return the PNG's path."""
    save(figure, path)
    # Where everything stands is known by now, and takes longer to find than to draw.
    figure.set_layout_engine("none")
    for ending in (SVG, PDF):
        with whole(_beside(path, ending)) as part, _boxes_for_unknown_signs():
            figure.savefig(part, format=ending[1:], metadata=_METADATA[ending])
    return path


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG, whole as soon as it has its name."""
    drawn = io.BytesIO()
    with _boxes_for_unknown_signs():
        figure.savefig(drawn, dpi=PRINT_DPI, format="png")
    # A palette makes the file, and with it the report, a third of the size.
    picture = Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    with whole(path) as part:
        picture.save(part, format="png", optimize=True)
    return path


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name.removesuffix(PNG) + ending)


@contextmanager
def _boxes_for_unknown_signs() -> Iterator[None]:
    """Let names of users have signs that the font lacks, which are drawn as boxes."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        yield
