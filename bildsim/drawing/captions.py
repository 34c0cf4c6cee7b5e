"""The words and keys around the panels of a frame: titles, legends, colour bar, numbers."""

from collections.abc import Mapping

import cv2
import numpy as np

from bildsim.basics.arrays import Image
from bildsim.drawing.frame_state import ESTIMATES
from bildsim.drawing.page import Page
from bildsim.drawing.palette import ACCENT, GRID_LINE, MUTED, SECOND, TEXT, Colour, heat_colours
from bildsim.drawing.robot_marks import SHIFT, draw_disc

TITLE, LABEL, SMALL = 18.0, 15.0, 13.0
"""Heights of the three fonts on the page."""


def draw_legend(frame: Image, page: Page, right: float, y: float, counts: tuple[int, int]) -> None:
    """Write how many robots are in contact and at their wheels' limit, ending at `right`."""
    entries = ((counts[1], "at wheel limit", False, True), (counts[0], "in contact", True, False))
    for count, label, touches, limited in entries:
        # The width of three digits is kept free, so that the line stands still.
        page.write(frame, f"{count}", (right - page.width_of("000", LABEL), y), LABEL, TEXT)
        right -= page.width_of("000", LABEL) + 7
        page.write(frame, label, (right, y), LABEL, MUTED, "right")
        right -= page.width_of(label, LABEL) + 13
        column, row = page.at(right, y - 5)
        draw_disc(frame, (column << SHIFT, row << SHIFT), 7 * page.scale, touches, limited)
        right -= 28


def draw_colour_bar(frame: Image, page: Page, box: tuple[float, ...], peak: float) -> None:
    """Draw the scale of densities upright in (x, y, width, height), labelled from 0 to peak."""
    x, y, width, height = box
    (left, top), across, down = page.at(x, y), page.pixels(width), page.pixels(height)
    colours = heat_colours(down)[::-1, None]
    frame[top : top + down, left : left + across] = colours
    cv2.rectangle(frame, (left, top, across, down), GRID_LINE)
    for share in (0.0, 0.5, 1.0):
        at = x + width + 6, y + (1 - share) * (height - 10) + 10
        page.write(frame, f"{share * peak:.2g}" if share else "0", at, SMALL, MUTED)


def draw_chart_key(
    frame: Image, page: Page, at: tuple[float, float], floor: float | None, estimates: bool
) -> None:
    """Draw what the lines in the chart of KL mean, from left to right; only those it has."""
    x, y = at
    entries: list[tuple[str, Colour, float]] = [("swarm to target", ACCENT, 2.0)]
    if estimates:
        entries.append((ESTIMATES, SECOND, 2.0))
    if floor is not None:
        entries.append((f"least {floor:.2g}", MUTED, 1.0))
    for label, colour, width in entries:
        (left, row), end = page.at(x, y - 5), page.at(x + 18, y)[0]
        cv2.line(frame, (left, row), (end, row), colour, max(1, page.pixels(width)))
        page.write(frame, label, (x + 25, y), SMALL, MUTED)
        x += 25 + page.width_of(label, SMALL) + 20


def draw_clock(frame: Image, page: Page, x: float, y: float, time_s: float, rest: str) -> None:
    """Write the simulated time large, and the rest of that line small behind it."""
    page.write(frame, f"{time_s:.1f}", (x, y), 34, TEXT)
    page.write(frame, rest, (x + page.width_of(f"{time_s:.1f}", 34) + 8, y), LABEL, MUTED)


def draw_readings(
    frame: Image, page: Page, readings: Mapping[str, str], box: tuple[float, ...]
) -> None:
    """Write labels on the left and their values on the right of (x, y, width, height)."""
    x, y, width, height = box
    pitch = min(26.0, height / max(1, len(readings)))
    font = min(LABEL, 0.72 * pitch)
    for row, (label, value) in enumerate(readings.items()):
        baseline = y + pitch * (row + 0.72)
        of_value = min(page.width_of(value, font), 0.65 * width)
        page.write(frame, label, (x, baseline), font, MUTED, width=width - of_value - 10)
        page.write(frame, value, (x + width, baseline), font, TEXT, "right", width=of_value + 1)


def fitted_picture(picture: Image, side: int, ground: Colour) -> Image:
    """Return an RGB picture of any size as a square of `side` pixels, with bars where it is not."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    inner = max(1, round(width * scale)), max(1, round(height * scale))
    square = np.full((side, side, 3), ground, np.uint8)
    top, left = (side - inner[1]) // 2, (side - inner[0]) // 2
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    square[top : top + inner[1], left : left + inner[0]] = cv2.resize(
        picture, inner, interpolation=how
    )
    return square
