"""Where the swarm's mean statistics are to go, and the metric in which robots go there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.density import legendre
from bildsim.density.information_matrix import information
from bildsim.density.legendre_family import LegendreFamily
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.target import Target

RIDGE = 0.01
"""e, as a multiple of the mean eigenvalue of M."""
_CELLS = 100


@dataclass(frozen=True, eq=False)
class MomentGoal:
    """What every robot works out from p* alone, before it moves.

    Attributes:
        moments: (m,) g, the mean statistics to reach.
        metric: (m, m) K; moving all robots by -beta grad phi K (s - g) makes s - g shrink by the
            factor 1 - beta, in the directions that the ridge leaves alone.
    """

    moments: Floats
    metric: Floats


def moment_goal(
    target: Target,
    log_target: Floats,
    family: LegendreFamily,
    regularisation: float,
    share: float,
    ridge: float = RIDGE,
) -> MomentGoal:
    """Return the goal and the metric for a target.

    The robots' density is judged by its fit p_y with the ridge w, y = argmin ln Z(y) - s.y +
    w |y|^2 / 2. The KL of that fit is least where s = E_q[phi] + w q, q = argmin_y KL(p_y || p*);
    this g_0 is what a swarm without a short range should reach. The moments of p* itself, g_1,
    differ from it where the family cannot take the shape of p*; with them a swarm comes closer to
    p* in Wasserstein distance. The goal is (1 - share) g_0 + share g_1.

    K = (M + e I)^-1 in statistics scaled to unit mean square over C, with M = E_p*[grad phi^T grad
    phi], the Wasserstein information matrix (Li and Zhao, Information Geometry 6, 2023): moving
    every robot by -grad phi z changes the mean statistics by -M z where robots stand like p*.

    Args:
        target: p*.
        log_target: (G, G) ln p* on the family's grid.
        family: the exponential family.
        regularisation: w.
        share: of the moments of p* in the goal, 0 to 1.
        ridge: e as a multiple of the mean eigenvalue of M.
    """
    fitted, _ = family.least_kl(log_target)
    best = family.moments(fitted) + regularisation * fitted
    masses = PointMasses.of(target, _CELLS)
    polynomials = legendre.values(masses.centres, 2 * family.order)
    moments = polynomials.T @ masses.masses @ polynomials
    degree_x, degree_y = family.degrees.T
    mean = moments[degree_y, degree_x]
    scale = statistic_scales(family)
    scaled = information(family, moments.reshape(1, -1))[0] * np.outer(scale, scale)
    scaled += ridge * np.trace(scaled) / family.size * np.eye(family.size)
    metric = np.linalg.inv(scaled) * np.outer(scale, scale)
    return MomentGoal((1.0 - share) * best + share * mean, metric)


def statistic_scales(family: LegendreFamily) -> Floats:
    """Return what makes each statistic's mean square over C equal to 1, (m,)."""
    degrees = family.degrees
    return np.asarray(np.sqrt((2.0 * degrees + 1.0).prod(axis=-1)))
