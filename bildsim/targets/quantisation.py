"""The best known places for N robots: a quantiser of p* whose robots all stand for equal mass."""

import math

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.targets.optimal_transport import barycentres
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.sampling import Sampler
from bildsim.targets.target import Target

FINE_CELLS = 80
_COARSE_CELLS_A_ROBOT = 10.0
_MOST_STEPS = 50
# A last step below this (m) is far below what a cell of the position metrics, 50 mm, can tell.
_STANDSTILL = 1e-3
_STARTS_TIMES_ROBOTS = 400


def quantise(
    target: Target,
    robots: int,
    rng: np.random.Generator,
    *,
    starts: int | None = None,
    resolution: int = FINE_CELLS,
) -> Floats:
    """Return the positions of least W2 to p* that were found, (N, 2) in metres.

    Lloyd's method with equal masses: transport the robots to p* optimally, move each to the centre
    of the mass that it received, and repeat; W2 never grows (capacity-constrained Lloyd: Balzer,
    Schlömer and Deussen 2009; by optimal transport: de Goes, Breeden, Ostromoukhov and Desbrun
    2012). It ends in local minima, so the best of several random starts is kept. It begins on about
    ten cells a robot and ends on fine cells, which are not the 40 x 40 of the metrics.

    Args:
        target: p*.
        robots: N.
        rng: draws where the robots start.
        starts: how many starts; unless given four up to 100 robots, fewer above, where they differ
            less.
        resolution: fine cells an axis.

    Raises:
        RunError: the transport solver did not reach the optimum.
    """
    sampler = Sampler(target)
    fine = PointMasses.of(target, resolution)
    coarse = math.ceil(math.sqrt(_COARSE_CELLS_A_ROBOT * robots))
    stages = [PointMasses.of(target, coarse), fine] if coarse < resolution else [fine]
    ends = []
    for _ in range(starts or max(1, min(4, _STARTS_TIMES_ROBOTS // robots))):
        positions = sampler.draw(robots, rng)
        for cells in stages:
            positions, cost = equal_mass_lloyd(positions, cells)
        ends.append((cost, positions))
    # The middle of a mass that lies around an obstacle may be in it: robots stand at its rim.
    return target.obstacles.pushed_out(min(ends, key=lambda end: end[0])[1])


def equal_mass_lloyd(positions: Floats, cells: PointMasses) -> tuple[Floats, float]:
    """Move robots to the centres of the equal masses that they serve, until they stand still.

    Args:
        positions: where they start, (N, 2) in metres.
        cells: p*.

    Returns:
        Where they end, (N, 2) in metres, and the W2 in metres before the last move.

    Raises:
        RunError: the transport solver did not reach the optimum.
    """
    for _ in range(_MOST_STEPS):
        before = positions
        positions, distance = barycentres(before, cells)
        if np.abs(positions - before).max() < _STANDSTILL:
            break
    return positions, distance
