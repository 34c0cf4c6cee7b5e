"""When the distributed estimator of Algorithm 1 is stable, and whether it was.

Seen along an eigenvector of H(y) (eigenvalue h) and one of A (eigenvalue a), and with robots that
stand still, (7) and (8) are y+ = a y - g r and r+ = a r + h (y+ - y) with the matrix
[[a, -g], [h (a - 1), a - g h]]. Its eigenvalues lie inside the unit circle exactly for
g h < (1 + a)^2 / 2; for a = 1, where the mean of r is the gradient itself, the same formula gives
gradient descent's bound of 2. So the smallest eigenvalue of A and the largest of H decide.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro.algorithm import MacroState
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import Network

QUIET_NATS = 0.01
"""An estimator is stable while no robot's density changes by more in a round, its start apart."""


def step_bound(network: Network, laziness: float) -> float:
    """Return (1 + a)^2 / 2 for the smallest eigenvalue a of the weights that are mixed with.

    Args:
        network: the weights A.
        laziness: the share s of A_s = (1 - s) A + s I.
    """
    smallest = float(np.linalg.eigvalsh(network.matrix().toarray())[0])
    lazy = (1.0 - laziness) * smallest + laziness
    return 0.5 * (1.0 + lazy) ** 2


def scaled_curvatures(family: LegendreFamily, settings: MacroSettings, state: MacroState) -> Floats:
    """Return gamma_i lambda_max(H(y_i)), (N,), with the step gamma_i that robot i takes now.

    It is zero while the robots only mix.
    """
    hessian = family.unpack(family.evaluate(state.fields.y).covariance)
    hessian += settings.regularisation * np.eye(family.size)
    norm = np.sqrt(np.einsum("nab,nab->n", hessian, hessian))
    mixing = state.rounds < settings.warmup_rounds
    step = np.minimum(0.0 if mixing else settings.gamma_y, settings.curvature_limit / norm)
    return np.asarray(step * np.linalg.eigvalsh(hessian)[:, -1])


def unrest(family: LegendreFamily, y: Floats, following: Floats) -> tuple[Floats, Floats]:
    """Return how far the robots' densities are from each other, and how far they go in a round.

    Args:
        family: the density family.
        y: (N, m) y_i^k.
        following: (N, m) y_i^{k+1}.

    Returns:
        KL(p(.; y_i^k) || p(.; mean of y^k)) and KL(p(.; y_i^{k+1}) || p(.; y_i^k)), (N,), in nats.
    """
    robots, mean = len(y), y.mean(axis=0)
    found = family.evaluate(np.vstack([y, following, mean]), second=False)
    before, after = slice(0, robots), slice(robots, 2 * robots)
    apart = np.einsum("nm,nm->n", y - mean, found.mean[before])
    apart += found.log_z[-1] - found.log_z[before]
    change = np.einsum("nm,nm->n", following - y, found.mean[after])
    change += found.log_z[before] - found.log_z[after]
    # Rounding can leave -1e-16.
    return np.maximum(apart, 0.0), np.maximum(change, 0.0)


@dataclass(frozen=True)
class Verdict:
    """Whether a run kept its stability, as far as the sampled rounds tell.

    Attributes:
        stable: whether the robots' densities are quiet at the end.
        crossed: first sampled round of the last stretch, up to the loss, above the step bound;
            None if there is none.
        crossed_robot: the robot of largest scaled curvature then.
        lost: first sampled round of the last stretch, up to the end, in which some robot's density
            changes by more than ``QUIET_NATS`` a round; None if it is quiet at the end.
        lost_robot: the robot whose density changes most then.
        lost_nats: by how much (nats).
    """

    stable: bool
    crossed: int | None = None
    crossed_robot: int | None = None
    lost: int | None = None
    lost_robot: int | None = None
    lost_nats: float | None = None


def verdict(change: Floats, curvature: Floats, bound: float, stopped: bool) -> Verdict:
    """Say of a run by its samples whether and where it lost stability.

    Args:
        change: (S, 3) round, largest change of a density in it (nats) and whose it is.
        curvature: (T, 3) round, largest scaled curvature and whose it is.
        bound: the step bound.
        stopped: whether an estimate diverged at the end.
    """
    loss = _last_stretch(change, QUIET_NATS)
    if loss is None and stopped:
        loss = change[-1]
    end = np.inf if loss is None else loss[0]
    crossing = _last_stretch(curvature[curvature[:, 0] <= end], bound)
    found = Verdict(stable=loss is None)
    if crossing is not None:
        found = replace(found, crossed=int(crossing[0]), crossed_robot=int(crossing[2]))
    if loss is not None:
        lost_nats = float(loss[1])
        found = replace(found, lost=int(loss[0]), lost_robot=int(loss[2]), lost_nats=lost_nats)
    return found


def _last_stretch(samples: Floats, level: float) -> Floats | None:
    """Return the first of the samples that are, up to the last one, above the level."""
    below = np.flatnonzero(~(samples[:, 1] > level))
    first = below[-1] + 1 if len(below) else 0
    return np.asarray(samples[first]) if first < len(samples) else None
