"""Descent of the ergodic metric of the current positions, agreed on over the network."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.base import require_within
from bildsim.controllers.baselines.spectral.cosine_basis import Cosines
from bildsim.controllers.consensus.averaging import track
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.controllers.step_limit import limited, off_the_walls
from bildsim.network.traffic import Traffic


@dataclass(frozen=True, eq=False)
class CoefficientState:
    """What the robots hold between ticks.

    Attributes:
        own: (N, m) what each robot contributes to the mean.
        estimates: (N, m) each robot's estimate of the mean.
        traffic: what was sent.
    """

    own: Floats
    estimates: Floats
    traffic: Traffic


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
    part with the sum it had; and it minimises what ``ergodic`` measures, up to the order.

    Attributes:
        problem: target, family, the longest step and the rounds a tick.
        order: K, highest wave number on each axis.
        step: beta in m^4 a tick.

    Raises:
        UsageError: an option is out of range.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.OWN, messages=True)

    problem: Problem
    order: int = 10
    step: float = 1.0

    def __post_init__(self) -> None:
        require_within(self, {"order": (1, 50)})

    def init(self, observation: Observation, rng: np.random.Generator) -> CoefficientState:
        """Start from what each robot knows of itself alone."""
        own = self.cosines.values(observation.positions)
        return CoefficientState(own, own.copy(), Traffic.none(len(own)))

    def plan(
        self, state: CoefficientState, observation: Observation
    ) -> tuple[Floats, CoefficientState]:
        """Talk, then return waypoints down each robot's own estimate, (N, 2) in metres."""
        positions, network = observation.positions, observation.network
        rounds = self.problem.rounds
        own = self.cosines.values(positions)
        estimates = track(network, state.estimates, state.own, own, rounds)
        # The factor 2 / N of the true gradient is left out: the step is that of one robot.
        error = self.cosines.sobolev_weights * (estimates - self.cosines.means)
        ascent = self.cosines.gradient(off_the_walls(positions), error)
        goals = positions - self.step * ascent
        waypoints = limited(positions, goals, self.problem.max_step)
        traffic = state.traffic.add(network, rounds, self.cosines.size)
        return waypoints, CoefficientState(own, estimates, traffic)

    def report(self, state: CoefficientState) -> Report:
        """Return what was sent."""
        return Report(state.traffic)

    @cached_property
    def cosines(self) -> Cosines:
        """The functions whose means are compared."""
        return Cosines(self.problem.target, self.order)
