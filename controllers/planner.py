"""The protocol that every planner meets: where should each robot go next?

A planner is a frozen configuration; all that changes is in the state that it hands back, so a run
can be stopped, saved and carried on from its states.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeVar

import numpy as np

from bildsim.arrays import Floats
from bildsim.density import LegendreFamily
from bildsim.errors import UsageError
from bildsim.network import Network
from bildsim.targets import Target
from bildsim.traffic import Traffic

State = TypeVar("State")


@dataclass(frozen=True, eq=False)
class Observation:
    """What is measured at a control tick.

    Attributes:
        time_s: simulated time (s).
        positions: (N, 2) measured centres of the robots in the world frame (m).
        network: who hears whom until the next tick.
    """

    time_s: float
    positions: Floats
    network: Network


@dataclass(frozen=True, eq=False)
class Problem:
    """What a planner is asked to do, known to every robot from the start.

    Attributes:
        target: the density p* that the swarm is to take.
        family: the exponential family in which densities are fitted.
        regularisation: w, the ridge of the fit.
        max_step: how far a robot can come in one control tick (m).
        rounds: communication rounds a control tick that the network has time for.

    Raises:
        UsageError: there is not at least one round.
    """

    target: Target
    family: LegendreFamily
    regularisation: float
    max_step: float
    rounds: int = 1

    def __post_init__(self) -> None:
        if self.rounds < 1:
            raise UsageError(f"--rounds {self.rounds} is not allowed: it must be 1 or more")

    @cached_property
    def log_target(self) -> Floats:
        """Return ln p* on the family's grid, shape (G, G)."""
        return np.log(self.target.on_grid(self.family.grid))


@dataclass(frozen=True, eq=False)
class Report:
    """What a planner tells of itself.

    Attributes:
        traffic: messages and bytes that each robot has sent since the start.
        parameters: (N, m) natural parameters of the density that each robot believes the swarm
            has; None for planners that keep no such estimate.
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
        """Return what was sent so far and what the robots believe."""


AnyPlanner = Planner[Any]
