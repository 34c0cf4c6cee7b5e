"""The planner ``learned``: one trained network for all robots, on what each knows itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.basics.errors import UsageError
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.learned.policy import Policy, step_of
from bildsim.controllers.learned.senses import Senses
from bildsim.controllers.local_view import Estimates, own_statistics
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.controllers.step_limit import limited
from bildsim.network.traffic import Traffic


@dataclass(frozen=True, eq=False)
class LearnedState:
    """What the robots hold between ticks.

    Attributes:
        estimates: each robot's estimate of the swarm's mean statistics.
        traffic: what was sent.
    """

    estimates: Estimates
    traffic: Traffic


@dataclass(frozen=True, eq=False)
class Learned:
    """Each robot goes where a trained network sends it that sees only what the robot knows.

    Every tick a robot sends its estimate of the swarm's mean statistics to its network neighbours,
    mixes in theirs (`bildsim.controllers.local_view.Estimates`), and feeds the network what
    `bildsim.controllers.learned.senses.Senses` makes of its place, its nearest neighbours, the
    target nearby and the gap between estimate and target. The network's two outputs are the way to
    its waypoint. The network is the same for every robot; `examples/learn_policy.py` trains it.

    A robot must know p* and N, sense its nearest neighbours and hear its network neighbours: m
    numbers a message (48), one message a tick. O(N log N) for all to sense, and O(d m + W) a robot,
    d neighbours and W weights. Known failures: nothing is proved of it; in
    what differs from what it was trained on, as a network that mixes slowly or crowds that block
    each other, it guesses; lost robots take along what they had of the estimates' sum.

    Attributes:
        problem: target, family and the longest step; its family is not used.
        policy: the network.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.NEARBY, count=True, messages=True)

    problem: Problem
    policy: Policy

    def init(self, observation: Observation, rng: np.random.Generator) -> LearnedState:
        """Start from what each robot knows of itself alone."""
        estimates = Estimates.begin(self._own(observation.positions))
        return LearnedState(estimates, Traffic.none(len(observation.positions)))

    def plan(self, state: LearnedState, observation: Observation) -> tuple[Floats, LearnedState]:
        """Talk once, then return the network's waypoints, (N, 2) in metres."""
        positions, network = observation.positions, observation.network
        estimates = state.estimates.after_round(self._own(positions), network)
        patch = self._senses.view(len(positions)).patch(self.problem.target, positions)
        inputs = self._senses.inputs(positions, patch, estimates.mean - self._wanted)
        step = step_of(len(positions), self.problem.max_step)
        waypoints = limited(positions, positions + step * self.policy.actions(inputs), step)
        traffic = state.traffic.add(network, 1, self._senses.family.size)
        return waypoints, LearnedState(estimates, traffic)

    def report(self, state: LearnedState) -> Report:
        """Return what was sent."""
        return Report(state.traffic)

    def change_members(
        self, state: LearnedState, before: Ints, observation: Observation
    ) -> LearnedState:
        """Return the state for other members; who joins starts from what it knows of itself."""
        estimates = state.estimates.among(before, self._own(observation.positions))
        return LearnedState(estimates, state.traffic.among(before))

    def check_state(self, state: LearnedState, robots: int) -> None:
        """Look at a state before it is used.

        Raises:
            UsageError: it is not of so many robots, or of a policy with other statistics.
        """
        shape = (robots, self._senses.family.size)
        found = state.estimates.mean.shape
        if found != shape or state.estimates.inputs.shape != shape:
            raise UsageError(f"estimates of shape {found} are not possible: it must be {shape}")

    @property
    def _senses(self) -> Senses:
        return self.policy.senses

    @cached_property
    def _wanted(self) -> Floats:
        """E_p*[phi], (m,)."""
        return self._senses.target_statistics(self.problem.target)

    def _own(self, positions: Floats) -> Floats:
        return own_statistics(self._senses.family, positions)
