"""The physics of a swarm: its robots, what moves them, and where they are at this moment."""

from collections.abc import Callable, Mapping
from typing import Any

import gymnasium
import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.resumable import Resumable, restore_all, snapshot_all
from bildsim.envs.control_tick import Driver, Motion
from bildsim.envs.dynamics import AnyDynamics, make_dynamics
from bildsim.envs.kinematic.arena import KinematicArena
from bildsim.envs.robots.contacts import Touching
from bildsim.envs.robots.model import RobotModel
from bildsim.obstacles.shapes import NOWHERE, Obstacles


class SwarmPhysics:
    """N robots with their dynamics and drives; it knows nothing of targets and rewards.

    Attributes:
        robot: the model of every robot.
        driver: carries actions out.
        pose: (N, 3) true x, y (m) and heading (rad) at the last look.
        measured: (N, 3) where the robots take themselves to be; the same array without errors.
        active: (N,) which robots are in the swarm.
        touching: (N,) which touched something at the last tick's end.
        saturated: (N,) which had a wheel at its limit in most of the last tick.

    Args:
        dynamics: name of the dynamics.
        robots: number N of robots.
        driver: of robots of the model.
        robot: the model.
        physics_rate: physics steps a second; None for the dynamics' own.
        contacts: whether robots touch each other.
        gui: show PyBullet's window.
        obstacles: solid bodies that do not move.
    """

    def __init__(
        self,
        dynamics: str,
        robots: int,
        driver: Driver,
        robot: RobotModel,
        *,
        physics_rate: int | None,
        contacts: bool,
        gui: bool,
        obstacles: Obstacles = NOWHERE,
    ) -> None:
        self.robot, self.driver = robot, driver
        self._dynamics, self._physics_rate = dynamics, physics_rate
        self._contacts, self._gui, self._obstacles = contacts, gui, obstacles
        self._arena: AnyDynamics | None = None
        self.pose = self.measured = np.zeros((robots, 3))
        self.active: Bools = np.ones(robots, dtype=np.bool_)
        self.touching: Bools = np.zeros(robots, dtype=np.bool_)
        self.saturated: Bools = np.zeros(robots, dtype=np.bool_)

    @property
    def running(self) -> bool:
        """Whether the dynamics exists: from the first `reset` until `close`."""
        return self._arena is not None

    @property
    def arena(self) -> AnyDynamics:
        """The dynamics."""
        if self._arena is None:
            raise gymnasium.error.ResetNeeded(
                "the robots are nowhere yet: call reset() before anything else"
            )
        return self._arena

    def reset(
        self, poses: Floats, rng: np.random.Generator, after: "SwarmPhysics | None" = None
    ) -> None:
        """Put all robots at rest at the poses, (N, 3), m and rad, and look at them.

        Args:
            poses: x, y, heading.
            rng: what goes wrong in the episode is drawn from its children.
            after: the physics of the episode before; its world is taken over, if it is of the same
                robots, or else closed.

        Raises:
            UsageError: the schedule of faults leaves nobody in the swarm; nothing has changed then.
        """
        self.driver.reset(poses, rng)
        if after is not None and after is not self:
            self._succeed(after)
        if self._arena is None:
            self._arena = make_dynamics(
                self._dynamics,
                self.robot,
                poses,
                physics_rate=self._physics_rate,
                contacts=self._contacts,
                gui=self._gui,
                obstacles=self._obstacles,
            )
        else:
            self._arena.reset(poses)
        self._look(self.driver.look)
        self.touching = np.zeros(len(poses), dtype=np.bool_)
        self.saturated = np.zeros(len(poses), dtype=np.bool_)

    def drive(self, action: Floats) -> tuple[Motion, Touching]:
        """Carry out an action, (N, 2), for one control tick, and look.

        Raises:
            RunError: the physics went wrong.
        """
        motion = self.driver.drive(self.arena, action)
        self.arena.check()
        touched = _touching(self.arena)
        self._look(self.driver.look)
        self.touching = touched.robot | touched.wall
        # Those that died or have not come yet are not counted as saturated.
        self.saturated = (motion.saturated > 0.5) & self.active
        return motion, touched

    def places(self, poses: Floats) -> Floats:
        """Return the positions of the robots that are in the swarm, (n, 2), of all poses (N, 3)."""
        everybody = self.driver.fault_injector is None
        return poses[:, :2] if everybody else poses[self.active, :2]

    def snapshot(self) -> Mapping[str, Any]:
        """Return the states of dynamics and driver; see `bildsim.basics.resumable`."""
        return snapshot_all(self._parts())

    def restore(self, parts: Mapping[str, Any], touching: Bools, saturated: Bools) -> None:
        """Be as when the states were taken, with the flags of that moment."""
        restore_all(self._parts(), parts)
        # Without a new fix: the driver's state holds those that were taken.
        self._look(self.driver.estimated)
        self.touching, self.saturated = touching, saturated

    def close(self) -> None:
        """Close the dynamics; a second call does nothing."""
        if self._arena is not None:
            self._arena.close()
            self._arena = None

    def _succeed(self, after: "SwarmPhysics") -> None:
        """Take over the world of other physics, or close it."""
        if after.robot == self.robot:
            self._arena, after._arena = after._arena, None
        after.close()

    def _parts(self) -> dict[str, Resumable]:
        """Return what keeps a state of its own between ticks, by name."""
        return {"arena": self.arena, "driver": self.driver}

    def _look(self, look: Callable[[float, Floats], Floats]) -> None:
        """Take note of where robots are and where they take themselves to be."""
        self.pose = self.arena.poses()
        self.measured = look(self.arena.time, self.pose)
        fault_injector = self.driver.fault_injector
        if fault_injector is not None:
            self.active = fault_injector.active


def _touching(arena: AnyDynamics) -> Touching:
    # Kinematic robots know it from their tick, without a list of who touches whom.
    return arena.touching() if isinstance(arena, KinematicArena) else arena.contacts().touching
