"""Obstacles on a frame: what stands in the arena, in the walls' colour with a rim."""

from collections.abc import Sequence

import cv2
import numpy as np

from bildsim.basics.arrays import Floats, Image
from bildsim.drawing.heatmap import ArenaMap
from bildsim.drawing.palette import MUTED, WALL

_SHIFT = 4


def draw_obstacles(frame: Image, arena: ArenaMap, outlines: Sequence[Floats]) -> None:
    """Draw polygons over the arena, in place; what lies beyond its walls is left out.

    Args:
        frame: RGB (H, W, 3).
        arena: where the arena lies on it.
        outlines: a polygon each, (P, 2), m.
    """
    panel = frame[arena.top : arena.top + arena.side, arena.left : arena.left + arena.side]
    for outline in outlines:
        pixels = arena.to_pixels(outline) - [arena.left, arena.top]
        fixed = [np.rint(pixels * (1 << _SHIFT)).astype(np.int32)]
        cv2.fillPoly(panel, fixed, WALL, cv2.LINE_AA, _SHIFT)
        cv2.polylines(panel, fixed, True, MUTED, max(1, arena.side // 400), cv2.LINE_AA, _SHIFT)
