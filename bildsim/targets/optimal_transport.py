"""Exact optimal transport between a swarm and its target: its cost, and who serves what mass."""

import math

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import RunError
from bildsim.targets.point_masses import PointMasses

# The simplex needs some 1e4 pivots for 100 robots; POT would stop at 1e5, too few for thousands.
_MOST_PIVOTS = 10_000_000


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
    # Only here: it takes half a second to load, and a run begins without it.
    import ot

    squared = np.asarray(ot.dist(positions, cells.points, metric="sqeuclidean"))
    if not np.isfinite(squared).all():
        raise RunError("w2 cannot be computed: a robot's position is not finite")
    equal = np.full(len(positions), 1.0 / len(positions))
    cost, log = ot.emd2(equal, cells.masses.ravel(), squared, numItermax=_MOST_PIVOTS, log=True)
    if log["warning"]:
        raise RunError(f"w2 cannot be computed: {log['warning']}")
    return math.sqrt(max(float(cost), 0.0))


def barycentres(positions: Floats, cells: PointMasses) -> tuple[Floats, float]:
    """Return the centre of the mass of p* that exact optimal transport gives each robot.

    Every robot takes 1 / N of p*, cells may be split; the plan T has the least sum of T |x - q|^2
    (network simplex of POT's ``emd``). Moving each robot to sum_c T_ic q_c / sum_c T_ic never
    increases the 2-Wasserstein distance to the cells.

    Args:
        positions: (N, 2) in metres.
        cells: p* as point masses.

    Returns:
        The centres, (N, 2) in metres, and W2 in metres at ``positions``.

    Raises:
        RunError: the transport solver did not reach the optimum.
    """
    import ot

    robots = len(positions)
    equal = np.full(robots, 1.0 / robots)
    squared = ot.dist(positions, cells.points, metric="sqeuclidean")
    plan, log = ot.emd(equal, cells.masses.ravel(), squared, numItermax=_MOST_PIVOTS, log=True)
    if log["warning"]:
        raise RunError(f"no optimal transport to p* was found: {log['warning']}")
    return np.asarray(robots * (plan @ cells.points)), math.sqrt(float(log["cost"]))
