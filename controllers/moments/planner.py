"""Planners that bring the swarm's moments to the target's, and spread robots below their scale."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats, Ints, require_rows
from bildsim.basics.errors import UsageError, not_allowed, unknown_name
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.moments.agreement import Agreement, AgreementState, ConsensusName
from bildsim.controllers.moments.cells import PowerCells, usual_range
from bildsim.controllers.moments.goal import MomentGoal, moment_goal
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.controllers.safety.neighbours import sense
from bildsim.controllers.step_limit import limited
from bildsim.network.channel import Size
from bildsim.network.graph import Network

# Shorter moves (m) are no progress but what is left of the agreement's errors: robots rest.
_REST_M = 2e-4
# A move takes at least so many renewals of the estimates to be felt by all.
_RENEWALS = 4.0
# What is forgotten a round where nothing is lost, and in a control tick where messages are.
_LEAK, _LOSSY_LEAK = 1e-4, 1e-2
_BALANCINGS = 2


@dataclass(frozen=True, eq=False)
class MomentState:
    """What the robots hold between ticks.

    Attributes:
        agreement: on the swarm's mean statistics.
        weights: (N,) of the robots' cells (m^2); zeros without a short range.
    """

    agreement: AgreementState
    weights: Floats

    def require_sound(self) -> None:
        """Make sure that its arrays go together, as those from a file may not.

        Raises:
            ValueError: they do not.
        """
        require_rows(len(self.agreement.channel.traffic.messages), self.weights)


@dataclass(frozen=True, eq=False)
class MomentDescent:
    """Robots descend the distance of the swarm's mean statistics from p*'s, in a fixed metric.

    With s = mean_j phi(x_j), of which robot i has the estimate s_i, and the goal g and the metric K
    of `bildsim.controllers.moments.goal`, each robot moves by

        v_i = -gain grad phi(x_i) K (s_i - g).

    **Why it converges.** Where all estimates are exact ds = -gain A K (s - g), with A = mean_j
    grad phi(x_j)^T grad phi(x_j); robots that stand like p* have A = M = K^-1 - e I, so every
    moment's error shrinks by 1 - gain lambda a move, lambda = mu / (mu + e) for an eigenvalue mu of
    M: all alike, but for those below the ridge e. A hypergradient step, without K, has to be small
    enough for the largest mu, hundreds of times the smallest. Away from p* this is measured, not
    proved: docs/moments.md. Estimates come from a consensus that forgets
    (`bildsim.controllers.consensus.forgetting`), so nothing that was lost stays.

    A robot must know p* and its own position and hear its network neighbours: one broadcast of m
    numbers, 96 bytes, a round. No fit and no solve at run time; O(m^2 + d m) a robot and round, d
    neighbours. Known failures: m moments leave most of 2 N coordinates free, so robots clump below
    the scale that the polynomials resolve, and touch; `MomentCells` cures that.

    Attributes:
        problem: target, family, the longest step, rounds and the channel.
        gain: share of the moments' error that a move takes away; 0 to 1.
        consensus: how robots agree: ``forgetting``, ``admm`` or ``metropolis``; the last two are
            there to be compared with.
        leak: what the first forgets, a round, 0 to below 1; unless given 0.0001, and where links
            lose messages 0.01 over the rounds a tick, 0.001 for ten.
        number_bits: bits of the numbers in its messages where no option of the links says so: 16,
            32 or 64.
        warmup_rounds: rounds before the first move, 0 or more.
        moment_share: of p*'s own moments in the goal, the rest those of the best fit; 0 to 1.

    Raises:
        UsageError: an option is out of range.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.OWN, messages=True, channel=True)
    tells_weights: ClassVar[bool] = False

    problem: Problem
    gain: float = 0.35
    consensus: ConsensusName = "forgetting"
    leak: float | None = None
    number_bits: int = 16
    warmup_rounds: int = 20
    moment_share: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.gain <= 1.0:
            raise not_allowed("gain", self.gain, "0 to 1")
        if self.consensus not in ("forgetting", "admm", "metropolis"):
            raise unknown_name("consensus", self.consensus, ("forgetting", "admm", "metropolis"))
        if self.leak is not None and not 0.0 <= self.leak < 1.0:
            raise not_allowed("leak", self.leak, "0 or more, below 1")
        if self.number_bits not in (16, 32, 64):
            raise not_allowed("number_bits", self.number_bits, "16, 32 or 64")
        if not 0 <= self.warmup_rounds <= 10_000:
            raise not_allowed("warmup_rounds", self.warmup_rounds, "0 to 10,000")
        if not 0.0 <= self.moment_share <= 1.0:
            raise not_allowed("moment_share", self.moment_share, "0 to 1")
        threshold = self.problem.channel.settings.send_threshold
        if threshold and self.consensus == "admm":
            raise UsageError(
                "{send_threshold} is not possible with the planner option consensus=admm, which "
                "says something else to each neighbour: allowed are {send_threshold:0} or another "
                "consensus",
                send_threshold=threshold,
            )

    def init(self, observation: Observation, rng: np.random.Generator) -> MomentState:
        """Start from what each robot knows of itself alone, and talk before the first move."""
        own = self._statistics(observation)
        agreement = self.agreement.init(own, observation, rng)
        state = MomentState(agreement, np.zeros(len(own)))
        return self._talk(state, observation, self.warmup_rounds)

    def plan(self, state: MomentState, observation: Observation) -> tuple[Floats, MomentState]:
        """Talk, then return each robot's waypoint, (N, 2) in metres."""
        state = self._talk(state, observation, self.problem.rounds)
        places = np.clip(observation.positions, -1.0, 1.0)
        move = self._descent(state, places)
        near, state = self._spread(state, places)
        move += near
        length = np.hypot(move[:, 0], move[:, 1])[:, None]
        move *= np.clip(length / _REST_M - 1.0, 0.0, 1.0)
        return limited(places, places + move, self.problem.max_step), state

    def report(self, state: MomentState) -> Report:
        """Return what was sent."""
        return Report(state.agreement.channel.traffic)

    def change_members(
        self, state: MomentState, before: Ints, observation: Observation
    ) -> MomentState:
        """Let those that stay go on; who joins starts from what it knows of itself."""
        own = self._statistics(observation)
        agreement = self.agreement.change_members(state.agreement, before, own)
        return MomentState(agreement, np.where(before >= 0, state.weights[before], 0.0))

    def check_state(self, state: MomentState, robots: int) -> None:
        """Refuse a state of other robots, another family, another consensus or other links.

        Raises:
            UsageError: it is one, or no state of this planner at all.
        """
        size = self.problem.family.size
        if not (
            isinstance(state, MomentState)
            and state.weights.shape == (robots,)
            and self.agreement.holds(state.agreement, robots, size)
        ):
            raise UsageError(
                f"a state of {type(state).__name__} is not possible: it must be one of moments "
                f"with these settings, of {robots} robots with {size} statistics"
            )

    @cached_property
    def goal(self) -> MomentGoal:
        """Where the moments are to go, and the metric."""
        problem = self.problem
        return moment_goal(
            problem.target,
            problem.log_target,
            problem.family,
            problem.regularisation,
            self.moment_share,
        )

    @property
    def agreement(self) -> Agreement:
        """How robots agree."""
        return Agreement(
            self.problem.channel,
            self.consensus,
            self._leak,
            self.number_bits,
            self.tells_weights,
        )

    @property
    def _leak(self) -> float:
        """The leak: what one end alone heard must go as fast as robots that move add to it."""
        if self.leak is not None:
            return self.leak
        if not self.problem.channel.settings.may_lose:
            return _LEAK
        return max(_LOSSY_LEAK / self.problem.rounds, _LEAK)

    @property
    def message(self) -> Size:
        """What one of its messages weighs."""
        return self.agreement.size(self.problem.family.size)

    @property
    def rounds_a_tick(self) -> int:
        """Rounds that it does whenever it is asked."""
        return self.problem.rounds

    def _statistics(self, observation: Observation) -> Floats:
        return self.problem.family.statistics(np.clip(observation.positions, -1.0, 1.0))

    def _talk(self, state: MomentState, observation: Observation, rounds: int) -> MomentState:
        agreement = self.agreement.advance(
            state.agreement, self._statistics(observation), state.weights, observation, rounds
        )
        return replace(state, agreement=agreement)

    def _descent(self, state: MomentState, places: Floats) -> Floats:
        """Return how far the long range moves each robot, (N, 2) in metres."""
        goal = self.goal
        error = self.agreement.estimates(state.agreement) - goal.moments
        return -self._gain * self.problem.family.ascent(places, error @ goal.metric)

    @property
    def _gain(self) -> float:
        """The gain, less where robots would move faster than their estimates are renewed."""
        late = self.problem.channel.settings.link_delay
        return self.gain * min(1.0, self.problem.rounds / ((late + 1) * _RENEWALS))

    def _spread(self, state: MomentState, places: Floats) -> tuple[Floats, MomentState]:
        """Return how far the short range moves each robot, (N, 2) in metres, and what is held."""
        return np.zeros_like(places), state


