"""The best known places for N robots: a quantiser of p* whose robots all stand for equal mass."""

import math

import numpy as np
import ot

from bildsim.arrays import Floats
from bildsim.cells import Cells
from bildsim.errors import RunError
from bildsim.sampling import Sampler
from bildsim.targets import Target
from bildsim.transport import MOST_PIVOTS

FINE_CELLS = 80
_COARSE_CELLS_A_ROBOT = 10.0
_MOST_STEPS = 50
# A last step below this (m) is far below what a cell of the judges, 50 mm, can tell.
_STANDSTILL = 1e-3
_STARTS_TIMES_ROBOTS = 400


def quantise(target: Target, robots: int, rng: np.random.Generator) -> Floats:
    """Return the positions of least W2 to p* that were found, (N, 2) in metres.

    Lloyd's method with equal masses: transport the robots to p* optimally, move each to the centre
    of the mass that it received, and repeat; W2 never grows (capacity-constrained Lloyd: Balzer,
    Schlömer and Deussen 2009; by optimal transport: de Goes, Breeden, Ostromoukhov and Desbrun
    2012). It ends in local minima, so the best of several random starts is kept: four up to 100
    robots, fewer above, where they differ less. It begins on about ten cells a robot and ends on
    80 x 80 cells, which are not those of the judges.

    Args:
        target: p*.
        robots: N.
        rng: draws where the robots start.

    Raises:
        RunError: the transport solver did not reach the optimum.
    """
    sampler = Sampler(target)
    fine = Cells.of(target, FINE_CELLS)
    coarse = math.ceil(math.sqrt(_COARSE_CELLS_A_ROBOT * robots))
    stages = [Cells.of(target, coarse), fine] if coarse < FINE_CELLS else [fine]
    ends = []
    for _ in range(max(1, min(4, _STARTS_TIMES_ROBOTS // robots))):
        positions = sampler.draw(robots, rng)
        for cells in stages:
            positions, cost = equal_mass_lloyd(positions, cells)
        ends.append((cost, positions))
    return min(ends, key=lambda end: end[0])[1]


def equal_mass_lloyd(positions: Floats, cells: Cells) -> tuple[Floats, float]:
    """Move robots to the centres of the equal masses that they serve, until they stand still.

    Args:
        positions: where they start, (N, 2) in metres.
        cells: p*.

    Returns:
        Where they end, (N, 2) in metres, and the W2 in metres before the last move.

    Raises:
        RunError: the transport solver did not reach the optimum.
    """
    robots = len(positions)
    equal = np.full(robots, 1.0 / robots)
    for _ in range(_MOST_STEPS):
        squared = ot.dist(positions, cells.points, metric="sqeuclidean")
        plan, log = ot.emd(equal, cells.masses.ravel(), squared, numItermax=MOST_PIVOTS, log=True)
        if log["warning"]:
            raise RunError(f"the robots cannot be placed: {log['warning']}")
        before, positions = positions, np.asarray(robots * (plan @ cells.points))
        if np.abs(positions - before).max() < _STANDSTILL:
            break
    return positions, math.sqrt(float(log["cost"]))
