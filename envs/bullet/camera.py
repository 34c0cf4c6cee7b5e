"""PyBullet's own picture of a world, drawn on the processor (no display needed)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import atan, degrees
from types import ModuleType
from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats, Image, Ints

# Steep enough for the arena to fill a square picture nearly, oblique enough to show heights; all of
# it for robots of radius 0.05, and farther away for larger ones.
_EYE = (0.0, -0.87, 2.69)
_LOOK_AT = (0.0, -0.10, 0.0)
_USUAL_REACH = 1.05
# Half of what must be seen at distance 1: up and down, and to the sides.
_HALF_HEIGHT, _HALF_WIDTH = 0.38, 0.442
_WINDOW_LOOK_AT = (0.0, -0.06, 0.0)
_NOTHING = -1
_BACKGROUND = (16, 18, 24)

Paint = Callable[[Floats], Image]
"""Colours, RGB (n, 3), of places on the floor, (n, 2), m."""


def set_up_window(engine: ModuleType, client: int, length: float) -> None:
    """Point PyBullet's own window at the arena, in units of ``length`` m, and hide its panels."""
    for panel in (
        engine.COV_ENABLE_GUI,
        engine.COV_ENABLE_RGB_BUFFER_PREVIEW,
        engine.COV_ENABLE_DEPTH_BUFFER_PREVIEW,
        engine.COV_ENABLE_SEGMENTATION_MARK_PREVIEW,
    ):
        engine.configureDebugVisualizer(panel, 0, physicsClientId=client)
    engine.resetDebugVisualizerCamera(
        cameraDistance=1.7 / length,
        cameraYaw=0.0,
        cameraPitch=-55.0,
        cameraTargetPosition=_in_units(_WINDOW_LOOK_AT, length),
        physicsClientId=client,
    )


@contextmanager
def hidden_while_built(engine: ModuleType, client: int, *, gui: bool) -> Iterator[None]:
    """Let a window, if there is one, show a new world when it is whole: robot by robot is slow."""
    if not gui:
        yield
        return
    engine.configureDebugVisualizer(engine.COV_ENABLE_RENDERING, 0, physicsClientId=client)
    try:
        yield
    finally:
        engine.configureDebugVisualizer(engine.COV_ENABLE_RENDERING, 1, physicsClientId=client)


class View(NamedTuple):
    """What a picture is of, and how large it is.

    Attributes:
        width: pixels.
        height: pixels.
        length: the world's unit of length (m).
        reach: half of the arena between the walls (m).
    """

    width: int
    height: int
    length: float
    reach: float

    @property
    def eye(self) -> Floats:
        """Where the camera stands, (3,), m."""
        return np.array(_EYE) * (self.reach / _USUAL_REACH)

    @property
    def look_at(self) -> Floats:
        """What it looks at, (3,), m."""
        return np.array(_LOOK_AT) * (self.reach / _USUAL_REACH)

    @property
    def half_height(self) -> float:
        """Half of what is seen at distance 1, up and down."""
        # The opening is the vertical one: a narrow picture must open wider to hold the sides.
        return max(_HALF_HEIGHT, _HALF_WIDTH * self.height / self.width)

    def on_floor(self, rows: Ints, columns: Ints) -> Floats:
        """Return where the rays through pixels meet the floor, (n, 2), m."""
        ahead = _unit(self.look_at - self.eye)
        right = _unit(np.cross(ahead, (0.0, 0.0, 1.0)))
        up = np.cross(right, ahead)
        half = self.half_height
        high = half * (1.0 - (2.0 * rows + 1.0) / self.height)
        wide = half * self.width / self.height * ((2.0 * columns + 1.0) / self.width - 1.0)
        rays = ahead + wide[:, None] * right + high[:, None] * up
        return (self.eye - rays * (self.eye[2] / rays[:, 2:]))[:, :2]


def take_picture(
    engine: ModuleType, client: int, view: View, floor: int, paint: Paint | None
) -> Image:
    """Return an oblique view of the whole arena, (height, width, 3), RGB.

    Args:
        engine: the PyBullet module.
        client: the world.
        view: what it is of.
        floor: the floor's body.
        paint: how the floor is painted, in the picture alone; None leaves it plain.
    """
    width, height, length = view.width, view.height, view.length
    eye, look_at = (_in_units(tuple(place), length) for place in (view.eye, view.look_at))
    looking = engine.computeViewMatrix(eye, look_at, (0.0, 0.0, 1.0))
    opening = degrees(2.0 * atan(view.half_height))
    projection = engine.computeProjectionMatrixFOV(
        opening, width / height, 0.1 / length, 10.0 / length
    )
    _, _, pixels, _, parts = engine.getCameraImage(
        width,
        height,
        looking,
        projection,
        lightDirection=(1.0, -1.5, 3.0),
        shadow=0,
        renderer=engine.ER_TINY_RENDERER,
        physicsClientId=client,
    )
    # Builds without NumPy return flat tuples.
    picture = np.reshape(np.asarray(pixels, dtype=np.uint8), (height, width, 4))[:, :, :3].copy()
    seen = np.reshape(np.asarray(parts), (height, width))
    # Where no body is seen the background is ours.
    picture[seen == _NOTHING] = _BACKGROUND
    if paint is not None:
        rows, columns = np.nonzero(seen == floor)
        picture[rows, columns] = paint(view.on_floor(rows, columns))
    return picture


def _unit(vector: Floats) -> Floats:
    return vector / np.linalg.norm(vector)


def _in_units(point: tuple[float, ...], length: float) -> list[float]:
    return [value / length for value in point]
