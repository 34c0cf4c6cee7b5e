"""The curve of KL over time, on a logarithmic axis that grows as it must."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from bildsim.basics.arrays import Floats, Image
from bildsim.drawing.frame_state import LEAST_KL
from bildsim.drawing.palette import ACCENT, BACKGROUND, GRID_LINE, MUTED, PANEL, SECOND, Colour
from bildsim.drawing.text import draw_text

_TIME_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600)
_SHIFT = 4
_BELOW = 10.0


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels."""

    left: int
    top: int
    width: int
    height: int


class KlChart:
    """Up to two curves over the time of a run.

    One value is kept for each pixel column, so memory does not grow with the run.

    Args:
        box: the pixels inside the axes; labels stand to its left and below it.
        duration_s: length of the time axis in seconds.
        floor: a value to mark by a dashed line, or None.
        font: height of the labels in pixels.
    """

    def __init__(self, box: Box, duration_s: float, floor: float | None, font: int) -> None:
        self._box, self._duration_s, self._floor, self._font = box, duration_s, floor, font
        self._values = np.full((2, box.width), np.nan)
        self._decades = _rounded_range(floor or 0.01, 1.0)
        self.axes_changed = True

    def push(self, time_s: float, kl: float, estimate: float | None = None) -> None:
        """Add a point to the first curve, and one to the second where it is given."""
        share = min(max(time_s / self._duration_s, 0.0), 1.0)
        column = round(share * (self._box.width - 1))
        self._values[:, column] = kl, math.nan if estimate is None else estimate
        for value in self._values[:, column]:
            self._make_room(float(value))

    def snapshot(self) -> dict[str, Any]:
        """Return the curves so far; see `bildsim.basics.resumable`."""
        return {"values": self._values.copy(), "decades": self._decades}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken; the axes must be drawn again."""
        self._values, self._decades = state["values"].copy(), state["decades"]
        self.axes_changed = True

    @property
    def has_estimates(self) -> bool:
        """Whether the second curve has a point."""
        return bool(np.isfinite(self._values[1]).any())

    def draw_axes(self, frame: Image) -> None:
        """Draw ticks, grid and floor, in place; again only when `axes_changed` says so."""
        box, font = self._box, self._font
        margin = 4 * font
        frame[box.top - font : box.top + box.height + 2 * font, box.left - margin : box.left] = (
            BACKGROUND
        )
        cv2.rectangle(frame, (box.left, box.top, box.width, box.height), PANEL, cv2.FILLED)
        for value in _ticks(*self._decades):
            self._draw_level(frame, value)
        self._draw_times(frame)
        if self._floor is not None and self._floor >= LEAST_KL:
            self._draw_floor(frame, self._floor)
        self.axes_changed = False

    def draw_curves(self, frame: Image) -> None:
        """Draw the curves so far with their latest points, in place."""
        for values, colour in zip(self._values[::-1], (SECOND, ACCENT), strict=True):
            columns = np.flatnonzero(np.isfinite(values))
            if columns.size:
                points = np.stack([columns + self._box.left, self._rows(values[columns])], axis=-1)
                self._draw_curve(frame, points, colour)

    def _draw_curve(self, frame: Image, points: Floats, colour: Colour) -> None:
        """Draw a curve through points, (n, 2); what lies below the box is cut off."""
        box = self._box
        inside = frame[box.top : box.top + box.height, box.left : box.left + box.width]
        fixed = np.rint((points - [box.left, box.top]) * (1 << _SHIFT)).astype(np.int32)
        width = max(2, round(self._font / 8))
        cv2.polylines(inside, [fixed], False, colour, width, cv2.LINE_AA, _SHIFT)
        if points[-1, 1] < box.top + box.height:
            x, y = np.rint(points[-1] * (1 << _SHIFT)).astype(int).tolist()
            cv2.circle(frame, (x, y), 4 * self._font, colour, cv2.FILLED, cv2.LINE_AA, _SHIFT)

    def _rows(self, values: Floats) -> Floats:
        """Return the pixel rows of values of KL (...); below the box those that are too small."""
        low, high = self._decades
        # Far enough below the axis to leave the box steeply, near enough for whole numbers.
        share = (np.log10(np.maximum(values, LEAST_KL / _BELOW)) - low) / (high - low)
        return self._box.top + (self._box.height - 1) * (1.0 - np.minimum(share, 1.0))

    def _row(self, value: float) -> int:
        return round(float(self._rows(np.array(value))))

    def _make_room(self, value: float) -> None:
        """Widen the axis where a value does not fit."""
        if not math.isfinite(value):
            return
        low, high = self._decades
        decade = math.log10(max(value, LEAST_KL))
        if not low <= decade <= high:
            bottom, top = 10.0 ** min(low, decade), 10.0 ** max(high, decade)
            self._decades = _rounded_range(bottom, top)
            self.axes_changed = True

    def _draw_level(self, frame: Image, value: float) -> None:
        box, row = self._box, self._row(value)
        cv2.line(frame, (box.left, row), (box.left + box.width - 1, row), GRID_LINE)
        at = box.left - 0.6 * self._font, row + 0.36 * self._font
        draw_text(frame, f"{value:g}", at, self._font, MUTED, "right")

    def _draw_times(self, frame: Image) -> None:
        box, bottom = self._box, self._box.top + self._box.height
        for time_s in _time_ticks(self._duration_s):
            column = box.left + round(time_s / self._duration_s * (box.width - 1))
            cv2.line(frame, (column, box.top), (column, bottom - 1), GRID_LINE)
            at = column, bottom + 1.4 * self._font
            draw_text(frame, f"{time_s:g} s", at, self._font, MUTED, "centre")

    def _draw_floor(self, frame: Image, floor: float) -> None:
        row, dash = self._row(floor), self._font // 2
        for column in range(self._box.left, self._box.left + self._box.width, 2 * dash):
            end = min(column + dash, self._box.left + self._box.width - 1)
            cv2.line(frame, (column, row), (end, row), MUTED, max(1, self._font // 10))


def _rounded_range(low: float, high: float) -> tuple[float, float]:
    """Return log10 of the round numbers (1, 2, 5 times a power of ten) just outside a range."""
    steps = [math.log10(m) + e for e in range(-5, 5) for m in (1, 2, 5)]
    bottom = max((s for s in steps if s <= math.log10(max(low, LEAST_KL)) - 0.05), default=steps[0])
    top = min((s for s in steps if s >= math.log10(max(high, LEAST_KL)) + 0.02), default=steps[-1])
    return bottom, top


def _ticks(low: float, high: float) -> list[float]:
    """Return the round numbers inside a range of decades that get a label."""
    factors = (1, 2, 5) if high - low <= 2.4 else (1,)
    values = [m * 10.0**e for e in range(-5, 6) for m in factors]
    return [v for v in values if low - 1e-9 <= math.log10(v) <= high + 1e-9]


def _time_ticks(duration_s: float) -> list[float]:
    step = next((s for s in _TIME_STEPS_S if duration_s / s <= 8), duration_s / 6)
    return [k * step for k in range(int(duration_s / step * (1 + 1e-9)) + 1)]
