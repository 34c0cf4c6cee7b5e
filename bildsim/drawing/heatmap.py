"""Where the arena lies on a frame, and densities painted there as heat maps."""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from bildsim.basics.arrays import Floats, Image
from bildsim.drawing.palette import PANEL, WALL, floor_colours, heat_colours

Weights: TypeAlias = NDArray[np.float32]

_WIDEST = 32_000
WALL_SHARE = 0.014
"""Thickness of the drawn walls, as a share of half the arena."""


@dataclass(frozen=True)
class ArenaMap:
    """The view from above: y grows upwards, and all of the walled arena is inside.

    Attributes:
        left: first pixel column of the square panel.
        top: first pixel row.
        side: width and height of the panel in pixels.
        radius: radius of a robot in metres; the walls stand at ±(1 + radius).
    """

    left: int
    top: int
    side: int
    radius: float

    @property
    def square(self) -> int:
        """Width in pixels of C = [-1, 1]²."""
        whole = int(self.side / (1.0 + self.radius + WALL_SHARE))
        return whole - (whole - self.side) % 2

    @property
    def pixels_per_metre(self) -> float:
        """Scale of the picture."""
        return self.square / 2.0

    def to_pixels(self, points: Floats) -> Floats:
        """Return columns and rows (..., 2) of points in metres (..., 2); whole = pixel centres."""
        middle = np.array([self.left, self.top]) + (self.side - 1) / 2.0
        return middle + points * [self.pixels_per_metre, -self.pixels_per_metre]

    def draw_walls(self, frame: Image) -> None:
        """Draw the floor around C and the walls, in place."""
        cv2.rectangle(frame, (self.left, self.top, self.side, self.side), WALL, cv2.FILLED)
        inner = round(self.square * (1.0 + self.radius))
        inner -= (inner - self.side) % 2
        gap = (self.side - inner) // 2
        floor = (self.left + gap, self.top + gap, inner, inner)
        cv2.rectangle(frame, floor, PANEL, cv2.FILLED)


class HeatMap:
    """Paints densities over C with one colour scale.

    Args:
        arena: where C lies on the frame.
        nodes: number G of grid points on a side, the outermost on the border of C.
        peak: density that has the brightest colour, in 1/m²; more looks the same.
    """

    def __init__(self, arena: ArenaMap, nodes: int, peak: float) -> None:
        gap = (arena.side - arena.square) // 2
        self._rows = slice(arena.top + gap, arena.top + gap + arena.square)
        self._columns = slice(arena.left + gap, arena.left + gap + arena.square)
        weights = _smoothing(nodes, arena.square)
        self._across, self._down = weights.T.copy(), weights[::-1].copy()
        self._levels_per_density = np.float32(255.0 / peak)
        self._colours = heat_colours().reshape(256, 1, 3)

    def paint(self, frame: Image, density: Floats) -> None:
        """Paint a density (G, G), element [i, j] at (x_j, y_i), onto the frame, in place."""
        values = density.astype(np.float32) * self._levels_per_density
        fine = _product(_product(self._down, values), self._across)
        levels = cv2.convertScaleAbs(fine)
        frame[self._rows, self._columns] = cv2.applyColorMap(levels, self._colours)


class FloorPaint:
    """Paints a density on the floor of a picture that a camera took.

    Args:
        density: (G, G) on the grid of C, element [i, j] at (x_j, y_i) (1/m^2).
        peak: density that has the strongest colour (1/m^2).
    """

    def __init__(self, density: Floats, peak: float) -> None:
        self._levels = np.clip(density * (255.0 / peak), 0.0, 255.0).astype(np.float32)
        self._colours = floor_colours()

    def __call__(self, points: Floats) -> Image:
        """Return the colours, RGB (n, 3), of places (n, 2) in m; beside C those of its border."""
        nodes = len(self._levels)
        at = np.clip((points + 1.0) * ((nodes - 1) / 2.0), 0.0, nodes - 1.0).astype(np.float32)
        # OpenCV's pictures are at most 32767 pixels wide.
        rows = np.array_split(at, max(1, len(at) // _WIDEST + 1))
        levels = [
            cv2.remap(self._levels, part[None, :, 0], part[None, :, 1], cv2.INTER_CUBIC)[0]
            for part in rows
            if len(part)
        ]
        whole = np.concatenate(levels) if levels else np.zeros(0)
        return self._colours[np.clip(whole, 0.0, 255.0).astype(np.uint8)]


def _smoothing(nodes: int, pixels: int) -> Weights:
    """Return the matrix (pixels, nodes) from grid values to pixel centres.

    Quadratic B-splines with the values as coefficients: smooth, and free of the overshoot by
    which interpolation would draw halos around the edges of a letter. What lies beyond the border
    is as the border is.
    """
    # In steps of the grid; SciPy's splines take longer to load than all else that draws.
    centres = (np.arange(pixels) + 0.5) * ((nodes - 1) / pixels)
    apart = np.abs(centres[:, None] - np.arange(-1, nodes + 1))
    weights = np.where(apart < 0.5, 0.75 - apart**2, 0.5 * np.maximum(1.5 - apart, 0.0) ** 2)
    weights[:, 1] += weights[:, 0]
    weights[:, -2] += weights[:, -1]
    return np.ascontiguousarray(weights[:, 1:-1], dtype=np.float32)


def _product(left: Weights, right: Weights) -> Weights:
    """Multiply two matrices; a threaded BLAS, woken for so little, takes ten times as long."""
    return np.asarray(cv2.gemm(left, right, 1.0, np.empty(0, np.float32), 0.0), np.float32)
