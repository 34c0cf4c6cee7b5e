"""The closed loop: pose, observation, planner, waypoints, physics, and round again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bildsim.aim import Aim, lead
from bildsim.arrays import Bools, Floats
from bildsim.checked_planner import CheckedPlanner
from bildsim.config import RunConfig
from bildsim.density import LegendreFamily
from bildsim.errors import RunError
from bildsim.membership import Membership, Roster
from bildsim.moving_targets import MovingTarget
from bildsim.network import (
    Network,
    NetworkSpec,
    build_network,
    network_among,
    require_connected,
    require_neighbours,
)
from bildsim.planning_time import PlanningTime
from bildsim.reach import same_links, within_reach
from bildsim.step_range import require_stable_gamma_x, require_stable_gamma_y
from bildsim.target_choice import load_target
from bildsim.targets import Target
from controllers.planner import Observation, Problem, Report
from controllers.registry import BILD_MACRO, planner_maker
from envs.swarm import SwarmEnv


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
        effort: (N,) the tick's control effort (m^2/s); see `envs.driving.Motion`.
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


class Simulation:
    """One run, built from its configuration; iterate over `ticks` to let it happen.

    Building it checks everything that can be wrong with the input.

    Attributes:
        planning_time: the wall time that the planner took so far.

    Raises:
        UsageError: the configuration cannot be run; one sentence says why.
    """

    def __init__(self, config: RunConfig) -> None:
        swarm, model = config.swarm, config.model
        self.config = config
        course = load_target(config)
        self._network_spec = NetworkSpec.parse(config.network)
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
        self._network_rng = np.random.default_rng(network)
        self._planner_rng = np.random.default_rng(planner)
        self._newcomers_key = int(planner.generate_state(1)[0])
        self._first_seen, self._first_info = self.env.reset(seed=int(start.generate_state(1)[0]))
        self._network = self._first_network(
            self._first_seen["pose"][:, :2], self._first_info["active"]
        )
        self.planning_time = PlanningTime(swarm.robots)
        if config.planner == BILD_MACRO:
            self._require_stable_steps()

    def _require_stable_steps(self) -> None:
        config, macro = self.config, self.config.macro
        require_stable_gamma_y(macro, self.family, self._network)
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

        Raises:
            RunError: the planner or the physics went wrong.
        """
        stay, info = self._first_seen["pose"][:, :2], self._first_info
        observation = Observation(0.0, stay[info["active"]], self._network)
        state = self._roster.init(info["active"], observation, self._planner_rng)
        yield self._tick(stay.copy(), {**info, **self._at_rest()}, state)
        waypoint, state = self._plan(state, info["active"], observation, stay)
        for left in reversed(range(self.config.ticks)):
            seen, _, _, _, info = self.env.step(waypoint)
            tick = self._tick(waypoint, info, state)
            stopped: RunError | KeyboardInterrupt | None = None
            if left:
                # Before the tick is handed over: whoever draws it then keeps the other core busy
                # during the physics, which needs one, and not during the planner's threads.
                try:
                    waypoint, state = self._plan_next(tick, seen["pose"][:, :2], state)
                except (RunError, KeyboardInterrupt) as error:
                    stopped = error
            yield tick
            if stopped is not None:
                raise stopped

    def _plan_next(
        self, tick: Tick, measured: Floats, state: Membership
    ) -> tuple[Floats, Membership]:
        positions = measured[tick.active]
        self._network = self._next_network(positions, tick.time_s, state, tick.active)
        observation = Observation(tick.time_s, positions, self._network)
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

    def _first_network(self, positions: Floats, active: Bools) -> Network:
        require_neighbours(self._network_spec, self.env.fewest)
        if self._network_spec.geometric:
            positions = positions[active]
        # Links that do not follow the robots are those of all of them, of latecomers too.
        self._all_links = build_network(self._network_spec, positions, self._network_rng)
        network = self._all_links
        if len(network.degree) > active.sum():
            network = network_among(network, np.flatnonzero(active))
        require_connected(network, self._network_spec, positions)
        self._drawn_network = network
        return within_reach(network, positions, 0.0, self.config.links)

    def _next_network(
        self, positions: Floats, time_s: float, last: Membership, active: Bools
    ) -> Network:
        """Return the members' network for the next tick: only what must change does."""
        drawn, members = self._drawn_network, np.flatnonzero(active)
        if self._network_spec.geometric:
            drawn = build_network(self._network_spec, positions, self._network_rng)
        elif not np.array_equal(members, last.members):
            drawn = network_among(self._all_links, members)
        if drawn is self._drawn_network and not self.config.links.cuts_links:
            return self._network
        self._drawn_network = drawn
        network = within_reach(drawn, positions, time_s, self.config.links)
        # Who follows the edges need not do so when they are the same.
        return self._network if same_links(network, self._network) else network

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
            network=self._network,
            report=self._roster.report(state),
            **info,
        )
