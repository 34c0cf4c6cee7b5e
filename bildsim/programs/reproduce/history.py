"""What is recorded of a run in open loop: two tables and a few snapshots."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import RunError
from bildsim.controllers.bild_macro.algorithm import Hypergradient, MacroState
from bildsim.controllers.bild_macro.stability import scaled_curvatures, unrest
from bildsim.metrics.position_metrics import kl_fit
from bildsim.programs.reproduce.open_loop import OpenLoop

CONVERGENCE = (
    "round",
    "gradient_norm",
    "displacement_m",
    "kl_learned",
    "kl_change",
    "robot_change",
    "kl_apart",
    "largest_y",
    "projected",
)
"""round k; |grad_2 g(x, mean y)|; |x~ - x| over all robots (m); KL of the mean estimate's density
to the target (nats); largest KL of a robot's next density to its present one (nats) and whose it
is; largest KL of a robot's density to that of the mean estimate (nats); largest entry of any y_i;
robots whose q_i was projected."""

STABILITY = ("round", "curvature_max", "robot_max", "curvature_median", "kl_fit")
"""round k; gamma_i lambda_max(H(y_i)): the largest, whose it is, and the median over the robots; KL
of the density that fits the robots' positions to the target (nats)."""


class Due(NamedTuple):
    """What is recorded in a round."""

    convergence: bool
    stability: bool
    snapshot: bool


EVERYTHING = Due(True, True, True)
_SNAPSHOTS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0)


@dataclass(frozen=True)
class Schedule:
    """Which rounds are sampled: half of them evenly, half of them more densely the earlier.

    A row of ``stability`` costs as much as some seven rounds, one of ``convergence`` less than one;
    at these numbers recording takes less than a tenth of the run.

    Attributes:
        rounds: rounds of the run.
    """

    rounds: int

    @cached_property
    def convergence(self) -> frozenset[int]:
        """The rounds of the table ``convergence``."""
        return _spread(self.rounds, min(2000, max(60, self.rounds // 20)))

    @cached_property
    def stability(self) -> frozenset[int]:
        """The rounds of the table ``stability``."""
        return _spread(self.rounds, min(400, max(20, self.rounds // 150)))

    @cached_property
    def snapshots(self) -> frozenset[int]:
        """The rounds of the snapshots."""
        return frozenset(round(share * self.rounds) for share in _SNAPSHOTS)

    def due(self, rounds: int) -> Due:
        """Return what is recorded in this round."""
        return Due(rounds in self.convergence, rounds in self.stability, rounds in self.snapshots)


def _spread(rounds: int, count: int) -> frozenset[int]:
    even = np.linspace(0, rounds, count // 2)
    early = np.geomspace(1, rounds, count // 2)
    return frozenset(np.rint(np.concatenate([even, early])).astype(int).tolist())


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The swarm in one round.

    Attributes:
        round: the round k.
        positions: (N, 2) x_i (m).
        y: (m,) what the first robot has learned.
    """

    round: int
    positions: Floats
    y: Floats


@dataclass(eq=False)
class History:
    """The samples of a run so far.

    Attributes:
        convergence: rows of ``CONVERGENCE``.
        stability: rows of ``STABILITY``.
        snapshots: the swarm in a few rounds.
        stopped: why the run ended early; empty if it did not.
    """

    convergence: list[list[float]] = field(default_factory=list)
    stability: list[list[float]] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    stopped: str = ""

    def sample(
        self,
        loop: OpenLoop,
        state: MacroState,
        found: Hypergradient,
        following: MacroState,
        due: Due,
    ) -> None:
        """Record what is due in a round.

        Args:
            loop: what is run.
            state: the state of the round.
            found: its hypergradient.
            following: the state of the next round.
            due: what to record.
        """
        if due.convergence:
            self.convergence.append(_convergence_row(loop, state, found, following))
        if due.stability:
            self.stability.append(_stability_row(loop, state))
        if due.snapshot:
            self.snapshots.append(Snapshot(state.rounds, state.positions, state.fields.y[0].copy()))

    def column(self, name: str) -> Floats:
        """Return a column of either table; ``round`` is that of ``convergence``."""
        if name in CONVERGENCE:
            return np.array(self.convergence)[:, CONVERGENCE.index(name)]
        return np.array(self.stability)[:, STABILITY.index(name)]


def _convergence_row(
    loop: OpenLoop, state: MacroState, found: Hypergradient, following: MacroState
) -> list[float]:
    algorithm, y = loop.algorithm, state.fields.y
    family, mean = algorithm.family, y.mean(axis=0)
    ridge = algorithm.settings.regularisation
    gradient = family.moments(mean) - state.statistics.mean(axis=0) + ridge * mean
    apart, change = unrest(family, y, following.fields.y)
    return [
        state.rounds,
        float(np.linalg.norm(gradient)),
        float(np.linalg.norm(algorithm.destinations(state, found) - state.positions)),
        family.kl(mean, algorithm.log_target),
        float(change.max()),
        int(change.argmax()),
        float(apart.max()),
        float(np.abs(y).max()),
        int(found.projected.sum()),
    ]


def _stability_row(loop: OpenLoop, state: MacroState) -> list[float]:
    algorithm = loop.algorithm
    curvatures = scaled_curvatures(algorithm.family, algorithm.settings, state)
    return [
        state.rounds,
        float(curvatures.max()),
        int(curvatures.argmax()),
        float(np.median(curvatures)),
        _kl_fit(loop, state),
    ]


def _kl_fit(loop: OpenLoop, state: MacroState) -> float:
    algorithm = loop.algorithm
    ridge = algorithm.settings.regularisation
    try:
        return kl_fit(state.positions, algorithm.family, algorithm.log_target, ridge)
    except RunError:  # robots that crowd on a point have no fit that Newton's method finds
        return float("nan")
