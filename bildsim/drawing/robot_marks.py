"""Robots on a frame: discs to scale, headings, states and fading trails."""

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bildsim.basics.arrays import Bools, Floats, Image
from bildsim.drawing.heatmap import ArenaMap
from bildsim.drawing.palette import (
    ROBOT,
    ROBOT_CONTACT,
    ROBOT_OUTSIDE,
    ROBOT_RIM,
    ROBOT_SATURATED,
    Colour,
)
from bildsim.drawing.small_robots import SMALL, draw_small

SHIFT = 4
"""Fractional bits of the pixel coordinates that OpenCV draws with."""

TRAIL_S = 5.0
TRAIL_BRIGHTNESS = 130
UNCROWDED = 200
"""Number of robots above which trails and rings are drawn fainter, lest they hide the density."""

LEAST_TICK_RADIUS = 3.0
"""Crosses of robots drawn smaller than this, in pixels, would fill them."""


def draw_robots(
    frame: Image,
    arena: ArenaMap,
    poses: Floats,
    contact: Bools,
    saturated: Bools,
    outside: Bools,
) -> None:
    """Draw every robot to scale, in place.

    Args:
        frame: RGB (H, W, 3).
        arena: where the arena lies on it.
        poses: (N, 3) x, y in metres and heading in radians.
        contact: (N,) robots that touch something, drawn with a red rim.
        saturated: (N,) robots with a wheel at its limit, drawn in amber.
        outside: (N,) robots that are not in the swarm, drawn as grey rings with a cross.
    """
    centres = arena.to_pixels(poses[:, :2])
    radius = arena.radius * arena.pixels_per_metre
    _draw_outside(frame, centres[outside], radius)
    inside = ~outside
    rim = ring_colour(len(poses))
    if radius < SMALL:
        colours = np.where(saturated[inside, None], ROBOT_SATURATED, ROBOT)
        rims = np.where(contact[inside, None], rim, ROBOT_RIM)
        draw_small(frame, centres[inside], poses[inside, 2], radius, colours, rims)
        return
    states = zip(_fixed(centres[inside]).tolist(), contact[inside], saturated[inside], strict=True)
    for centre, touches, limited in states:
        draw_disc(frame, tuple(centre), radius, touches, limited, rim)
    _draw_headings(frame, centres[inside], poses[inside, 2], radius)


def ring_colour(robots: int) -> Colour:
    """Return the colour of rims of robots in contact: of many, it fades into that of the others.

    In a crowd nearly all touch somebody, and red would be all that is seen.
    """
    share = min(1.0, UNCROWDED / max(robots, 1))
    red, green, blue = (
        round(share * one + (1.0 - share) * other)
        for one, other in zip(ROBOT_CONTACT, ROBOT_RIM, strict=True)
    )
    return red, green, blue


def _draw_outside(frame: Image, centres: Floats, radius: float) -> None:
    """Draw a dark disc with a grey rim at each centre (N, 2), in pixels, crossed out."""
    rim = max(0.12 * radius, 1.0)
    for centre in _fixed(centres).tolist():
        _dot(frame, tuple(centre), radius, ROBOT_OUTSIDE)
        _dot(frame, tuple(centre), radius - rim, ROBOT_RIM)
    if radius >= LEAST_TICK_RADIUS:
        for arm in 0.5 * radius * np.array([[1.0, 1.0], [1.0, -1.0]]):
            _lines(frame, centres - arm, centres + arm, ROBOT_OUTSIDE, max(1, round(0.1 * radius)))


def draw_disc(
    frame: Image,
    centre: tuple[int, int],
    radius: float,
    touches: bool,
    limited: bool,
    ring: Colour = ROBOT_CONTACT,
) -> None:
    """Draw one robot; the centre is in 1/16 pixels, the radius in pixels."""
    rim = min(max(0.26 * radius, 1.0), 0.5 * radius)
    _dot(frame, centre, radius, ring if touches else ROBOT_RIM)
    _dot(frame, centre, radius - rim, ROBOT_SATURATED if limited else ROBOT)


class Trails:
    """Where the robots have been in the last seconds, as light that fades.

    One image holds all of it, so the cost of a frame depends on neither the length of the
    trails nor that of the run.

    Args:
        arena: where the arena lies on the frame.
    """

    def __init__(self, arena: ArenaMap) -> None:
        self._arena = arena
        self._light = np.zeros((arena.side, arena.side), np.uint8)
        self._offset = np.array([arena.left, arena.top])
        self._width = max(1, round(arena.side / 640))
        self._last: Floats | None = None
        self._last_s = 0.0

    def snapshot(self) -> dict[str, Any]:
        """Return the light so far and where the robots were last."""
        return {"light": self._light.copy(), "last": self._last, "last_s": self._last_s}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken."""
        self._light = state["light"].copy()
        self._last, self._last_s = state["last"], state["last_s"]

    def extend(self, time_s: float, positions: Floats) -> None:
        """Fade what is there and draw each robot's way to its new position (N, 2)."""
        pixels = self._arena.to_pixels(positions) - self._offset
        if self._last is not None:
            self._fade(time_s)
            light = round(TRAIL_BRIGHTNESS * min(1.0, (UNCROWDED / len(pixels)) ** 0.5))
            _lines(self._light, self._last, pixels, (light,), self._width)
        self._last, self._last_s = pixels, time_s

    def draw(self, frame: Image) -> None:
        """Add the light of the trails to a frame, in place."""
        side = self._arena.side
        top, left = self._arena.top, self._arena.left
        region = frame[top : top + side, left : left + side]
        cv2.add(region, cv2.merge([self._light] * 3), dst=region)

    def _fade(self, time_s: float) -> None:
        # Whole steps counted from time zero, so that rounding does not add up over frames.
        rate = TRAIL_BRIGHTNESS / TRAIL_S
        steps = np.uint8(np.clip(int(time_s * rate) - int(self._last_s * rate), 0, 255))
        np.maximum(self._light, steps, out=self._light)
        np.subtract(self._light, steps, out=self._light)


def _draw_headings(frame: Image, centres: Floats, headings: Floats, radius: float) -> None:
    """Draw a tick from each centre towards the front."""
    front = np.stack([np.cos(headings), -np.sin(headings)], axis=-1)
    width = max(1, round(0.2 * radius))
    _lines(frame, centres, centres + 0.8 * radius * front, ROBOT_RIM, width)


def _lines(image: Image, starts: Floats, ends: Floats, colour: tuple[int, ...], width: int) -> None:
    """Draw a straight line from each start (N, 2) to its end (N, 2), in pixels."""
    segments = _fixed(np.stack([starts, ends], axis=1))
    cv2.polylines(image, list(segments), False, colour, width, cv2.LINE_AA, SHIFT)


def _dot(frame: Image, centre: tuple[int, int], radius: float, colour: Colour) -> None:
    fixed = max(1, round(radius * (1 << SHIFT)))
    cv2.circle(frame, centre, fixed, colour, cv2.FILLED, cv2.LINE_AA, SHIFT)


def _fixed(pixels: Floats) -> NDArray[np.int32]:
    """Return pixel coordinates as the fixed-point numbers that OpenCV takes."""
    return np.rint(pixels * (1 << SHIFT)).astype(np.int32)
