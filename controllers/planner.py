"""The protocol of all planners: from what is observed to where each robot should go next.

A planner is a frozen configuration; all that changes is in the state that it hands back, so a run
can be stopped, saved and carried on from its states. Where the target moves, a planner is made anew
for the problem of every tick, and goes on from the state that the last one handed back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.basics.errors import UsageError
from bildsim.network.traffic import Traffic

if TYPE_CHECKING:
    # Only for types: whoever asks what planners there are need not wait for what these load.
    from bildsim.density.legendre_family import LegendreFamily
    from bildsim.network.channel import Channel, Size
    from bildsim.network.graph import Network
    from bildsim.targets.target import Target

__all__ = [
    "AnyPlanner",
    "ChangesMembers",
    "Checks",
    "ChecksState",
    "Observation",
    "Planner",
    "Problem",
    "Report",
    "Talks",
    "Traffic",
]

State = TypeVar("State")
Read = TypeVar("Read", contravariant=True)


@dataclass(frozen=True, eq=False)
class Observation:
    """What a planner sees at a control tick: the N robots that are in the swarm, as measured.

    Not to be confused with the environment's observation, a dictionary of all robots' arrays for
    Gymnasium's agents, nor with the run's `bildsim.simulation.tick.Tick`, which holds the truth for
    measurements and records.

    Attributes:
        time_s: simulated time (s).
        positions: (N, 2) measured centres of the robots in the world frame (m). Measured with
            errors they lie in C; the exact ones may be micrometres outside, pressed to a wall.
        network: who hears whom until the next tick.
    """

    time_s: float
    positions: Floats
    network: Network


def _perfect() -> Channel:
    from bildsim.network.channel import Channel

    return Channel()


@dataclass(frozen=True, eq=False)
class Problem:
    """What a planner is asked to do, known to every robot from the start.

    Attributes:
        target: the density p* that the swarm is to take.
        family: the exponential family in which densities are fitted.
        regularisation: w, the ridge of the fit.
        max_step: how far a robot can come until the planner is asked again (m): in one control
            tick, unless a radio is so slow that a round takes several.
        rounds: communication rounds that the network has time for whenever the planner is asked.
        reaches_waypoints: whether robots are at their waypoints when a tick ends, as points may be
            and robots on wheels are not.
        coverage: share of the way to a near waypoint that a robot covers in that time.
        channel: over which planners talk that bear bad links.

    Raises:
        UsageError: there is not at least one round.
    """

    target: Target
    family: LegendreFamily
    regularisation: float
    max_step: float
    rounds: int = 1
    reaches_waypoints: bool = False
    coverage: float = 1.0
    channel: Channel = field(default_factory=_perfect)

    def __post_init__(self) -> None:
        if self.rounds < 1:
            raise UsageError("{rounds} is not allowed: it must be 1 or more", rounds=self.rounds)

    @cached_property
    def log_target(self) -> Floats:
        """Return ln p* on the family's grid, shape (G, G); 0 in obstacles, where nothing counts."""
        return self.target.log_on_grid(self.family.grid)


@dataclass(frozen=True, eq=False)
class Report:
    """What a planner reports of itself.

    Attributes:
        traffic: messages and bytes that each robot has sent since the start.
        parameters: (N, m) natural parameters of each robot's estimate of the swarm's density; None
            for planners that keep no such estimate.
    """

    traffic: Traffic
    parameters: Floats | None = None


class Planner(Protocol[State]):
    """A rule that leads the swarm to the target density."""

    def init(self, observation: Observation, rng: np.random.Generator) -> State:
        """Return the state before the first tick; ``rng`` is the only source of randomness."""

    def plan(self, state: State, observation: Observation) -> tuple[Floats, State]:
        """Return the waypoints, (N, 2) in C in metres, and the next state."""

    def report(self, state: State) -> Report:
        """Return what was sent so far and what the robots estimate."""


@runtime_checkable
class ChangesMembers(Protocol[State]):
    """What a planner may offer on top: to go on when robots leave the swarm or come to it.

    A planner without it begins anew, with `Planner.init`, whenever the members change.
    """

    def change_members(self, state: State, before: Ints, observation: Observation) -> State:
        """Return the state for other members, at the tick in which they have changed.

        Args:
            state: the state until now.
            before: (N,) each present member's row in it; -1 for newcomers.
            observation: what the present members, N, see.
        """


@runtime_checkable
class Checks(Protocol):
    """What a planner may offer on top: to refuse settings that go wrong on a network."""

    def check(self, network: Network) -> None:
        """Look at the network of the run's start, before anything moves.

        Raises:
            UsageError: the planner's settings do not go with it; the sentence says what would.
        """


@runtime_checkable
class ChecksState(Protocol[Read]):
    """What a planner may offer on top: to look at a state that comes from a file.

    A state of the right classes may still be of another configuration, or made up. Kernels that
    read memory by its size must not meet it.
    """

    def check_state(self, state: Read, robots: int) -> None:
        """Look at a state before it is used.

        Args:
            state: what was read.
            robots: number of robots that it must be of.

        Raises:
            UsageError: it is no state of this planner for so many robots.
        """


@runtime_checkable
class Talks(Protocol):
    """What a planner that talks must offer for radios: how much it says."""

    @property
    def message(self) -> Size:
        """What one of its messages weighs."""

    @property
    def rounds_a_tick(self) -> int:
        """Rounds in which every robot speaks once, whenever the planner is asked."""


AnyPlanner = Planner[Any]
"""A planner, whatever its state is."""
