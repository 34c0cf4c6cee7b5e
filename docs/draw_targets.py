"""Draw what target files look like, and the density that is read of each.

    python docs/draw_targets.py                 # docs/targets.png
    python docs/draw_targets.py elsewhere.png   # or wherever

Makes a photograph, a logo, an array and a film, reads them as a run does, and draws each above its
density. Needs matplotlib.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from bildsim.density.grid import Grid
from bildsim.targets.files.target_file import film_from_file, target_from_file
from bildsim.targets.target import Target

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 60.0
DESCRIPTION = "Description"
ARRAY = np.array([[9, 7, 4, 2, 1], [7, 5, 3, 1, 0], [4, 3, 1, 0, 0], [2, 1, 0, 0, 6]])
_GRID = Grid(0.02)
_PAPER, _INK, _FAINT = "#fbfbf9", "#222222", "#8a8a8a"


class Panel(NamedTuple):
    """One file and what was read of it.

    Attributes:
        file: its name.
        words: what is said of it: options that it was read with, or which part it is.
        shown: what a viewer of pictures shows of it, or the numbers of an array.
        target: what was read.
    """

    file: str
    words: str
    shown: NDArray[np.generic]
    target: Target


def panels(folder: Path) -> Iterator[Panel]:
    """Write the files into a folder, and yield each with the target that is read of it."""
    photo, logo, dots = _photo(), _logo(), [_dot(-0.6), _dot(0.6)]
    Image.fromarray(photo).save(folder / "photo.png")
    yield Panel("photo.png", "", photo, target_from_file(folder / "photo.png"))
    Image.fromarray(logo).save(folder / "logo.png")
    target = target_from_file(folder / "logo.png", target_dark=True)
    yield Panel("logo.png", "--target-dark", logo, target)
    np.save(folder / "own.npy", ARRAY)
    yield Panel("own.npy", "row [0] at y = -1", ARRAY, target_from_file(folder / "own.npy"))
    frames = [Image.fromarray(_dot(x)) for x in np.linspace(-0.6, 0.6, 13)]
    frames[0].save(folder / "film.gif", save_all=True, append_images=frames[1:], duration=100)
    film = film_from_file(folder / "film.gif", SECONDS)
    for dot, time_s, words in zip(dots, (0.0, SECONDS), ("at 0 s", "at the end"), strict=True):
        yield Panel("film.gif", words, dot, film.at(time_s))


def draw(file: Path) -> None:
    """Write the picture as PNG, with its description in it."""
    from matplotlib.figure import Figure

    with tempfile.TemporaryDirectory() as folder:
        found = list(panels(Path(folder)))
    figure = Figure(figsize=(10.4, 4.9), facecolor=_PAPER)
    axes = figure.subplots(2, len(found))
    for (above, below), panel in zip(axes.T, found, strict=True):
        _draw_file(above, panel)
        density = below.imshow(
            panel.target.on_grid(_GRID), origin="lower", extent=(-1, 1, -1, 1), cmap="viridis"
        )
        below.set_xticks([-1, 0, 1])
        below.set_yticks([-1, 0, 1])
        below.tick_params(labelsize=8, colors=_INK)
        below.set_xlabel("x (m)", size=8, color=_INK)
        density.set_rasterized(True)
    axes[1, 0].set_ylabel("y (m)", size=8, color=_INK)
    figure.text(0.012, 0.68, "the file", rotation=90, va="center", size=9, color=_FAINT)
    figure.text(0.012, 0.3, "the density read", rotation=90, va="center", size=9, color=_FAINT)
    figure.subplots_adjust(left=0.075, right=0.985, top=0.86, bottom=0.1, wspace=0.28, hspace=0.16)
    for above, panel in zip(axes[0], found, strict=True):
        place = above.get_position(original=True)
        middle = 0.5 * (place.x0 + place.x1)
        figure.text(middle, 0.935, panel.file, ha="center", size=10, weight="bold", color=_INK)
        figure.text(middle, 0.89, panel.words, ha="center", size=9, color=_FAINT)
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=100)
    text = PngImagePlugin.PngInfo()
    text.add_text(DESCRIPTION, description(found))
    # A palette makes the file half as large.
    picture = Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    picture.save(file, format="png", optimize=True, pnginfo=text)


def description(found: list[Panel]) -> str:
    """Return where the mean of each density lies, in words that a picture can carry."""
    return "; ".join(
        f"{panel.file} {panel.words}: mean ({x:+.3f}, {y:+.3f}) m"
        for panel in found
        for x, y in [mean(panel.target)]
    )


def mean(target: Target) -> NDArray[np.float64]:
    """Return the mean (x, y) of a density (m)."""
    weights = target.on_grid(_GRID) * _GRID.area_weights
    return np.asarray(np.tensordot(weights, _GRID.points, axes=2))


def _draw_file(axes: Axes, panel: Panel) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    if panel.shown is not ARRAY:
        axes.imshow(panel.shown, cmap="gray", vmin=0, vmax=255)
        return
    rows, columns = ARRAY.shape
    axes.set_xlim(-1.6, columns)
    axes.set_ylim(rows, -1)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for row in range(rows):
        axes.text(-1.0, row, f"[{row}]", ha="center", va="center", size=8, color=_FAINT)
        for column in range(columns):
            number = str(ARRAY[row, column])
            axes.text(column, row, number, ha="center", va="center", size=10, color=_INK)


def _photo() -> NDArray[np.uint8]:
    """Return a picture with the shades of a photograph: a lit lamp before a wall at night."""
    y, x = np.mgrid[0:180, 0:240]
    wall = 26.0 + 10.0 * np.sin(x / 23.0) * np.cos(y / 31.0)
    distance = np.hypot(x - 165.0, 1.2 * (y - 58.0))
    light = 245.0 * np.exp(-0.5 * (distance / 26.0) ** 2) + 70.0 * np.exp(-distance / 60.0)
    table = np.where(y > 140, 45.0 * np.exp(-0.5 * ((x - 150.0) / 70.0) ** 2), 0.0)
    grain = np.random.default_rng(0).normal(0.0, 6.0, x.shape)
    grey = np.clip(wall + light + table + grain, 0.0, 255.0)
    tint = np.array([1.0, 0.93, 0.74])
    return np.asarray(grey[..., None] * tint, dtype=np.uint8)


def _logo() -> NDArray[np.uint8]:
    """Return black ink on a transparent ground: a ring and an arrow that points up and right."""
    opacity = np.zeros((400, 400), dtype=np.uint8)
    cv2.circle(opacity, (200, 200), 140, 255, 26, cv2.LINE_AA)
    cv2.arrowedLine(opacity, (130, 270), (262, 138), 255, 26, cv2.LINE_AA, tipLength=0.35)
    pixels = np.zeros((400, 400, 4), dtype=np.uint8)
    pixels[..., 3] = opacity
    return pixels


def _dot(x: float) -> NDArray[np.uint8]:
    """Return a frame with a bright dot, ``x`` m from the middle and above it."""
    frame = np.zeros((128, 128), dtype=np.uint8)
    return cv2.circle(frame, (round(64 * (1 + x)), 40), 16, 255, -1, cv2.LINE_AA)  # type: ignore[return-value]


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "targets.png")
