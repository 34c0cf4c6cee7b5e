"""Spectral multiscale coverage: paths that are dense where p* is, in the mean over time."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError
from bildsim.controllers.baselines.base import require_within
from bildsim.controllers.baselines.spectral.cosine_basis import Cosines
from bildsim.controllers.consensus.averaging import track
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.controllers.step_limit import limited, off_the_walls
from bildsim.network.traffic import Traffic

# A step from wall to wall (m): only robots without a top speed could take it.
_ACROSS = 2.0


@dataclass(frozen=True, eq=False)
class CoverageState:
    """What the robots hold between ticks.

    Attributes:
        sums: (N, m) each robot's own sum of the cosines along its path.
        ticks: positions in that sum.
        estimates: (N, m) each robot's estimate of the swarm's mean over its paths.
        own: (N, m) each robot's own mean when the estimates were made.
        traffic: what was sent.
    """

    sums: Floats
    ticks: int
    estimates: Floats
    own: Floats
    traffic: Traffic


@dataclass(frozen=True, eq=False)
class SpectralCoverage:
    """Each robot drives at full speed down the ergodic metric of all paths so far.

    Mathew and Mezić, Metrics for ergodicity and design of ergodic dynamics for multi-agent
    systems, Physica D 240, 2011, the feedback for first-order dynamics: with
    c_k the mean of cosine k over robots and time, u_i = -u_max B_i / |B_i|,
    B_i = sum_k Lambda_k (c_k - mu_k) grad f_k(x_i). There c is known to all; here each robot
    follows the mean of the robots' own time averages by dynamic average consensus.

    The swarm never stops, and its positions at one moment do not have the density p*: measure it on
    averages over time. A robot must know p* and its own path and hear its network neighbours:
    m = (K + 1)^2 - 1 numbers a message. O(d m) a robot and round, d neighbours. Known failures:
    that it never rests, hence the largest path of all planners; a bad start is forgotten only as
    1 / t, and so is where a target that moves has been; a network that splits leaves each part with
    the sum it had.

    Attributes:
        problem: target, family, the longest step and the rounds a tick.
        order: K, highest wave number on each axis.

    Raises:
        UsageError: an option is out of range.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.OWN, messages=True)

    problem: Problem
    order: int = 10

    def __post_init__(self) -> None:
        require_within(self, {"order": (1, 50)})
        if self.problem.max_step >= _ACROSS:
            raise UsageError(
                "{planner} drives at the robots' top speed, so {max_speed:inf} is not possible "
                "with it: it must be finite",
                planner="smc",
            )

    def init(self, observation: Observation, rng: np.random.Generator) -> CoverageState:
        """Start with empty paths; every robot's mean is that of where it stands."""
        own = self.cosines.values(observation.positions)
        return CoverageState(np.zeros_like(own), 0, own.copy(), own, Traffic.none(len(own)))

    def plan(self, state: CoverageState, observation: Observation) -> tuple[Floats, CoverageState]:
        """Talk, then return waypoints one longest step away, (N, 2) in metres."""
        positions, network = observation.positions, observation.network
        rounds, longest = self.problem.rounds, self.problem.max_step
        sums, ticks = state.sums + self.cosines.values(positions), state.ticks + 1
        # Each robot's own mean over time; consensus averages these over the robots.
        own = sums / ticks
        estimates = track(network, state.estimates, state.own, own, rounds)
        error = self.cosines.sobolev_weights * (estimates - self.cosines.means)
        ascent = self.cosines.gradient(off_the_walls(positions), error)
        # Only the direction counts; a robot without one stays (0 / tiny).
        size = np.maximum(np.hypot(*ascent.T), np.finfo(np.float64).tiny)[:, None]
        waypoints = limited(positions, positions - longest * ascent / size, longest)
        traffic = state.traffic.add(network, rounds, self.cosines.size)
        return waypoints, CoverageState(sums, ticks, estimates, own, traffic)

    def report(self, state: CoverageState) -> Report:
        """Return what was sent."""
        return Report(state.traffic)

    @cached_property
    def cosines(self) -> Cosines:
        """The functions whose means are compared."""
        return Cosines(self.problem.target, self.order)
