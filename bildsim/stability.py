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

from bildsim.arrays import Floats
from bildsim.density import LegendreFamily
from bildsim.macro import MacroSettings, MacroState
from bildsim.network import Network

AGREED_NATS = 0.1
"""Robots agree while no robot's density is further than this from that of the mean estimate."""


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
    hessian = family.unpack(state.fields.covariance)
    hessian += settings.regularisation * np.eye(family.size)
    norm = np.sqrt(np.einsum("nab,nab->n", hessian, hessian))
    mixing = state.rounds < settings.warmup_rounds
    step = np.minimum(0.0 if mixing else settings.gamma_y, settings.curvature_limit / norm)
    return np.asarray(step * np.linalg.eigvalsh(hessian)[:, -1])


def distances_from_mean(family: LegendreFamily, state: MacroState) -> Floats:
    """Return KL(p(.; y_i) || p(.; mean of y)) of every robot, (N,), in nats."""
    y = state.fields.y
    return family.kl_between(y, y.mean(axis=0))


@dataclass(frozen=True)
class Verdict:
    """Whether a run kept its stability, as far as the sampled rounds tell.

    Attributes:
        stable: whether the robots agree at the end.
        crossed: first sampled round of the last stretch, up to the loss, above the step bound;
            None if there is none.
        crossed_robot: the robot of largest scaled curvature then.
        lost: first sampled round from which on the robots disagree to the end; None if they agree.
        lost_robot: the robot furthest from the mean then.
        lost_nats: how far its density is from that of the mean estimate (nats).
    """

    stable: bool
    crossed: int | None = None
    crossed_robot: int | None = None
    lost: int | None = None
    lost_robot: int | None = None
    lost_nats: float | None = None


def verdict(convergence: Floats, curvature: Floats, bound: float, stopped: bool) -> Verdict:
    """Judge a run by its samples.

    Args:
        convergence: (S, 3) round, largest distance from the mean (nats) and whose it is.
        curvature: (T, 3) round, largest scaled curvature and whose it is.
        bound: the step bound.
        stopped: whether an estimate diverged at the end.
    """
    loss = _last_stretch(convergence, AGREED_NATS)
    if loss is None and stopped:
        loss = convergence[-1]
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
