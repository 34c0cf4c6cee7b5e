"""The planner ``learned``: one trained network for all robots, on what each knows itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats, Ints, require_rows
from bildsim.basics.errors import UsageError
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.learned.policy import Policy, step_of
from bildsim.controllers.learned.senses import Senses
from bildsim.controllers.local_view import Estimates, own_statistics
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.controllers.step_limit import limited
from bildsim.network.channel import ChannelState, Size
from bildsim.network.graph import Network


@dataclass(frozen=True, eq=False)
class LearnedState:
    """What the robots hold between ticks.

    Attributes:
        estimates: each robot's estimate of the swarm's mean statistics.
        channel: what is under way, and what was sent.
    """

    estimates: Estimates
    channel: ChannelState

    def require_sound(self) -> None:
        """Make sure that its arrays go together, as those from a file may not.

        Raises:
            ValueError: they do not.
        """
        require_rows(len(self.channel.traffic.messages), self.estimates.mean)


@dataclass(frozen=True, eq=False)
class Learned:
    """Each robot goes where a trained network sends it that sees only what the robot knows.

    Every tick a robot sends its estimate of the swarm's mean statistics to its network neighbours,
    mixes in theirs (`bildsim.controllers.local_view.Estimates`), and feeds the network what
    `bildsim.controllers.learned.senses.Senses` makes of its place, its nearest neighbours, the
    target nearby and the gap between the mean of what it heard and the target. The network's two
    outputs are the way to its waypoint. It is the same network for every robot;
    `examples/learn_policy.py` trains it.

    A robot must know p* and N, sense its nearest neighbours and hear its network neighbours: m
    numbers a message (48), one message a tick. O(N log N) for all to sense, and O(d m + W) a robot,
    d neighbours and W weights. Known failures: nothing is proved of it; in what differs from what
    it was trained on, as bad links, a network that mixes slowly or crowds that block each other, it
    guesses; lost robots take along what they had of the estimates' sum, lost messages bias it for
    ever, and late ones make estimates slower.

    Attributes:
        problem: target, family, the longest step and the channel; its family is not used.
        policy: the network.
    """

    knows: ClassVar[Knowledge] = Knowledge(
        Positions.NEARBY, count=True, messages=True, channel=True
    )

    problem: Problem
    policy: Policy

    def init(self, observation: Observation, rng: np.random.Generator) -> LearnedState:
        """Start from what each robot knows of itself alone."""
        estimates = Estimates.begin(self._own(observation.positions))
        channel = self.problem.channel.open(len(observation.positions), rng)
        return LearnedState(estimates, channel)

    def plan(self, state: LearnedState, observation: Observation) -> tuple[Floats, LearnedState]:
        """Talk once, then return the network's waypoints, (N, 2) in metres."""
        positions, network = observation.positions, observation.network
        estimates, channel = state.estimates.over(
            self.problem.channel, state.channel, self._own(positions), network
        )
        patch = self._senses.view(len(positions)).patch(self.problem.target, positions)
        # Not its own, in which its own last move has its full weight: near walls, where phi is
        # steep, a robot would take that for a change of the swarm, and go back and forth.
        inputs = self._senses.inputs(positions, patch, estimates.heard - self._wanted)
        step = step_of(len(positions), self.problem.max_step)
        waypoints = limited(positions, positions + step * self.policy.actions(inputs), step)
        return waypoints, LearnedState(estimates, channel)

    def report(self, state: LearnedState) -> Report:
        """Return what was sent."""
        return Report(state.channel.traffic)

    @property
    def message(self) -> Size:
        """What one of its messages weighs."""
        return Size((self._senses.family.size,))

    @property
    def rounds_a_tick(self) -> int:
        """Rounds that it does whenever it is asked."""
        return 1

    def check(self, network: Network) -> None:
        """Refuse a delay by which too much would be under way.

        Raises:
            UsageError: it would.
        """
        self.problem.channel.require_memory(len(network.degree), self._senses.family.size)

    def change_members(
        self, state: LearnedState, before: Ints, observation: Observation
    ) -> LearnedState:
        """Return the state for other members; who joins starts from what it knows of itself."""
        estimates = state.estimates.among(before, self._own(observation.positions))
        channel = self.problem.channel.change_members(state.channel, before)
        return LearnedState(estimates, channel)

    def check_state(self, state: LearnedState, robots: int) -> None:
        """Look at a state before it is used.

        Raises:
            UsageError: it is not of so many robots, or of a policy with other statistics.
        """
        shape = (robots, self._senses.family.size)
        found = state.estimates.mean.shape
        if found != shape or state.estimates.inputs.shape != shape:
            raise UsageError(f"estimates of shape {found} are not possible: it must be {shape}")
        sent = state.channel.sent.history
        perfect = state.channel.links is None
        held, saves = state.channel.held, self.problem.channel.settings.send_threshold > 0.0
        # Of no numbers before the first round.
        fits = held is None or held.told.shape in ((robots, 0), shape)
        odd = (held is not None) != saves or not fits
        odd |= perfect != self.problem.channel.perfect
        if odd or any(past.shape != shape for past in sent):
            raise UsageError("what is under way is not possible: it must be of links like these")

    @property
    def _senses(self) -> Senses:
        return self.policy.senses

    @cached_property
    def _wanted(self) -> Floats:
        """E_p*[phi], (m,)."""
        return self._senses.target_statistics(self.problem.target)

    def _own(self, positions: Floats) -> Floats:
        return own_statistics(self._senses.family, positions)
