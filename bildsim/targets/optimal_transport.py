"""The 2-Wasserstein distance between the swarm and its target, by exact optimal transport."""

import math

import numpy as np
import ot

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import RunError
from bildsim.targets.point_masses import PointMasses

# The simplex needs some 1e4 pivots for 100 robots; POT would stop at 1e5, too few for thousands.
MOST_PIVOTS = 10_000_000


def w2(positions: Floats, cells: PointMasses) -> float:
    """Return the 2-Wasserstein distance in metres from the robots to p*.

    W2^2 = min over plans T of sum_ic T_ic |x_i - q_c|^2, where every robot gives 1/N and the cell
    with centre q_c takes its share of p*: the least root-mean-square way that the mass must travel
    (Villani, Topics in Optimal Transportation, 2003). Solved exactly by network simplex (POT's
    ``emd2``; Bonneel et al. 2011).

    Args:
        positions: where the robots are, (N, 2) in metres.
        cells: the target.

    Raises:
        RunError: the positions are not finite, or the solver did not reach the optimum.
    """
    squared = np.asarray(ot.dist(positions, cells.points, metric="sqeuclidean"))
    if not np.isfinite(squared).all():
        raise RunError("w2 cannot be computed: a robot's position is not finite")
    equal = np.full(len(positions), 1.0 / len(positions))
    cost, log = ot.emd2(equal, cells.masses.ravel(), squared, numItermax=MOST_PIVOTS, log=True)
    if log["warning"]:
        raise RunError(f"w2 cannot be computed: {log['warning']}")
    return math.sqrt(max(float(cost), 0.0))
