"""Whether robots can get everywhere that obstacles leave, looked up on a grid of places."""

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.errors import UsageError
from bildsim.obstacles.shapes import Obstacles

STEP = 0.01
"""Distance between the places that are looked at (m): a passage for centres narrower than this
counts as closed."""


def require_ways(obstacles: Obstacles, radius: float) -> None:
    """Make sure that there is room, and a way from each free place to each other.

    Args:
        obstacles: as they are.
        radius: of a robot, in the same unit: its centre keeps so far away.

    Raises:
        UsageError: they cover the arena, or cut off a part of it.
    """
    places = _places()
    free = np.ones(places.shape[:-1], dtype=np.bool_)
    # One after another, so that it is known which is too much.
    for part in obstacles.parts:
        free = free & ~Obstacles((part,)).grown(radius).covers(places)
        if not free.any():
            raise UsageError(
                "{obstacle} covers the arena, or what others leave of it: make it smaller",
                obstacle=part.words,
            )
    if _pieces(free) > 1:
        raise UsageError(
            "{obstacle} cuts off a part of the arena from robots of this size: move it, or make it "
            "smaller or so large that no part is left",
            obstacle=_divider(obstacles, radius, places),
        )


def _places() -> Floats:
    axis = np.linspace(-1.0, 1.0, round(2.0 / STEP) + 1)
    return np.stack(np.meshgrid(axis, axis), axis=-1)


def _pieces(free: Bools) -> int:
    """Return in how many pieces places hang together, along rows and columns."""
    # Only here: it takes long to load, and few arenas have obstacles.
    from scipy.ndimage import label

    return int(label(free)[1])


def _divider(obstacles: Obstacles, radius: float, places: Floats) -> str:
    """Return the words of the first obstacle without which nothing would be cut off."""
    for part in obstacles.parts:
        others = Obstacles(tuple(other for other in obstacles.parts if other is not part))
        if _pieces(~others.grown(radius).covers(places)) == 1:
            return part.words
    return obstacles.words
