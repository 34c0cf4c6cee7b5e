"""The closed loop: poses, what is measured of them, planner, waypoints, physics, and again."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import RunError, UsageError
from bildsim.basics.resumable import Resumable, restore_all, snapshot_all
from bildsim.basics.time_budget import TimeBudget
from bildsim.controllers.planner import Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.agents.actions import WAYPOINTS
from bildsim.envs.dynamics import IDEAL
from bildsim.envs.robots.starts import StartLike
from bildsim.envs.swarm import SwarmEnv
from bildsim.network.default_network import default_network
from bildsim.network.radio.budget import AirUse
from bildsim.network.radio.presets import read_radio
from bildsim.network.spec import NetworkSpec
from bildsim.network.time_varying import LiveNetwork
from bildsim.simulation.brought import NOTHING, Brought
from bildsim.simulation.config import RunConfig
from bildsim.simulation.load_target import load_target
from bildsim.simulation.membership import Membership
from bildsim.simulation.planner_factory import (
    PlannerFactory,
    covered_in_a_tick,
    over_the_air,
    use_of_air,
)
from bildsim.simulation.planning import Planning
from bildsim.simulation.planning_time import PlanningTime
from bildsim.simulation.tick import Tick
from bildsim.targets.moving_target import AnyTarget, MovingTarget
from bildsim.targets.target import Target


class Planned(NamedTuple):
    """What is known of the next tick before it happens.

    Attributes:
        number: of the tick, from 1.
        waypoint: (N, 2) where the robots are sent (m).
        held: what the planner holds then.
    """

    number: int
    waypoint: Floats
    held: Membership


class Simulation:
    """One run, built from its configuration; iterate over `ticks` to let it happen.

    Building it checks everything that can be wrong with the input.

    Args:
        config: everything that determines the run.
        brought: what takes the place of things that the configuration names.

    Attributes:
        config: the run's configuration.
        env: the robots and their physics.
        network_spec: the network that was asked for, or the one that goes with so many robots.
        planning: the planning stage.
        air: how the planner's messages use the radio; None without one, or where nobody talks.

    Raises:
        UsageError: the configuration cannot be run; one sentence says why.
    """

    def __init__(self, config: RunConfig, brought: Brought = NOTHING) -> None:
        self.config = config
        course = load_target(config, brought.target)
        spec = None if config.network is None else NetworkSpec.parse(config.network)
        radio = None if config.links.radio is None else read_radio(config.links.radio)
        start_at = config.swarm.start if brought.start is None else brought.start
        self.env = made_environment(config, course, start_at)
        problem = Problem(
            self.env.present_target,
            self.env.family,
            config.macro.regularisation,
            self.env.max_step,
            reaches_waypoints=config.swarm.dynamics == IDEAL,
            coverage=covered_in_a_tick(config.swarm.dynamics, self.env.tracking.gain),
        )
        self.moves = isinstance(course, MovingTarget)
        factory = PlannerFactory.of(config, course, self.env.tracking.gain, brought.planner)
        # A generator for each, so that another planner or network changes no start.
        start, network, planner = np.random.SeedSequence(config.seed).spawn(3)
        self._measured, self._info = self.env.reset(seed=int(start.generate_state(1)[0]))
        # Known after the reset: when robots die or come late is drawn there.
        self.network_spec = default_network(self.env.fewest) if spec is None else spec
        # Radios reach so many metres, however wide the arena is.
        metres = self._info["pose"][:, :2] * self.env.unit_m
        live = LiveNetwork(
            self.network_spec,
            config.links if radio is None else radio.reaching(config.links),
            np.random.default_rng(network),
            metres,
            self._info["active"],
            self.env.fewest,
        )
        self.air: AirUse | None = None
        if radio is not None:
            first = factory.make(problem)
            self.air = use_of_air(config, radio, first, live.now, metres)
        if self.air is not None:
            config, problem = over_the_air(config, problem, self.air)
            factory = PlannerFactory.of(config, course, self.env.tracking.gain, brought.planner)
        every = 1 if self.air is None else self.air.every
        self.planning = Planning(config, factory, problem, live, planner, every, self.env.unit_m)
        self._next: Planned | None = None

    @property
    def target(self) -> Target:
        """p* at the last tick."""
        return self.env.present_target

    @property
    def problem(self) -> Problem:
        """What the planner of the last tick was asked to do."""
        return self.planning.problem

    @property
    def family(self) -> LegendreFamily:
        """The density family."""
        return self.env.family

    @property
    def time_budget(self) -> TimeBudget:
        """Wall time so far, by activity: the environment's, and ``planning``."""
        return self.env.time_budget

    @property
    def planning_time(self) -> PlanningTime:
        """The wall time that the planner took so far."""
        return self.planning.time

    def ticks(self) -> Iterator[Tick]:
        """Yield the state at the start and after every control tick.

        After `restore` they go on with the tick that follows.

        Raises:
            RunError: the planner or the physics went wrong.
        """
        if self._next is None:
            stay, info = self._measured["pose"][:, :2], self._info
            with self.time_budget.spent("planning"):
                held = self.planning.begin(stay, info["pose"][:, :2], info["active"])
            first = self._tick(stay.copy(), info | self._at_rest(), held)
            yield first
            with self.time_budget.spent("planning"):
                self._next = Planned(1, *self.planning.plan(first, stay, held))
        while self._next is not None:
            ahead, self._next = self._next, None
            measured, _, _, _, info = self.env.step(ahead.waypoint)
            tick = self._tick(ahead.waypoint, info, ahead.held)
            stopped: RunError | KeyboardInterrupt | None = None
            if ahead.number < self.config.ticks:
                # Before the tick is handed over: whoever draws it then keeps the other core busy
                # during the physics, which needs one, and not during the planner's threads.
                try:
                    with self.time_budget.spent("planning"):
                        planned = self.planning.plan(tick, measured["pose"][:, :2], ahead.held)
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
            "env": self.env.get_state(),
            **snapshot_all(self._parts()),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken by a simulation of the same configuration.

        Raises:
            UsageError: it is of another one.
            RunError: the planner failed to look at its state.
        """
        ahead = state["next"]
        if not isinstance(ahead, Planned):
            raise UsageError("a state in which no tick follows is not possible")
        self.env.set_state(state["env"])
        restore_all(self._parts(), state)
        WAYPOINTS.checked(ahead.waypoint, self.env.robots)
        self.planning.check_restored(ahead.held, self.env.robots)
        self._next = ahead

    def _parts(self) -> dict[str, Resumable]:
        """Return what else keeps a state of its own between ticks, by name."""
        return {"planning": self.planning}

    @property
    def constants(self) -> dict[str, object]:
        """What the configuration determines, by name: a checkpoint need not hold it.

        Of a target that moves, the present one is whichever it is now: a run that goes on from a
        checkpoint puts its own in that place.
        """
        return self.planning.constants | {"present_target": self.target}

    def close(self) -> None:
        """Close the physics."""
        self.env.close()

    def _at_rest(self) -> dict[str, Any]:
        """Return what an environment's step would tell of robots that have not moved yet."""
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

    def _tick(self, waypoint: Floats, info: Mapping[str, Any], held: Membership) -> Tick:
        """Return the tick that has ended, of the info that the environment's step gave."""
        return Tick(
            time_s=info["time_s"],
            pose=info["pose"],
            active=info["active"],
            waypoint=waypoint,
            command=info["command"],
            applied=info["applied"],
            saturated=info["saturated"],
            effort=info["effort"],
            safety_acted=info["safety_acted"],
            safety_infeasible=info["safety_infeasible"],
            touching_robot=info["touching_robot"],
            touching_wall=info["touching_wall"],
            contact_pairs=info["contact_pairs"],
            overlap_m=info["overlap_m"],
            target=self.target,
            kl_fit=info["kl_fit"],
            theta=info["theta"],
            network=self.planning.network.now,
            report=self.planning.report(held),
        )


def made_environment(config: RunConfig, course: AnyTarget, start: StartLike) -> SwarmEnv:
    """Return the robots of a run, whose world begins when they are put somewhere.

    Args:
        config: the run.
        course: p*.
        start: where robots start.

    Raises:
        UsageError: there can be no such robots.
    """
    swarm, model = config.swarm, config.model
    return SwarmEnv(
        robots=swarm.robots,
        target=course,
        start=start,
        robot=swarm.robot,
        robot_urdf=swarm.robot_urdf,
        wheel_joints=swarm.wheel_joints,
        arena_width=swarm.arena_width,
        radius=swarm.radius,
        max_speed=swarm.max_speed,
        dynamics=swarm.dynamics,
        contacts=swarm.contacts,
        safety=swarm.safety,
        order=model.order,
        grid_step=model.grid_step,
        regularisation=config.macro.regularisation,
        gain=swarm.gain,
        delay_compensation=swarm.delay_compensation,
        actuation=config.actuation,
        faults=config.faults,
        sensing=config.sensing,
        obstacle=swarm.obstacle,
        physics_rate=swarm.physics_rate,
        render_mode="human" if config.output.gui else None,
    )
