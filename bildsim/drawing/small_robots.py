"""Robots of a few pixels, each pixel by how much of it is covered; OpenCV's would be diamonds."""

import numpy as np

from bildsim.basics.arrays import Floats, Image, Ints
from bildsim.drawing.heatmap import ArenaMap
from bildsim.drawing.palette import ROBOT, ROBOT_RIM

SMALL = 5.0
"""Robots of a smaller radius, in pixels, are drawn here."""


def draw_small(
    frame: Image, centres: Floats, headings: Floats, radius: float, colours: Ints, rims: Ints
) -> None:
    """Draw discs with a rim and a line from the centre to the front, in place.

    Args:
        frame: RGB (H, W, 3).
        centres: (N, 2) columns and rows; whole = pixel centres.
        headings: (N,) rad.
        radius: in pixels.
        colours: (N, 3) of the discs.
        rims: (N, 3) of the rims.
    """
    pixels, offset, cover = _around(centres, radius)
    front = np.stack([np.cos(headings), -np.sin(headings)], axis=-1)[:, None]
    along = np.clip((offset * front).sum(axis=-1), 0.25 * radius, radius)
    nose = np.linalg.norm(offset - along[..., None] * front, axis=-1)
    distance = np.linalg.norm(offset, axis=-1)
    width = min(max(0.26 * radius, 0.6), 0.5 * radius)
    disc = _share(radius - width - distance)[..., None]
    line = _share(max(0.12 * radius, 0.25) - nose)[..., None] * disc
    shade = disc * colours[:, None] + (1.0 - disc) * rims[:, None]
    shade = line * np.array(ROBOT_RIM) + (1.0 - line) * shade
    _lay(frame, pixels, cover, shade)


def draw_dots(frame: Image, arena: ArenaMap, positions: Floats, radius: float) -> None:
    """Draw a small dot of `radius` pixels at each position (N, 2) in metres, in place."""
    pixels, _, cover = _around(arena.to_pixels(positions), radius)
    _lay(frame, pixels, cover, np.broadcast_to(np.array(ROBOT, dtype=float), (*cover.shape, 3)))


def _around(centres: Floats, radius: float) -> tuple[Ints, Floats, Floats]:
    """Return pixels around each centre (N, K, 2), how far from it, and their cover (N, K)."""
    reach = int(np.ceil(radius)) + 1
    square = np.mgrid[-reach : reach + 1, -reach : reach + 1].reshape(2, -1).T
    pixels = np.rint(centres).astype(np.intp)[:, None] + square
    offset = pixels - centres[:, None]
    return pixels, offset, _share(radius - np.linalg.norm(offset, axis=-1))


def _share(inside: Floats) -> Floats:
    """Return how much of a pixel is covered whose centre is so far inside an edge (pixels)."""
    return np.clip(inside + 0.5, 0.0, 1.0)


def _lay(frame: Image, pixels: Ints, cover: Floats, shade: Floats) -> None:
    """Lay shades (N, K, 3) over pixels; where two meet, the one that covers more is seen."""
    height, width = frame.shape[:2]
    columns, rows = pixels.reshape(-1, 2).T
    flat = cover.ravel()
    order = np.argsort(flat, kind="stable")
    seen = order[
        (flat[order] > 0.0)
        & (rows[order] >= 0)
        & (rows[order] < height)
        & (columns[order] >= 0)
        & (columns[order] < width)
    ]
    rows, columns, share = rows[seen], columns[seen], flat[seen, None]
    mixed = share * shade.reshape(-1, 3)[seen] + (1.0 - share) * frame[rows, columns]
    # Of a pixel that is named twice the last word stays.
    frame[rows, columns] = np.rint(mixed).astype(np.uint8)
