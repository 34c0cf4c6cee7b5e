"""Feedforward of a moving target's velocity, on top of any planner."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.controllers.planner import (
    AnyPlanner,
    ChangesMembers,
    Checks,
    ChecksState,
    Observation,
    Report,
)
from bildsim.controllers.step_limit import limited
from bildsim.network.graph import Network
from bildsim.targets.transport_velocity import VelocityField


@dataclass(frozen=True, eq=False)
class Feedforward:
    """A planner whose waypoints are shifted by the velocity that carries p*(t) at the robot.

    Feedback alone follows a moving density with a lag; the field v with div(p* v) = -dp*/dt takes
    it away, for robots that have the density p* and all move by v keep it. Every robot knows p*(t)
    and its own position, so this needs no message. O(1) a robot and tick beside the field, which is
    the same for all. Known failure: v is that of a swarm that has the target's density; robots
    elsewhere are carried along by what the field is there, as far as their step allows.

    Attributes:
        planner: whose waypoints are shifted.
        field: v at this moment.
        lead_s: the shift is v times this (s): a tick, or more where robots do not come all the way
            to their waypoints in one.
        max_step: how far from the robot a waypoint may be (m).
    """

    planner: AnyPlanner
    field: VelocityField
    lead_s: float
    max_step: float

    def init(self, observation: Observation, rng: np.random.Generator) -> Any:
        """Return the planner's first state."""
        return self.planner.init(observation, rng)

    def plan(self, state: Any, observation: Observation) -> tuple[Floats, Any]:
        """Return the shifted waypoints, (N, 2) in metres, and the planner's next state."""
        waypoints, state = self.planner.plan(state, observation)
        # v at the robot, not at its waypoint: the field carries the density that is there now.
        shift = self.lead_s * self.field.at(observation.positions)
        return limited(observation.positions, waypoints + shift, self.max_step), state

    def report(self, state: Any) -> Report:
        """Return the planner's report."""
        return self.planner.report(state)

    def check(self, network: Network) -> None:
        """Let the planner look at the network, if it wants to; see `Checks`."""
        if isinstance(self.planner, Checks):
            self.planner.check(network)

    def check_state(self, state: Any, robots: int) -> None:
        """Let the planner look at a state that was read, if it wants to; see `ChecksState`."""
        if isinstance(self.planner, ChecksState):
            self.planner.check_state(state, robots)


class _FeedforwardOfMembers(Feedforward):
    """The same on a planner that goes on with other members; see `ChangesMembers`."""

    def change_members(self, state: Any, before: Ints, observation: Observation) -> Any:
        """Return the planner's state for other members."""
        return cast("ChangesMembers[Any]", self.planner).change_members(state, before, observation)


def with_feedforward(
    planner: AnyPlanner, field: VelocityField, lead_s: float, max_step: float
) -> Feedforward:
    """Return a planner with feedforward on top, which can do all that it can; see `Feedforward`."""
    kind = _FeedforwardOfMembers if isinstance(planner, ChangesMembers) else Feedforward
    return kind(planner, field, lead_s, max_step)
