"""Descent of the ergodic metric of the current positions, agreed on over the network."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.base import require_within
from bildsim.controllers.baselines.spectral.cosine_basis import Cosines
from bildsim.controllers.consensus.averaging import Tracked, track_over
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.controllers.step_limit import limited, off_the_walls
from bildsim.network.channel import Size
from bildsim.network.graph import Network


@dataclass(frozen=True, eq=False)
class ErgodicDescent:
    """Each robot descends sum_k Lambda_k (c_k - mu_k)^2, c_k the mean of cosine k over the robots.

    The metric is that of Mathew and Mezić, Physica D 240, 2011, equation 7, but of the positions at
    this moment instead of whole paths, so that the swarm comes to rest. Robot i moves by
    -beta sum_k Lambda_k (s_ik - mu_k) grad f_k(x_i); N/2 times the gradient if its estimate s_i
    were exact. Estimates follow the mean by dynamic average consensus, ``rounds`` rounds a tick.

    A robot must know p* and its own position and hear its network neighbours: m = (K + 1)^2 - 1
    numbers a message (BILD-MACRO sends m (m + 5) / 2 of its m = 48, with the Wasserstein metric
    2 m). O(d m) a robot and round, d neighbours. Known failures: a network that splits leaves each
    part with the sum it had; lost messages bias the estimates for ever, and late ones make them as
    many times slower (`bildsim.controllers.consensus.averaging.track_over`); and it minimises what
    ``ergodic`` measures, up to the order.

    Attributes:
        problem: target, family, the longest step, the rounds a tick and the channel.
        order: K, highest wave number on each axis.
        step: beta in m^4 a tick.

    Raises:
        UsageError: an option is out of range.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.OWN, messages=True, channel=True)

    problem: Problem
    order: int = 10
    step: float = 1.0

    def __post_init__(self) -> None:
        require_within(self, {"order": (1, 50)})

    def init(self, observation: Observation, rng: np.random.Generator) -> Tracked:
        """Start from what each robot knows of itself alone."""
        own = self.cosines.values(observation.positions)
        return Tracked.begin(self.problem.channel.open(len(own), rng), own)

    def plan(self, state: Tracked, observation: Observation) -> tuple[Floats, Tracked]:
        """Talk, then return waypoints down each robot's own estimate, (N, 2) in metres."""
        positions, problem = observation.positions, self.problem
        own = self.cosines.values(positions)
        state = track_over(problem.channel, state, observation.network, own, problem.rounds)
        # The factor 2 / N of the true gradient is left out: the step is that of one robot.
        error = self.cosines.sobolev_weights * (state.estimates - self.cosines.means)
        ascent = self.cosines.gradient(off_the_walls(positions), error)
        goals = positions - self.step * ascent
        return limited(positions, goals, problem.max_step), state

    def report(self, state: Tracked) -> Report:
        """Return what was sent."""
        return Report(state.channel.traffic)

    @property
    def message(self) -> Size:
        """What one of its messages weighs."""
        return Size((self.cosines.size,))

    @property
    def rounds_a_tick(self) -> int:
        """Rounds that it does whenever it is asked."""
        return self.problem.rounds

    def check(self, network: Network) -> None:
        """Refuse a delay by which too much would be under way.

        Raises:
            UsageError: it would.
        """
        self.problem.channel.require_memory(len(network.degree), self.cosines.size)

    @cached_property
    def cosines(self) -> Cosines:
        """The functions whose means are compared."""
        return Cosines(self.problem.target, self.order)
