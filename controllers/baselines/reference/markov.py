"""A swarm of independent Markov chains whose stationary distribution is p*."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.basics.errors import not_allowed
from bildsim.controllers.baselines.base import FINE_CELLS
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.controllers.step_limit import limited
from bildsim.network.traffic import Traffic
from bildsim.targets.point_masses import PointMasses

# Robots stand in the inner part of their bin, so that an error of position names no other bin.
_INNER = 0.9
_STEPS = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])


@dataclass(frozen=True, eq=False)
class ChainState:
    """What the robots hold between ticks.

    Attributes:
        goals: (N, 2) the place in its bin where each robot is to be (m).
        offsets: (N, 2) each robot's place in any bin, from its centre (m).
        key: seed of all draws to come; with ``ticks`` it gives the draws of a tick.
        ticks: ticks planned so far.
    """

    goals: Floats
    offsets: Floats
    key: int
    ticks: int


@dataclass(frozen=True, eq=False)
class MetropolisSwarm:
    """Each robot hops between bins by Metropolis and Hastings's rule, whatever the others do.

    Açıkmeşe and Bayard, Markov chain approach to probabilistic guidance for swarms of autonomous
    agents, Asian J. Control 17(4), 2015 (ACC 2012), with the chain of Hastings (Biometrika 57,
    1970): propose one of the four bins next to one's own with equal chance, go there with
    probability min(1, pi_new / pi_own), stay otherwise and where the proposal lies outside. The
    chain's stationary distribution is pi, the mass of p* in each bin. All robots decide at the same
    moment, once in as many ticks as a hop takes, or faraway bins would count travel as residence.

    A robot must know p* and its own bin: no sensing, no messages, no number of robots; lost robots
    are made good. O(1) a robot and tick. Known failures: at best it is as good as independent
    draws from p* (``iid``); it never rests; and it diffuses, so from a corner a minute is
    too short to mix.

    Attributes:
        problem: target, family and the longest step.
        bins: bins along each axis of C; a divisor of 100.

    Raises:
        UsageError: an option is out of range.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.OWN)

    problem: Problem
    bins: int = 10

    def __post_init__(self) -> None:
        if self.bins < 1 or FINE_CELLS % self.bins:
            raise not_allowed("bins", self.bins, f"a divisor of {FINE_CELLS}")

    def init(self, observation: Observation, rng: np.random.Generator) -> ChainState:
        """Let each robot keep the place in its bin that it has, but for the rim."""
        positions = observation.positions
        centres = self._centres(self.bins_of(positions))
        offsets = np.clip(positions - centres, -_INNER / self.bins, _INNER / self.bins)
        goals = centres + offsets
        return ChainState(goals, offsets, int(rng.integers(2**63)), 0)

    def plan(self, state: ChainState, observation: Observation) -> tuple[Floats, ChainState]:
        """Return waypoints towards each robot's place in its bin, (N, 2) in metres."""
        positions, goals = observation.positions, state.goals
        if state.ticks and state.ticks % self.period == 0:
            # Seeded by the tick, so that a run resumed from its state draws the same.
            rng = np.random.default_rng((state.key, state.ticks))
            goals = self._centres(self.hop(self.bins_of(positions), rng)) + state.offsets
        waypoints = limited(positions, goals, self.problem.max_step)
        return waypoints, ChainState(goals, state.offsets, state.key, state.ticks + 1)

    def report(self, state: ChainState) -> Report:
        """Return that nothing was sent."""
        return Report(Traffic.none(len(state.goals)))

    @property
    def period(self) -> int:
        """Ticks between two decisions: enough to cross a bin."""
        # A bin is 2 / bins wide; rounding must not cost a tick.
        return ceil(2.0 / self.bins / self.problem.max_step - 1e-9)

    @cached_property
    def stationary(self) -> Floats:
        """The mass of p* in each bin, (bins, bins), adding up to 1; [i, j] lies at (x_i, y_j)."""
        fine = FINE_CELLS // self.bins
        # Transposed: point masses are stored by rows of y.
        masses = PointMasses.of(self.problem.target, self.bins * fine).masses.T
        return np.asarray(masses.reshape(self.bins, fine, self.bins, fine).sum(axis=(1, 3)))

    def bins_of(self, positions: Floats) -> Ints:
        """Return each robot's bin, (N, 2) whole numbers from 0, along x and y."""
        found = np.floor((positions + 1.0) * (0.5 * self.bins)).astype(np.int64)
        return np.clip(found, 0, self.bins - 1)

    def hop(self, bins: Ints, rng: np.random.Generator) -> Ints:
        """Draw each robot's next bin, (N, 2), from its present one."""
        proposed = bins + _STEPS[rng.integers(len(_STEPS), size=len(bins))]
        inside = ((proposed >= 0) & (proposed < self.bins)).all(axis=1)
        # A proposal outside the square is refused: the robot proposes its own bin to itself.
        proposed = np.where(inside[:, None], proposed, bins)
        # A robot in a bin of obstacles takes any that has mass.
        own = np.maximum(self.stationary[tuple(bins.T)], np.finfo(np.float64).tiny)
        odds = self.stationary[tuple(proposed.T)] / own
        accepted = rng.random(len(bins)) < odds
        return np.where(accepted[:, None], proposed, bins)

    def _centres(self, bins: Ints) -> Floats:
        return (2.0 * bins + 1.0) / self.bins - 1.0
