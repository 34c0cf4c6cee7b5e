"""The planning stage of the closed loop: from measured positions to the next waypoints."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.errors import UsageError
from bildsim.basics.resumable import Resumable, restore_all, snapshot_all
from bildsim.basics.timing import TICK_S
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.network.radio_range import with_lengths
from bildsim.network.time_varying import LiveNetwork
from bildsim.simulation.checked_planner import CheckedPlanner
from bildsim.simulation.config import RunConfig
from bildsim.simulation.membership import Membership, Roster
from bildsim.simulation.planner_factory import PlannerFactory
from bildsim.simulation.planning_time import PlanningTime
from bildsim.simulation.tick import Tick


class Planning:
    """Leads a planner through a run: what it sees, over which network, for which robots.

    Attributes:
        planner: the planner of the last tick, checked.
        problem: what it was asked to do.
        network: who hears whom.
        time: the wall time that planning took so far.

    Args:
        config: the run's configuration.
        factory: makes its planner.
        problem: with the target as it is at the start.
        network: as it is at the start.
        seeds: of all that the planner draws.
        every: control ticks from one plan to the next; more than 1 where a round takes so long.
        unit_m: metres in a unit of places; the network's lengths are in metres.

    Raises:
        UsageError: the planner cannot be made, or its settings do not go with the network.
    """

    def __init__(
        self,
        config: RunConfig,
        factory: PlannerFactory,
        problem: Problem,
        network: LiveNetwork,
        seeds: np.random.SeedSequence,
        every: int = 1,
        unit_m: float = 1.0,
    ) -> None:
        self._every, self._unit_m, self._links = every, unit_m, config.links
        self._factory, self.problem, self.network = factory, problem, network
        self.planner = CheckedPlanner(config.planner, factory.make(problem))
        self._rng = np.random.default_rng(seeds)
        self._newcomers_key = int(seeds.generate_state(1)[0])
        self.time = PlanningTime(config.swarm.robots)
        self.planner.check(network.now)

    def begin(self, measured: Floats, positions: Floats, active: Bools) -> Membership:
        """Return what the planner holds before the first tick.

        Args:
            measured: (N, 2) where the robots believe to be (m).
            positions: (N, 2) where they are (m).
            active: (N,) who is in the swarm.

        Raises:
            RunError: the planner failed.
        """
        network = with_lengths(self.network.now, positions[active], self._links)
        observation = Observation(0.0, measured[active], network)
        return self._roster.init(active, observation, self._rng)

    def plan(self, tick: Tick, measured: Floats, held: Membership) -> tuple[Floats, Membership]:
        """Return the waypoints of the tick that follows, and what the planner holds then.

        Args:
            tick: the one that has ended.
            measured: (N, 2) where the robots then believe to be (m).
            held: what the planner held until now.

        Returns:
            Waypoints of all robots, (N, 2) in C (m), for those outside the swarm where they stand,
            and for all as before while a round of messages is still on the air; and the planner's
            state with its members.

        Raises:
            RunError: the planner failed or sends robots to where they cannot go.
        """
        active = tick.active
        # Who hears whom depends on where robots are, not on where they believe to be.
        metres = tick.pose[active, :2] * self._unit_m
        network = self.network.follow(metres, tick.time_s, active)
        network = with_lengths(network, metres, self._links)
        observation = Observation(tick.time_s, measured[active], network)
        stay = np.clip(measured, -1.0, 1.0)
        with self.time.measure():
            if self._factory.remakes:
                self._remake(tick)
            if not self._due(tick):
                goals = np.where(active[:, None], np.clip(tick.waypoint, -1.0, 1.0), stay)
                return goals, self._roster.wait(held, active, observation)
            return self._roster.plan(held, active, observation, stay)

    def report(self, held: Membership) -> Report:
        """Return what the planner reports of itself, a row for each member."""
        return self._roster.report(held)

    def snapshot(self) -> dict[str, Any]:
        """Return the state; the generator is in it as it is, for planners may hold it too."""
        return {"rng": self._rng, **snapshot_all(self._parts())}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken."""
        self._rng = state["rng"]
        restore_all(self._parts(), state)

    def check_restored(self, held: Membership, robots: int) -> None:
        """Make sure that what the planner held goes with these robots and with the network.

        Args:
            held: what is to go on.
            robots: number N of robots.

        Raises:
            UsageError: it does not.
            RunError: the planner failed.
        """
        members = held.members
        rising = len(members) > 0 and members[0] >= 0 and members[-1] < robots
        if not (rising and (np.diff(members) > 0).all()):
            raise UsageError(f"a state of members {members} is not possible among {robots} robots")
        if any(sent.shape != (robots,) for sent in (held.settled.messages, held.settled.bytes)):
            raise UsageError(f"a state of what others than {robots} robots sent is not possible")
        if len(self.network.now.degree) != len(members):
            raise UsageError("a state with another network than that of its members is impossible")
        self.planner.check_state(held.state, len(members))

    @property
    def constants(self) -> dict[str, object]:
        """What the configuration determines, by name: a checkpoint need not hold it."""
        problem = self.problem
        always = {"family": problem.family, "network_of_all": self.network.everybody}
        if self._factory.remakes:
            return always
        return {
            **always,
            "problem": problem,
            "target": problem.target,
            "log_target": problem.log_target,
            "planner": self.planner.planner,
        }

    def _due(self, tick: Tick) -> bool:
        """Whether a round ends with the tick that follows."""
        return (round(tick.time_s / TICK_S) + 1) % self._every == 0

    def _remake(self, tick: Tick) -> None:
        """Make the planner anew for where the target is now; its state goes on."""
        self.problem = replace(self.problem, target=tick.target)
        self.planner = self.planner.remade(self._factory.planner, self.problem, tick.time_s)

    def _parts(self) -> dict[str, Resumable]:
        return {"time": self.time, "network": self.network}

    @property
    def _roster(self) -> Roster:
        return Roster(self.planner, self._newcomers_key)
