"""The closed loop: pose, observation, planner, waypoints, physics, and round again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.errors import RunError
from bildsim.basics.resumable import Resumable, restore_all, snapshot_all
from bildsim.controllers.bild_macro.step_sizes import require_stable_gamma_x, require_stable_gamma_y
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.controllers.registry import BILD_MACRO, planner_maker
from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.swarm import SwarmEnv
from bildsim.network.default_network import default_network
from bildsim.network.graph import Network, NetworkSpec
from bildsim.network.time_varying import LiveNetwork
from bildsim.simulation.checked_planner import CheckedPlanner
from bildsim.simulation.config import RunConfig
from bildsim.simulation.load_target import load_target
from bildsim.simulation.membership import Membership, Roster
from bildsim.simulation.planner_factory import Aim, lead
from bildsim.simulation.planning_time import PlanningTime
from bildsim.targets.moving_target import MovingTarget
from bildsim.targets.target import Target


@dataclass(frozen=True, eq=False)
class Tick:
    """What is known at the end of a control tick (the first one: before the robots move).

    Attributes:
        time_s: simulated time (s).
        pose: (N, 3) true x, y (m) and heading (rad).
        active: (N,) whether a robot is in the swarm: it came, and has not died.
        waypoint: (N, 2) where the robots were sent for this tick (m), by where they believed to be.
        command: (N, 2) wheel speeds that tracking asked for last (rad/s).
        applied: (N, 2) wheel speeds after all that drives and faults make of it (rad/s).
        saturated: (N,) share of the tick's tracking updates at the wheels' limit.
        effort: (N,) the tick's control effort (m^2/s); see `bildsim.envs.control_tick.Motion`.
        safety_acted: (N,) share of the updates in which collision avoidance changed the command.
        safety_infeasible: (N,) share of those in which it found no safe velocity.
        touching_robot: (N,) whether it touches another robot.
        touching_wall: (N,) whether it touches a wall.
        contact_pairs: pairs of robots that touch.
        overlap_m: deepest overlap of two discs or of a disc and a wall (m).
        target: p* at this time.
        kl_fit: KL(p(.; theta) || p*) (nats).
        theta: (m,) exact fit at these positions, of the robots in the swarm.
        network: who could hear whom during the tick, of the robots that were in the swarm then.
        report: what the planner tells of itself, rows as in ``network``.
    """

    time_s: float
    pose: Floats
    active: Bools
    waypoint: Floats
    command: Floats
    applied: Floats
    saturated: Floats
    effort: Floats
    safety_acted: Floats
    safety_infeasible: Floats
    touching_robot: Bools
    touching_wall: Bools
    contact_pairs: int
    overlap_m: float
    target: Target
    kl_fit: float
    theta: Floats
    network: Network
    report: Report


class Planned(NamedTuple):
    """What is known of the next tick before it happens.

    Attributes:
        number: of the tick, from 1.
        waypoint: (N, 2) where the robots are sent (m).
        state: the planner's state.
    """

    number: int
    waypoint: Floats
    state: Any


class Simulation:
    """One run, built from its configuration; iterate over `ticks` to let it happen.

    Building it checks everything that can be wrong with the input.

    Attributes:
        network_spec: the network that was asked for, or the one that goes with so many robots.
        planning_time: the wall time that the planner took so far.

    Raises:
        UsageError: the configuration cannot be run; one sentence says why.
    """

    def __init__(self, config: RunConfig) -> None:
        swarm, model = config.swarm, config.model
        self.config = config
        course = load_target(config)
        spec = None if config.network is None else NetworkSpec.parse(config.network)
        self.env = SwarmEnv(
            robots=swarm.robots,
            target=course,
            start=swarm.start,
            radius=swarm.radius,
            max_speed=swarm.max_speed,
            dynamics=swarm.dynamics,
            contacts=swarm.contacts,
            safety=swarm.safety,
            order=model.order,
            grid_step=model.grid_step,
            regularisation=config.macro.regularisation,
            gain=swarm.gain,
            actuation=config.actuation,
            faults=config.faults,
            sensing=config.sensing,
            physics_rate=swarm.physics_rate,
        )
        self.problem = Problem(
            self.target, self.env.family, config.macro.regularisation, self.env.max_step
        )
        make = planner_maker(config.planner, config.macro, config.rounds, config.links)
        self.planner = CheckedPlanner(config.planner, make(self.problem))
        self._aim = Aim(make, course, lead(config)) if isinstance(course, MovingTarget) else None
        start, network, planner = np.random.SeedSequence(config.seed).spawn(3)
        self._planner_rng = np.random.default_rng(planner)
        self._newcomers_key = int(planner.generate_state(1)[0])
        self._first_seen, self._first_info = self.env.reset(seed=int(start.generate_state(1)[0]))
        self.network_spec = default_network(self.env.fewest) if spec is None else spec
        self._network = LiveNetwork(
            self.network_spec,
            config.links,
            np.random.default_rng(network),
            self._first_info["pose"][:, :2],
            self._first_info["active"],
            self.env.fewest,
        )
        self._next: Planned | None = None
        self.planning_time = PlanningTime(swarm.robots)
        if config.planner == BILD_MACRO:
            self._require_stable_steps()

    def _require_stable_steps(self) -> None:
        config, macro = self.config, self.config.macro
        if macro.consensus == "metropolis":
            require_stable_gamma_y(macro, self.family, self._network.now)
        if macro.metric == "wasserstein" and config.swarm.dynamics == "ideal":
            require_stable_gamma_x(macro, self.family, self.problem.log_target, config.rounds)

    @property
    def target(self) -> Target:
        """p* at the last tick."""
        return self.env.present_target

    @property
    def moves(self) -> bool:
        """Whether the target moves."""
        return self._aim is not None

    @property
    def _roster(self) -> Roster:
        return Roster(self.planner, self._newcomers_key)

    @property
    def family(self) -> LegendreFamily:
        """The density family."""
        return self.problem.family

    def ticks(self) -> Iterator[Tick]:
        """Yield the state at the start and after every control tick.

        After `restore` they go on with the tick that follows.

        Raises:
            RunError: the planner or the physics went wrong.
        """
        if self._next is None:
            stay, info = self._first_seen["pose"][:, :2], self._first_info
            observation = Observation(0.0, stay[info["active"]], self._network.now)
            state = self._roster.init(info["active"], observation, self._planner_rng)
            yield self._tick(stay.copy(), {**info, **self._at_rest()}, state)
            self._next = Planned(1, *self._plan(state, info["active"], observation, stay))
        while self._next is not None:
            ahead, self._next = self._next, None
            seen, _, _, _, info = self.env.step(ahead.waypoint)
            tick = self._tick(ahead.waypoint, info, ahead.state)
            stopped: RunError | KeyboardInterrupt | None = None
            if ahead.number < self.config.ticks:
                # Before the tick is handed over: whoever draws it then keeps the other core busy
                # during the physics, which needs one, and not during the planner's threads.
                try:
                    planned = self._plan_next(tick, seen["pose"][:, :2], ahead.state)
                    self._next = Planned(ahead.number + 1, *planned)
                except (RunError, KeyboardInterrupt) as error:
                    stopped = error
            yield tick
            if stopped is not None:
                raise stopped

    @property
    def goes_on(self) -> bool:
        """Whether another tick follows the one that was yielded last, and is known."""
        return self._next is not None

    def snapshot(self) -> dict[str, Any]:
        """Return all that a later run needs to go on after the tick that was yielded last.

        The planner's state and the generators are in it as they are: store it before the next tick.
        """
        return {
            "next": self._next,
            "planner_rng": self._planner_rng,
            "env": self.env.get_state(),
            **snapshot_all(self._parts()),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken by a simulation of the same configuration."""
        self._next = state["next"]
        self._planner_rng = state["planner_rng"]
        self.env.set_state(state["env"])
        restore_all(self._parts(), state)

    def _parts(self) -> dict[str, Resumable]:
        """Return what else keeps a state of its own between ticks, by name."""
        return {"planning_time": self.planning_time, "network": self._network}

    @property
    def constants(self) -> dict[str, object]:
        """What the configuration determines, by name: a checkpoint need not hold it."""
        problem = self.problem
        always = {
            "family": problem.family,
            "network_of_all": self._network.everybody,
            # Of one that moves, whichever it is now: see `bildsim.run`.
            "present_target": self.target,
        }
        if self.moves:
            return always
        return {
            **always,
            "problem": problem,
            "target": problem.target,
            "log_target": problem.log_target,
            "planner": self.planner.planner,
        }

    def _plan_next(
        self, tick: Tick, measured: Floats, state: Membership
    ) -> tuple[Floats, Membership]:
        # Who hears whom depends on where robots are, not on where they believe to be.
        network = self._network.follow(tick.pose[tick.active, :2], tick.time_s, tick.active)
        observation = Observation(tick.time_s, measured[tick.active], network)
        return self._plan(state, tick.active, observation, measured)

    def _plan(
        self, state: Membership, active: Bools, observation: Observation, stay: Floats
    ) -> tuple[Floats, Membership]:
        with self.planning_time.measure():
            self._follow_target(observation.time_s)
            return self._roster.plan(state, active, observation, np.clip(stay, -1.0, 1.0))

    def _follow_target(self, time_s: float) -> None:
        """Make the planner anew where the target moves; its state goes on."""
        if self._aim is not None:
            self.problem = replace(self.problem, target=self.target)
            self.planner = self.planner.remade(self._aim.planner, self.problem, time_s)

    def close(self) -> None:
        """Close the physics."""
        self.env.close()

    def _at_rest(self) -> dict[str, Any]:
        robots = self.env.robots
        nobody = np.zeros(robots, dtype=np.bool_)
        return {
            "command": np.zeros((robots, 2)),
            "applied": np.zeros((robots, 2)),
            "saturated": np.zeros(robots),
            "effort": np.zeros(robots),
            "safety_acted": np.zeros(robots),
            "safety_infeasible": np.zeros(robots),
            "touching_robot": nobody,
            "touching_wall": nobody,
            "contact_pairs": 0,
            "overlap_m": 0.0,
        }

    def _tick(self, waypoint: Floats, info: dict[str, Any], state: Membership) -> Tick:
        return Tick(
            waypoint=waypoint,
            target=self.target,
            network=self._network.now,
            report=self._roster.report(state),
            **info,
        )
