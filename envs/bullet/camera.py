"""PyBullet's own picture of a world, drawn on the processor (no display needed)."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import atan, degrees
from types import ModuleType

import numpy as np

from bildsim.basics.arrays import Image

_EYE = (0.0, -1.5, 2.75)
_LOOK_AT = (0.0, -0.06, 0.0)
# Half of what must be seen at distance 1: up and down, and to the sides.
_HALF_HEIGHT, _HALF_WIDTH = 0.345, 0.41
_NOTHING = -1
_BACKGROUND = (16, 18, 24)


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
        cameraTargetPosition=_in_units(_LOOK_AT, length),
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


def take_picture(engine: ModuleType, client: int, length: float, width: int, height: int) -> Image:
    """Return an oblique view of the whole arena, (height, width, 3), RGB.

    Args:
        engine: the PyBullet module.
        client: the world.
        length: its unit of length, m.
        width: pixels.
        height: pixels.
    """
    view = engine.computeViewMatrix(
        _in_units(_EYE, length), _in_units(_LOOK_AT, length), (0.0, 0.0, 1.0)
    )
    # The opening is the vertical one: a narrow picture must open wider to hold the arena's sides.
    aspect = width / height
    opening = degrees(2.0 * atan(max(_HALF_HEIGHT, _HALF_WIDTH / aspect)))
    projection = engine.computeProjectionMatrixFOV(opening, aspect, 0.1 / length, 10.0 / length)
    _, _, pixels, _, parts = engine.getCameraImage(
        width,
        height,
        view,
        projection,
        lightDirection=(1.0, -1.5, 3.0),
        shadow=0,
        renderer=engine.ER_TINY_RENDERER,
        physicsClientId=client,
    )
    # Builds without NumPy return flat tuples.
    picture = np.reshape(np.asarray(pixels, dtype=np.uint8), (height, width, 4))[:, :, :3].copy()
    # Where no body is seen the background is ours.
    picture[np.reshape(np.asarray(parts), (height, width)) == _NOTHING] = _BACKGROUND
    return picture


def _in_units(point: tuple[float, float, float], length: float) -> list[float]:
    return [value / length for value in point]