@dataclass(frozen=True, eq=False)
class MomentCells(MomentDescent):
    """Moments over the long range, power cells over the short one: no clumps, and no computer.

    To the move of `MomentDescent`, whose goal lies here between the best fit's moments and p*'s
    own, a robot adds a share of the way to the p*-centroid of its power cell, cut to a disc that it
    can sense (`bildsim.controllers.moments.cells`); the weights let all cells come to 1 / N of p*.
    Cells alone are Lloyd's method with equal masses, and end wherever no disc sees the mass that is
    missing; the moments bring robots there from anywhere.
    **Hoped**, and measured only (docs/moments.md): that the two agree in the end.

    A robot must know p*, N and its own position, sense the robots within ``sensing_range``, and
    hear its network neighbours: one broadcast of m + 1 numbers, 98 bytes, a round. O(m^2 + d m) a
    robot and round and O(k^2) a tick, d neighbours of which k are sensed, whatever N is. Known
    failures: a network in parts whose moments differ, of which each aims at all of p* by itself;
    late messages and few rounds while robots move; N that is not known to have changed.

    Attributes:
        problem: target, family, the longest step, rounds and the channel.
        moment_share: of p*'s own moments in the goal, the rest those of the best fit; 0 to 1.
        spreading: share of the way to its cell's centroid that a robot goes in a move; 0 to 1.
        sensing_range: how far a robot senses others (m); unless given 0.7 for 100 robots, and for
            other numbers as much in proportion to 1 / sqrt(N).
        balance: share of its lack of mass that a cell's weight makes up for in a step; 0 to 1.
    """

    knows: ClassVar[Knowledge] = Knowledge(
        Positions.NEARBY, count=True, messages=True, channel=True
    )
    tells_weights: ClassVar[bool] = True

    moment_share: float = 0.5
    spreading: float = 0.2
    sensing_range: float | None = None
    balance: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("spreading", "balance"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise not_allowed(name, getattr(self, name), "0 to 1")
        reach = self.sensing_range
        if reach is not None and not (reach > 0.0 and math.isfinite(reach)):
            raise not_allowed("sensing_range", reach, "above 0 m, and finite")

    def check(self, network: Network) -> None:
        """Refuse a range in which no robot would sense another.

        Raises:
            UsageError: the sensing range is too small for so many robots.
        """
        robots, reach = len(network.degree), self.sensing_range
        # As far apart as so many robots are when they stand evenly.
        least = 2.0 / math.sqrt(robots)
        if reach is not None and reach < least:
            raise UsageError(
                "planner option sensing_range={0} m is too small to matter: {1} robots that stand "
                "evenly are {2} m apart; {3} m would do",
                f"{reach:g}",
                robots,
                f"{least:.2g}",
                f"{usual_range(robots):.2g}",
            )

    def _spread(self, state: MomentState, places: Floats) -> tuple[Floats, MomentState]:
        target, weights, robots = self.problem.target, state.weights, len(places)
        reach = usual_range(robots) if self.sensing_range is None else self.sensing_range
        cells, sensed = PowerCells(0.5 * reach, self.balance), sense(places, reach)
        density = target.density(places)
        for _ in range(_BALANCINGS):
            told = state.agreement.weights_of(sensed, weights)
            found = cells.of(target, places, weights, sensed, told)
            weights = cells.balanced(weights, found.masses, density)
        told = state.agreement.weights_of(sensed, weights)
        found = cells.of(target, places, weights, sensed, told)
        return self.spreading * (found.centroids - places), replace(state, weights=weights)
