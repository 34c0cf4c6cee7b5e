"""What can be said of the step sizes before a run, and what each robot sees of them during one.

See bildsim.controllers.bild_macro.stability for when the estimator is stable. A start proves
nothing about the end: H grows as the swarm concentrates, and what a fixed gamma_y must stay below
falls with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from bildsim.basics.arrays import Floats, Ints
from bildsim.basics.errors import RunError, UsageError
from bildsim.controllers.bild_macro.algorithm import MacroState
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.bild_macro.stability import QUIET_NATS, step_bound
from bildsim.density.information_matrix import information, metric
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import Network

PATIENCE = 500
"""Rounds without quiet that a robot takes for a loss of stability.

Where stability is lost, robots stay loud for good. A start may be loud, too: for longer, the nearer
a fixed step is to its bound (``python -m benchmarks.loss_of_stability`` prints for how long).
"""


def require_stable_gamma_y(
    settings: MacroSettings, family: LegendreFamily, network: Network
) -> None:
    """Refuse steps that are unstable even for a swarm that is evenly spread and knows it.

    Args:
        settings: the constants of Algorithm 1.
        family: the density family.
        network: who hears whom at the start.

    Raises:
        UsageError: the step size, or the bound on it, is at or above the largest that is stable.
    """
    if settings.surely_stable:
        return
    hessian = family.covariance(np.zeros(family.size))
    hessian += settings.regularisation * np.eye(family.size)
    norm, largest = float(np.linalg.norm(hessian)), float(np.linalg.eigvalsh(hessian)[-1])
    step, bound = settings.curvature_limit / norm, step_bound(network, settings.laziness)
    if min(settings.gamma_y, step) * largest < bound:
        return
    # Whichever of the two sets the step is to be named, with the value that it must stay below.
    name, value, least = "gamma_y", settings.gamma_y, bound / largest
    if step < settings.gamma_y:
        name, value, least = "curvature_limit", settings.curvature_limit, least * norm
    raise UsageError(
        f"{{{name}}} is unstable on this network: even a uniform swarm needs less than "
        f"{_below(least):g}, one that concentrates less still",
        **{name: float(value)},
    )


def require_stable_gamma_x(
    settings: MacroSettings, family: LegendreFamily, log_target: Floats, rounds: int
) -> None:
    """Refuse a step with which robots that are where they were sent overshoot ever more.

    Near the target a tick moves the mean statistics by -c M z, c = gamma_x min(1, rounds delta),
    where M z is K = M (M + e I)^-1 times the error: stable while c times the largest eigenvalue of
    K, just below 1, is below 2. This is the Wasserstein metric's; with the Hessian's K = M H^-1
    only a few stiff modes swing, and the projection on C holds them, so no such limit shows.

    Args:
        settings: the constants of Algorithm 1, with the Wasserstein metric.
        family: the density family.
        log_target: (G, G) ln p* on the family's grid.
        rounds: communication rounds a tick.

    Raises:
        UsageError: the step size is at or above the largest that is stable.
    """
    # Near the target every y_i is that of the family's nearest density to p*.
    y, _ = family.least_kl(log_target)
    moments = family.evaluate(y[None], second=False, moments=True).moments
    matrix = metric(family, moments, settings.metric_ridge)[0]
    largest = eigh(information(family, moments)[0], matrix, eigvals_only=True)[-1]
    limit = 2.0 / (largest * min(1.0, rounds * settings.delta))
    if settings.gamma_x >= limit:
        raise UsageError(
            "{gamma_x} is unstable for robots that are where they are sent: with {rounds} and "
            "{delta} it must be below {0}",
            f"{_below(limit):g}",
            gamma_x=float(settings.gamma_x),
            rounds=rounds,
            delta=float(settings.delta),
        )


def _below(value: float) -> float:
    """Round down to three significant digits."""
    digit = 10.0 ** (np.floor(np.log10(value)) - 2.0)
    return float(np.floor(value / digit) * digit)


@dataclass(frozen=True, eq=False)
class Restlessness:
    """For how long each robot's density has not come to rest.

    Attributes:
        rounds: (N,) rounds since the last one in which its density changed little.
    """

    rounds: Ints

    @classmethod
    def none(cls, robots: int) -> Restlessness:
        """Return the start: everybody is quiet."""
        return cls(np.zeros(robots, dtype=np.int64))

    def after(self, before: MacroState, state: MacroState, rounds: int) -> Restlessness:
        """Return it after some rounds, of which the last one led from ``before`` to ``state``.

        A robot compares its own estimates: (y^+ - y) . (E_{y^+}[phi] - E_y[phi]) is the sum of the
        KL divergences of the two densities from each other.
        """
        old, new = before.fields, state.fields
        change = np.einsum("nm,nm->n", new.y - old.y, new.mean - old.mean)
        # Written so that a NaN is loud.
        loud = ~(change <= QUIET_NATS)
        return Restlessness(np.where(loud, self.rounds + rounds, 0))

    def check(self, state: MacroState, settings: MacroSettings) -> None:
        """Stop a run whose estimator does not come to rest.

        Raises:
            RunError: a robot was loud for ``PATIENCE`` rounds; the sentence names both.
        """
        robot = int(self.rounds.argmax())
        longest = int(self.rounds[robot])
        if longest < PATIENCE:
            return
        fixed = settings.curvature_limit == np.inf
        name = "gamma_y" if fixed else "curvature_limit"
        value = settings.gamma_y if fixed else settings.curvature_limit
        raise RunError(
            f"the estimator lost stability in round {state.rounds - longest + 1}: the density of "
            f"robot {robot} changed by more than {QUIET_NATS:g} nats a round for {longest} rounds, "
            f"so {{{name}}} must be smaller",
            **{name: value},
        )
