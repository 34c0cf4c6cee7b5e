"""Lloyd's method with equal masses: drive to the barycentres of an optimal transport plan."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.base import TRANSPORT_CELLS, require_within
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.controllers.step_limit import limited
from bildsim.network.traffic import Traffic
from bildsim.targets.optimal_transport import barycentres
from bildsim.targets.point_masses import PointMasses


@dataclass(frozen=True, eq=False)
class TransportState:
    """The middles of the robots' masses, (N, 2) in metres, and the ticks planned so far."""

    goals: Floats
    ticks: int


@dataclass(frozen=True, eq=False)
class TransportLloyd:
    """Each robot drives to the barycentre of the 1 / N of p* that optimal transport gives it.

    The plan is solved exactly on 50 x 50 cells at the measured positions. Without the limit on the
    step this is Lloyd's method with equal masses (Cuturi and Doucet, Fast computation of
    Wasserstein barycenters, ICML 2014, algorithm 2), which never increases the 2-Wasserstein
    distance. Multi-robot form: Krishnan and Martínez, Distributed optimal transport for the
    deployment of swarms, CDC 2018, which gets the plan by a distributed primal-dual iteration;
    here one computer solves it.

    The computer must know every position; no messages are counted. The network simplex
    does O(N G^2) work a pivot at worst, G = 50 cells an axis; it is the dearest a solution,
    so only one in ``period`` ticks solves. Known failure: it ends in
    the nearest local optimum, and it minimises what ``w2`` measures.

    Attributes:
        problem: target, family and the longest step.
        period: ticks between two solutions.

    Raises:
        UsageError: an option is out of range.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.ALL, count=True)

    problem: Problem
    period: int = 5

    def __post_init__(self) -> None:
        require_within(self, {"period": (1, 1_000_000)})

    def init(self, observation: Observation, rng: np.random.Generator) -> TransportState:
        """Return a state whose first tick solves."""
        return TransportState(observation.positions.copy(), 0)

    def plan(
        self, state: TransportState, observation: Observation
    ) -> tuple[Floats, TransportState]:
        """Return waypoints towards the barycentres, (N, 2) in metres."""
        positions, goals = observation.positions, state.goals
        # Between two solutions robots drive on to the last barycentres.
        if state.ticks % self.period == 0:
            goals, _ = barycentres(positions, self._cells)
        waypoints = limited(positions, goals, self.problem.max_step)
        return waypoints, TransportState(goals, state.ticks + 1)

    def report(self, state: TransportState) -> Report:
        """Return that no robot sent anything."""
        return Report(Traffic.none(len(state.goals)))

    @cached_property
    def _cells(self) -> PointMasses:
        return PointMasses.of(self.problem.target, TRANSPORT_CELLS)
