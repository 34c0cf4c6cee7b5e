"""Obstacles from text: ``disc:X,Y,RADIUS`` and ``box:X,Y,WIDTH,HEIGHT[,DEGREES]``."""

from math import isfinite, radians

import numpy as np

from bildsim.basics.errors import UsageError
from bildsim.obstacles.shapes import Obstacle, Obstacles

LEAST_SIZE = 0.01
"""A radius or a side must be this long at least (m)."""
MOST = 100
"""So many obstacles are possible at most."""
_ALLOWED = "allowed are disc:X,Y,RADIUS and box:X,Y,WIDTH,HEIGHT[,DEGREES]"
_NUMBERS = {"disc": (3,), "box": (4, 5)}


def obstacles_of(text: str) -> Obstacles:
    """Return the obstacles that a text says, one after another with spaces between.

    Raises:
        UsageError: one is not understood, has no size, or lies outside the arena; or there are too
            many of them.
    """
    words = text.split()
    if len(words) > MOST:
        raise UsageError(
            "{obstacle} is given {0} times: allowed are {1}", len(words), MOST, obstacle=True
        )
    return Obstacles(tuple(map(_obstacle, words)))


def _obstacle(words: str) -> Obstacle:
    kind, _, rest = words.partition(":")
    numbers = _numbers(words, kind.lower(), rest)
    x, y, *sizes = numbers
    angle = radians(sizes.pop()) if len(numbers) == 5 else 0.0
    if min(sizes) < LEAST_SIZE:
        raise UsageError(
            "{obstacle} is too small: a radius or a side is {0} at least",
            f"{LEAST_SIZE:g}",
            obstacle=words,
        )
    if len(sizes) == 1:
        found = Obstacle(words, x, y, 0.0, 0.0, 0.0, sizes[0])
    else:
        found = Obstacle(words, x, y, 0.5 * sizes[0], 0.5 * sizes[1], angle, 0.0)
    if found.reach > 10.0 or not _meets_the_arena(found):
        raise UsageError(
            "{obstacle} lies outside the arena, which is [-1, 1] x [-1, 1]: some of it must be "
            "inside, and none of it more than 10 from its middle",
            obstacle=words,
        )
    return found


def _numbers(words: str, kind: str, rest: str) -> list[float]:
    try:
        numbers = [float(word) for word in rest.split(",")]
        understood = len(numbers) in _NUMBERS[kind] and all(map(isfinite, numbers))
    except (KeyError, ValueError):
        understood = False
    if not understood:
        raise UsageError(f"{{obstacle}} is not understood: {_ALLOWED}", obstacle=words)
    return numbers


def _meets_the_arena(found: Obstacle) -> bool:
    """Whether an obstacle has a place in the square, or a corner of its rim has."""
    lone = Obstacles((found,))
    # From the point of the square nearest to the middle towards the obstacle, and back.
    place = np.clip(np.array([found.x, found.y]), -1.0, 1.0)
    for _ in range(100):
        distance, normal = lone.nearest(place)
        if distance[0] < 0.0:
            return True
        place = np.clip(place - distance[0] * normal[0], -1.0, 1.0)
    return bool(lone.nearest(place)[0][0] < 0.0)
