"""Placing discs without overlap: random darts, and the hexagonal lattice when darts fail."""

from collections.abc import Callable
from itertools import pairwise
from math import floor, sqrt

import numpy as np

from bildsim.basics.arrays import Bools, Floats

Sampler = Callable[[np.random.Generator, int], Floats]

_DART_ROUNDS = 200
# Keeps a lattice step of exactly 2 / n from losing its last point to rounding.
_ROUNDING = 1e-9


def throw_darts(
    sample: Sampler, count: int, distance: float, rng: np.random.Generator
) -> Floats | None:
    """Draw points one after another, keeping those that are far enough from the kept ones.

    Args:
        sample: draws candidates (n, 2).
        count: points wanted.
        distance: least distance between two points, m.
        rng: source of randomness.

    Returns:
        The points, (count, 2), or None when a bounded number of rounds was not enough.
    """
    # Only here: SciPy's trees take long to load, and names and files of starts need none.
    from scipy.spatial import cKDTree

    kept = np.empty((0, 2))
    for _ in range(_DART_ROUNDS):
        darts = sample(rng, 2 * count)
        if len(kept):
            nearest, _ = cKDTree(kept).query(darts, distance_upper_bound=distance)
            # Infinite where no kept point is within the distance.
            darts = darts[np.isinf(nearest)]
        kept = np.vstack([kept, darts[_first_of_each_cluster(darts, distance)]])
        if len(kept) >= count:
            return kept[:count]
    return None


def _first_of_each_cluster(darts: Floats, distance: float) -> Bools:
    """Mark the darts that no earlier dart of the same round is too close to, (n,)."""
    from scipy.spatial import cKDTree

    keep = np.ones(len(darts), dtype=np.bool_)
    if len(darts):
        close = cKDTree(darts).query_pairs(distance, output_type="ndarray")
        keep[close.max(axis=1, initial=-1)] = False
    return keep


def hexagonal_lattice(distance: float) -> Floats:
    """Return the hexagonal lattice of the square [-1, 1]^2 from its lower left corner, (n, 2)."""
    points = []
    for row in range(_rows(distance)):
        start = 0.5 * distance * (row % 2)
        x = start + distance * np.arange(_columns(distance, start))
        points.append(np.column_stack([x, np.full(len(x), row * distance * sqrt(0.75))]))
    return np.minimum(np.vstack(points) - 1.0, 1.0)


def lattice_size(distance: float) -> int:
    """Return how many points `hexagonal_lattice` has, without laying them."""
    rows = _rows(distance)
    odd = rows // 2
    return (rows - odd) * _columns(distance, 0.0) + odd * _columns(distance, 0.5 * distance)


def _rows(distance: float) -> int:
    return floor(2.0 / (distance * sqrt(0.75)) + _ROUNDING) + 1


def _columns(distance: float, start: float) -> int:
    """Return how many points a row has whose first is so far from the wall; perhaps none."""
    return max(0, floor((2.0 - start) / distance + _ROUNDING) + 1)


def fill_lattice(
    reach: Callable[[Floats], Floats],
    size: float,
    count: int,
    distance: float,
    rng: np.random.Generator,
) -> Floats | None:
    """Place points on the widest lattice that holds them, shaken by the room it leaves.

    The region is the set of points whose reach is at most ``size``; where even the tightest lattice
    has too few points there, the region grows just far enough.

    Args:
        reach: maps points (n, 2) to how far they lie from the heart of the region, (n,).
        size: the wanted limit of the reach.
        count: points wanted.
        distance: least distance between two points, m.
        rng: source of randomness.

    Returns:
        The points, (count, 2), or None when the whole square cannot hold them.
    """
    tightest = np.sort(reach(hexagonal_lattice(distance)))
    if len(tightest) < count:
        return None
    # As far as the count-th nearest place of the tightest lattice reaches.
    limit = max(size, float(tightest[count - 1]))
    pitch = _widest_pitch(reach, limit, count, distance)
    nodes = hexagonal_lattice(pitch)
    # Shaken by half of what the lattice is wider than it must be, no two come too near.
    nodes = rng.permutation(nodes[reach(nodes) <= limit])[:count]
    shaken = np.clip(nodes + _shake(count, 0.5 * (pitch - distance), rng), -1.0, 1.0)
    return np.where((reach(shaken) <= limit)[:, None], shaken, nodes)


def _widest_pitch(
    reach: Callable[[Floats], Floats], limit: float, count: int, distance: float
) -> float:
    """Return the widest of fifty lattice steps with enough points, at least ``distance``."""
    steps = distance * np.geomspace(1.0, 2.0, 50)
    for narrow, wide in pairwise(steps):
        if np.count_nonzero(reach(hexagonal_lattice(wide)) <= limit) < count:
            return float(narrow)
    return float(steps[-1])


def _shake(count: int, length: float, rng: np.random.Generator) -> Floats:
    """Draw displacements no longer than ``length``, (count, 2)."""
    angle = rng.uniform(-np.pi, np.pi, count)
    # The root makes points even over the disc.
    size = length * np.sqrt(rng.uniform(0.0, 1.0, count))
    return np.column_stack([size * np.cos(angle), size * np.sin(angle)])
