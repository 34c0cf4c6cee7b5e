"""Start regions, and random places for robots in them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError, unknown_name
from bildsim.envs.robots.packing import (
    Sampler,
    fill_lattice,
    hexagonal_lattice,
    lattice_size,
    throw_darts,
)
from bildsim.obstacles.shapes import NOWHERE, Obstacles

MOST_ROBOTS = 20_000
"""Twice the largest swarm of benchmarks/scale.py; memory and time grow with their number."""
# Least gap between two discs, in radii.
GAP = 0.05
_CORNER_SIDE = 0.6
_CENTRE_RADIUS = 0.35
_WRONG_MODE = np.array([0.6, 0.6])
_WRONG_DEVIATION = 0.15
_WRONG_RADIUS = 2.5 * _WRONG_DEVIATION


@dataclass(frozen=True)
class _Start:
    """A way to start.

    Attributes:
        sample: draws positions.
        reach: how far positions (n, 2) lie from the heart of the region, (n,).
        size: the reach of the region's rim.
    """

    sample: Sampler
    reach: Callable[[Floats], Floats]
    size: float


def _uniform(rng: np.random.Generator, count: int) -> Floats:
    return rng.uniform(-1.0, 1.0, (count, 2))


def _corner(rng: np.random.Generator, count: int) -> Floats:
    return rng.uniform(-1.0, -1.0 + _CORNER_SIDE, (count, 2))


def _centre(rng: np.random.Generator, count: int) -> Floats:
    points = rng.uniform(-_CENTRE_RADIUS, _CENTRE_RADIUS, (count, 2))
    # Even over the disc: draws from its square, without those beyond it.
    return points[_from_centre(points) <= _CENTRE_RADIUS]


def _wrong(rng: np.random.Generator, count: int) -> Floats:
    points = rng.normal(_WRONG_MODE, _WRONG_DEVIATION, (count, 2))
    # Cut, not moved to the rim, where robots would heap.
    inside = (np.abs(points) <= 1.0).all(axis=1) & (_from_wrong_mode(points) <= _WRONG_RADIUS)
    return points[inside]


def _anywhere(points: Floats) -> Floats:
    return np.zeros(len(points))


def _from_corner(points: Floats) -> Floats:
    return np.asarray((points + 1.0).max(axis=1))


def _from_centre(points: Floats) -> Floats:
    return np.hypot(points[:, 0], points[:, 1])


def _from_wrong_mode(points: Floats) -> Floats:
    return _from_centre(points - _WRONG_MODE)


_STARTS = {
    "uniform": _Start(_uniform, _anywhere, 0.0),
    "corner": _Start(_corner, _from_corner, _CORNER_SIDE),
    "centre": _Start(_centre, _from_centre, _CENTRE_RADIUS),
    "wrong": _Start(_wrong, _from_wrong_mode, _WRONG_RADIUS),
}
START_NAMES = tuple(_STARTS)


def capacity(radius: float, obstacles: Obstacles = NOWHERE) -> int:
    """Return how many robots of this radius (m) `spawn` can place in the whole arena."""
    if not obstacles:
        return lattice_size((2.0 + GAP) * radius)
    lattice = hexagonal_lattice((2.0 + GAP) * radius)
    return int((~_kept_free(obstacles, radius).covers(lattice)).sum())


def require_beside_obstacles(count: int, radius: float, obstacles: Obstacles) -> None:
    """Make sure that so many robots of this radius fit beside obstacles.

    Raises:
        UsageError: they do not.
    """
    most = capacity(radius, obstacles)
    if count > most:
        raise UsageError(
            "{robots} is not possible with {obstacle}: robots that fit beside it are {0}",
            most,
            robots=count,
            obstacle=obstacles.words,
        )


def require_room(count: int, radius: float) -> None:
    """Make sure that so many robots of this radius fit.

    Raises:
        UsageError: there are fewer than one, more than the square holds, or more than
            ``MOST_ROBOTS``.
    """
    most = capacity(radius)
    if not 1 <= count <= most:
        raise UsageError(
            "{robots} is not possible: allowed is 1 to {0}, which is what fits in the arena at a "
            "robot radius of {1} m",
            most,
            f"{radius:g}",
            robots=count,
        )
    require_number(count)


def require_number(count: int) -> None:
    """Make sure that there are not too many robots for any arena.

    Raises:
        UsageError: there are.
    """
    if count > MOST_ROBOTS:
        raise UsageError(
            "{robots} is not possible: allowed is 1 to {0}, whatever their radius",
            MOST_ROBOTS,
            robots=count,
        )


def spawn(
    start: str,
    count: int,
    radius: float,
    rng: np.random.Generator,
    obstacles: Obstacles = NOWHERE,
) -> Floats:
    """Place robots at random, with random headings and a gap of 5 % of the radius or more.

    Starts:
        ``uniform``: anywhere in the square.
        ``corner``: the lower left square [-1, -0.4]^2.
        ``centre``: the disc of radius 0.35 m in the middle.
        ``wrong``: a Gaussian heap at (0.6, 0.6), deviation 0.15 m, cut at 2.5 deviations and at the
        walls; far from most of any target's mass, hence the name.

    Positions are drawn one by one; when that comes to no end, robots go to the widest hexagonal
    lattice that fits the region, shaken by the room it leaves, and the region grows as far as it
    must to hold them.

    Args:
        start: one of ``START_NAMES``.
        count: number of robots N.
        radius: disc radius, m.
        rng: source of all randomness.
        obstacles: robots keep the same gap from them.

    Returns:
        x, y, heading, (N, 3), m and rad in [-pi, pi).

    Raises:
        UsageError: the start is unknown or the robots cannot fit.
    """
    if start not in _STARTS:
        raise unknown_name("start", start, START_NAMES)
    require_room(count, radius)
    region = _STARTS[start]
    if obstacles:
        require_beside_obstacles(count, radius, obstacles)
        region = _beside(_kept_free(obstacles, radius), region)
    positions = _place(region, count, (2.0 + GAP) * radius, rng)
    return np.column_stack([positions, rng.uniform(-np.pi, np.pi, count)])


def _kept_free(obstacles: Obstacles, radius: float) -> Obstacles:
    """Return where no centre starts: a robot at the rim has its gap, too."""
    return obstacles.grown((1.0 + GAP) * radius)


def _beside(obstacles: Obstacles, start: _Start) -> _Start:
    """Return a way to start in which obstacles are out of reach."""

    def sample(rng: np.random.Generator, count: int) -> Floats:
        points = start.sample(rng, count)
        return points[~obstacles.covers(points)]

    def reach(points: Floats) -> Floats:
        return np.where(obstacles.covers(points), np.inf, start.reach(points))

    return _Start(sample, reach, start.size)


def _place(start: _Start, count: int, distance: float, rng: np.random.Generator) -> Floats:
    darts = throw_darts(start.sample, count, distance, rng)
    if darts is not None:
        return darts
    nodes = fill_lattice(start.reach, start.size, count, distance, rng)
    assert nodes is not None, "a count within the capacity fits the lattice"
    return nodes
