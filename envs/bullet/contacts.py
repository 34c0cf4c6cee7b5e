"""PyBullet's contact points, reduced to who touches whom."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.envs.robots.contacts import Contacts

# Fields of one entry of PyBullet's getContactPoints.
_BODY_A, _BODY_B, _LINK_A, _LINK_B, _DISTANCE, _FORCE = 1, 2, 3, 4, 8, 9
_BASE = -1


def read_contacts(
    points: Iterable[Sequence[Any]],
    index: dict[int, int],
    count: int,
    length: float,
    guard: int = _BASE,
) -> Contacts:
    """Reduce contact points to `Contacts`.

    A point counts when it carries a force or the surfaces overlap; the engine also lists points
    that are merely close.

    Args:
        points: entries as PyBullet's ``getContactPoints`` gives them.
        index: robot number of each robot's body number; other bodies are the arena.
        count: number of robots N.
        length: the engine's unit of length, m.
        guard: the link that meets walls.
    """
    overlaps: dict[tuple[int, int], float] = {}
    wall = np.zeros(count, dtype=np.bool_)
    wall_overlap = np.zeros(count)
    for point in points:
        # The engine also lists points that are merely close.
        if point[_FORCE] <= 0.0 and point[_DISTANCE] >= 0.0:
            continue
        first, second = index.get(point[_BODY_A]), index.get(point[_BODY_B])
        overlap = max(0.0, -float(point[_DISTANCE]) * length)
        if first is not None and second is not None:
            pair = (min(first, second), max(first, second))
            # Several points of one pair: the deepest counts.
            overlaps[pair] = max(overlap, overlaps.get(pair, 0.0))
        elif first is not None and point[_LINK_A] == guard:
            wall[first], wall_overlap[first] = True, max(overlap, wall_overlap[first])
        elif second is not None and point[_LINK_B] == guard:
            wall[second], wall_overlap[second] = True, max(overlap, wall_overlap[second])
    return _assemble(overlaps, wall, wall_overlap)


def _assemble(
    overlaps: dict[tuple[int, int], float], wall: Bools, wall_overlap: Floats
) -> Contacts:
    ordered = sorted(overlaps)
    pairs = np.array(ordered, dtype=np.int64).reshape(-1, 2)
    robot = np.zeros(len(wall), dtype=np.bool_)
    robot[pairs.ravel()] = True
    return Contacts(
        pairs=pairs,
        pair_overlap=np.array([overlaps[pair] for pair in ordered], dtype=np.float64),
        wall=wall,
        robot=robot,
        wall_overlap=wall_overlap,
    )
