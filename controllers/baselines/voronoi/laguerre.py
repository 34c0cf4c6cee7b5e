"""Power cells of equal mass, found by weights that neighbours adjust while they move."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.base import require_within
from bildsim.controllers.baselines.voronoi.partition import Partition
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.controllers.step_limit import limited
from bildsim.network.traffic import Traffic


@dataclass(frozen=True, eq=False)
class Laguerre:
    """Each robot adjusts its weight to a fair share of p* and drives to its power cell's centroid.

    Each tick ``sweeps`` times w_i <- w_i - (gamma / N) clip(N m_i - 1, -1, 1), with m_i the p*-mass
    of L_i = {q: |q - x_i|^2 - w_i <= |q - x_j|^2 - w_j}; then x_i goes to the centroid of L_i. The
    weights ascend the dual of optimal transport, so at rest cells hold 1 / N each and the placement
    is stationary for the 2-Wasserstein distance: Cortés, Coverage optimization and spatial load
    balancing by robotic sensor networks, IEEE Trans. Automatic Control 55(3), 2010; Inoue, Ito and
    Yoshida, Optimal transport-based coverage control for swarm robot systems, IEEE Control Systems
    Letters 5(4), 2021. The clip is ours: from a corner the outermost robots hold many shares.

    A robot must know p* and N, and the positions and weights of its Laguerre neighbours, however
    far they are: sensing, and one number a neighbour and sweep, which is not counted as traffic
    because it does not go over the network. O(N P) a sweep for N robots, P = 10^4 grid points.

    Known failure: a cell can be empty, or its robot outside it; that robot waits until its weight
    has grown. Masses are only known to the mass of the grid points on a cell's rim; and a
    surplus diffuses from cell to cell, which takes the longer the more robots there are.

    Attributes:
        problem: target, family and the longest step.
        gain: gamma in square metres; cells have areas of the order of 1 / N.
        sweeps: changes of the weights a tick.

    Raises:
        UsageError: an option is out of range.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.CELLS, count=True)

    problem: Problem
    gain: float = 0.5
    sweeps: int = 4

    def __post_init__(self) -> None:
        require_within(self, {"sweeps": (0, 1000)})

    def init(self, observation: Observation, rng: np.random.Generator) -> Floats:
        """Return equal weights w = 0, (N,) in square metres: the Voronoi cells."""
        return np.zeros(len(observation.positions))

    def plan(self, state: Floats, observation: Observation) -> tuple[Floats, Floats]:
        """Return waypoints towards the centroids, (N, 2) in metres, and the new weights."""
        positions, weights = observation.positions, state
        robots = len(positions)
        regions = self.partition.regions(positions, weights)
        for _ in range(self.sweeps):
            # The transport dual's gradient in w_i is the mass that cell i lacks; it is cut off so
            # that the weight of a robot that owns most of p* does not jump.
            excess = np.clip(robots * regions.masses - 1.0, -1.0, 1.0)
            weights = weights - self.gain / robots * excess
            regions = self.partition.regions(positions, weights)
        return limited(positions, regions.centroids, self.problem.max_step), weights

    def report(self, state: Floats) -> Report:
        """Return that nothing went over the network."""
        return Report(Traffic.none(len(state)))

    @cached_property
    def partition(self) -> Partition:
        """The grid whose points are shared out, weighted by p*."""
        return Partition.of(self.problem.target)
