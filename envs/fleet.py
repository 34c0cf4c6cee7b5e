"""The robots of an environment: what was asked of them, and what is made of that."""

from dataclasses import dataclass, replace
from typing import Any

from bildsim.basics.time_budget import TimeBudget
from bildsim.basics.timing import TRACKING_RATE
from bildsim.controllers.delay_compensation import DelayCompensation, Tracking, tracking
from bildsim.controllers.safety.registry import make_safety
from bildsim.envs.agents.actions import Actions, make_actions
from bildsim.envs.control_tick import Driver
from bildsim.envs.disturbances.drivetrain import usual_delay
from bildsim.envs.disturbances.settings import Disturbances
from bildsim.envs.dynamics import IDEAL, longest_step, make_model, require_solid, settled_rate
from bildsim.envs.physics import SwarmPhysics
from bildsim.envs.robots.arena_size import USUAL_WIDTH, require_fits, require_room, unit_of
from bildsim.envs.robots.described import REFERENCE, drives_of
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.spawn import require_beside_obstacles, require_number
from bildsim.obstacles.room import require_ways
from bildsim.obstacles.shapes import NOWHERE, Obstacles


@dataclass(frozen=True)
class FleetSettings:
    """What robots, their physics and their drives are made of; see `bildsim.envs.swarm.SwarmEnv`.

    Attributes:
        dynamics: name of the dynamics.
        robots: number N of robots.
        radius: of their discs (m), or None.
        max_speed: m/s, or None.
        contacts: whether robots touch each other.
        safety: name of the collision avoidance.
        gain: of the tracking controller (1/s).
        delay_compensation: what is done about late commands.
        disturbances: what is less than perfect.
        physics_rate: physics steps a second, or None.
        action_mode: what actions are.
        gui: show PyBullet's window.
        robot: name or file of the robot.
        arena_width: width of the arena (m).
        obstacles: solid bodies that do not move.
    """

    dynamics: str
    robots: int
    radius: float | None
    max_speed: float | None
    contacts: bool
    safety: str
    gain: float
    delay_compensation: DelayCompensation
    disturbances: Disturbances
    physics_rate: int | None
    action_mode: str
    gui: bool
    robot: str = REFERENCE
    arena_width: float = USUAL_WIDTH
    obstacles: Obstacles = NOWHERE

    @property
    def apart(self) -> bool:
        """Whether robots must not stand on each other."""
        return self.contacts and self.dynamics != IDEAL

    def made(self, time_budget: TimeBudget | None = None) -> "Fleet":
        """Make the robots; their world is built when they are put somewhere.

        Args:
            time_budget: where wall time is counted.

        Raises:
            UsageError: a setting is out of range, or some do not go together.
        """
        self.disturbances.require_possible(self.dynamics, self.dynamics != IDEAL, self.robots)
        disturbances = self._with_own_drives()
        actuation = disturbances.actuation
        width = self.arena_width
        described = make_model(
            self.dynamics, self.radius, self.max_speed, actuation, self.robots, self.robot, width
        )
        rate = settled_rate(self.dynamics, self.physics_rate, described)
        require_solid(self.dynamics, self.obstacles)
        require_fits(described, self.robot, width)
        require_room(self.robots, described, width)
        require_number(self.robots)
        # From here on, lengths are in units of half the arena's width.
        robot = described.in_arena(unit_of(width))
        if self.obstacles:
            require_ways(self.obstacles, robot.radius)
            require_beside_obstacles(self.robots, robot.radius, self.obstacles)
        actions = make_actions(self.action_mode, self.dynamics, robot)
        track = tracking(
            self.gain,
            usual_delay(actuation) / TRACKING_RATE,
            self.delay_compensation,
            robot,
            longest_step(robot),
        )
        driver = Driver(
            robot,
            track.gain,
            make_safety(self.safety, robot, robot.unit_m, self.obstacles),
            self.gui,
            disturbances,
            track.predicts,
            actions.mode,
            time_budget,
        )
        physics = SwarmPhysics(
            self.dynamics,
            self.robots,
            driver,
            robot,
            physics_rate=self.physics_rate,
            contacts=self.contacts,
            gui=self.gui,
            obstacles=self.obstacles,
        )
        return Fleet(self, described, robot, rate, track, actions, physics)

    def _with_own_drives(self) -> Disturbances:
        """Return the disturbances with what drives of the robot's description do; none for ideal.

        Raises:
            UsageError: there is no such robot.
        """
        if self.dynamics == IDEAL:
            return self.disturbances
        drives = drives_of(self.robot, self.disturbances.actuation)
        return replace(self.disturbances, actuation=drives)


@dataclass(frozen=True, eq=False)
class Fleet:
    """Robots that were made.

    Attributes:
        settings: what they were made of.
        described_robot: the model of every robot, in metres.
        robot: the same in units of half the arena's width, in which everything else reckons.
        physics_rate: physics steps a second; 0 where there are none.
        tracking: how they track waypoints.
        actions: what they take.
        physics: what moves them.
    """

    settings: FleetSettings
    described_robot: RobotModel
    robot: RobotModel
    physics_rate: int
    tracking: Tracking
    actions: Actions
    physics: SwarmPhysics

    def described(self) -> dict[str, Any]:
        """Return what determines how they move, by the names of the environment's arguments."""
        asked, robot = self.settings, self.described_robot
        around = {"obstacle": asked.obstacles.words} if asked.obstacles else {}
        return {
            "robots": int(asked.robots),
            "robot": asked.robot if robot.body is None else (asked.robot, robot.body),
            "arena_width": float(asked.arena_width),
            "dynamics": asked.dynamics,
            "radius": float(robot.radius),
            "max_speed": float(robot.max_speed),
            "contacts": bool(asked.contacts),
            "safety": asked.safety,
            "gain": float(asked.gain),
            "delay_compensation": asked.delay_compensation,
            "physics_rate": self.physics_rate,
            "action_mode": asked.action_mode,
            **vars(asked.disturbances),
            **around,
        }
