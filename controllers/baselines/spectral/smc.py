"""Spectral multiscale coverage: paths that are dense where p* is, in the mean over time."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats, require_rows
from bildsim.basics.errors import UsageError
from bildsim.controllers.baselines.base import require_within
from bildsim.controllers.baselines.spectral.cosine_basis import Cosines
from bildsim.controllers.consensus.averaging import Tracked, track_over
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.controllers.step_limit import limited, off_the_walls
from bildsim.network.channel import Size
from bildsim.network.graph import Network

# A step from wall to wall (m): only robots without a top speed could take it.
_ACROSS = 2.0


@dataclass(frozen=True, eq=False)
class CoverageState:
    """What the robots hold between ticks.

    Attributes:
        sums: (N, m) each robot's own sum of the cosines along its path.
        ticks: positions in that sum.
        tracked: each robot's estimate of the swarm's mean over its paths, and what was sent.
    """

    sums: Floats
    ticks: int
    tracked: Tracked

    def require_sound(self) -> None:
        """Make sure that its arrays go together, as those from a file may not.

        Raises:
            ValueError: they do not.
        """
        require_rows(len(self.tracked.inputs), self.sums)


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
    the sum it had; lost messages bias the estimates for ever, late ones make them slower
    (`bildsim.controllers.consensus.averaging.track_over`).

    Attributes:
        problem: target, family, the longest step, the rounds a tick and the channel.
        order: K, highest wave number on each axis.

    Raises:
        UsageError: an option is out of range.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.OWN, messages=True, channel=True)

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
        channel = self.problem.channel.open(len(own), rng)
        return CoverageState(np.zeros_like(own), 0, Tracked.begin(channel, own))

    def plan(self, state: CoverageState, observation: Observation) -> tuple[Floats, CoverageState]:
        """Talk, then return waypoints one longest step away, (N, 2) in metres."""
        positions, problem, longest = observation.positions, self.problem, self.problem.max_step
        sums, ticks = state.sums + self.cosines.values(positions), state.ticks + 1
        # Each robot's own mean over time; consensus averages these over the robots.
        own = sums / ticks
        tracked = track_over(
            problem.channel, state.tracked, observation.network, own, problem.rounds
        )
        error = self.cosines.sobolev_weights * (tracked.estimates - self.cosines.means)
        ascent = self.cosines.gradient(off_the_walls(positions), error)
        # Only the direction counts; a robot without one stays (0 / tiny).
        size = np.maximum(np.hypot(*ascent.T), np.finfo(np.float64).tiny)[:, None]
        waypoints = limited(positions, positions - longest * ascent / size, longest)
        return waypoints, CoverageState(sums, ticks, tracked)

    def report(self, state: CoverageState) -> Report:
        """Return what was sent."""
        return Report(state.tracked.channel.traffic)

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
