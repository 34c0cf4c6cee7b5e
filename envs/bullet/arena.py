"""The PyBullet world of one swarm: robots on a floor between four walls."""

import weakref
from collections.abc import Mapping
from itertools import chain, repeat
from types import ModuleType
from typing import Any, Self

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Image
from bildsim.basics.errors import RunError
from bildsim.envs.bullet import world
from bildsim.envs.bullet.camera import (
    Paint,
    View,
    hidden_while_built,
    set_up_window,
    take_picture,
)
from bildsim.envs.bullet.contacts import read_contacts
from bildsim.envs.bullet.engine import connect, load_engine, load_world, save_world
from bildsim.envs.bullet.obstacle_bodies import build_obstacles
from bildsim.envs.bullet.physics_rate import default_rate, require_rate
from bildsim.envs.bullet.units import Units
from bildsim.envs.robots.contacts import Contacts
from bildsim.envs.robots.model import RobotModel
from bildsim.obstacles.shapes import NOWHERE, Obstacles

_WHEELS = [world.LEFT_WHEEL, world.RIGHT_WHEEL]
# What motors that hold speeds leave aside, and the engine's own gains, of places and of speeds.
_PLACES, _GAINS = [0.0, 0.0], ([0.1, 0.1], [1.0, 1.0])
# How far a centre may be beyond the square before the robot counts as lost, in radii.
_ESCAPE = 0.5


class Arena:
    """N robots in a private PyBullet world, which goes when nobody refers to it any more.

    Positions are the centres of the robots' discs in the world frame; the square [-1, 1] x [-1, 1]
    holds all positions that the walls allow.

    Attributes:
        robot: the model of every robot.
        physics_rate: physics steps a second.
        steps: physics steps taken since the start or the last reset.
    """

    def __init__(
        self,
        robot: RobotModel,
        poses: Floats,
        *,
        physics_rate: int | None = None,
        contacts: bool = True,
        gui: bool = False,
        obstacles: Obstacles = NOWHERE,
    ) -> None:
        """Build the world with all robots at rest.

        Args:
            robot: the model of every robot.
            poses: x, y, heading, (N, 3), m and rad.
            physics_rate: physics steps a second; None for the lowest at which robots that jam
                overlap by no more than a tenth of their radius.
            contacts: whether robots touch each other; without, they pass through (walls stay).
            gui: show PyBullet's window; needs a display.
            obstacles: solid bodies that do not move.

        Raises:
            UsageError: PyBullet is absent, or robots would overlap too much at ``physics_rate``.
            RunError: the world cannot be opened.
        """
        if physics_rate is None:
            physics_rate = default_rate(robot)
        require_rate(robot, physics_rate)
        self.robot = robot
        self.physics_rate = physics_rate
        self.steps = 0
        self._touch, self._obstacles = contacts, obstacles
        self._open(gui)
        self.reset(poses)

    def _open(self, gui: bool) -> None:
        """Open an empty world."""
        self._gui = gui
        self._engine: ModuleType = load_engine()
        self._client = connect(self._engine, gui)
        # It must not refer to this object, which would then never go.
        self._close_world = weakref.finalize(
            self, self._engine.disconnect, physicsClientId=self._client
        )
        if gui:
            set_up_window(self._engine, self._client, Units.of(self.robot).length)
        self._bodies: list[int] = []

    def reset(self, poses: Floats) -> None:
        """Rebuild the world with all robots at rest at the poses, (N, 3), m and rad.

        A rebuilt world evolves bit for bit like a new one; moving bodies back would not.
        """
        engine, client = self._engine, self._client
        with hidden_while_built(engine, client, gui=self._gui):
            engine.resetSimulation(physicsClientId=client)
            world.configure_engine(engine, client, self.robot, self.physics_rate)
            self._floor = world.build_arena(engine, client, self.robot)
            build_obstacles(engine, client, self.robot, self._obstacles)
            self._bodies = self._put_robots(np.asarray(poses, dtype=np.float64))
        self._index = {body: robot for robot, body in enumerate(self._bodies)}
        self.steps = 0
        self._seen: Floats | None = None
        # Like no speeds: all motors are set anew.
        self._applied = np.full((len(self._bodies), 2), np.nan)
        self.set_wheel_speeds(np.zeros((len(self._bodies), 2)))

    def _put_robots(self, poses: Floats) -> list[int]:
        """Load the robots at the poses, (N, 3), and return their body numbers."""
        return world.build_robots(self._engine, self._client, self.robot, poses, self._touch)

    def _wheels(self) -> list[int]:
        """Return the numbers of the left and the right wheel's joint."""
        return _WHEELS

    @property
    def count(self) -> int:
        """Number of robots N."""
        return len(self._bodies)

    @property
    def time(self) -> float:
        """Simulated time since the start or the last reset, s."""
        return self.steps / self.physics_rate

    def set_wheel_speeds(self, applied: Floats) -> None:
        """Set the speeds that the wheel motors hold from now on.

        Args:
            applied: (left, right), (N, 2), rad/s.
        """
        tell, bodies, client = self._engine.setJointMotorControlArray, self._bodies, self._client
        mode, wheels = self._engine.VELOCITY_CONTROL, self._wheels()
        forces = [self.robot.motor_torque / Units.of(self.robot).inertia] * 2
        # A motor holds what it was told: the engine need not hear it again.
        changed = applied != self._applied
        robots, speeds = np.flatnonzero(changed[:, 0] | changed[:, 1]).tolist(), applied.tolist()
        for k in robots:
            # All by position: names take the engine longer.
            tell(bodies[k], wheels, mode, _PLACES, speeds[k], forces, *_GAINS, client)
        self._applied = np.array(applied, dtype=np.float64)

    def step(self, count: int = 1) -> None:
        """Advance the physics by ``count`` steps of 1 / ``physics_rate`` seconds."""
        take_step, client = self._engine.stepSimulation, self._client
        for _ in range(count):
            take_step(client)
        self.steps += count
        self._seen = None

    def poses(self) -> Floats:
        """Return x, y, heading, (N, 3), m and rad in [-pi, pi]."""
        return _planar(self._frames())

    def tilt(self) -> Floats:
        """Return the angle between each robot's upright axis and the vertical, (N,), rad."""
        return _tilt(self._frames())

    def velocities(self) -> Floats:
        """Return world vx, vy of the discs' centres and the yaw rate, (N, 3), m/s and rad/s."""
        read, client = self._engine.getBaseVelocity, self._client
        both = [read(body, client) for body in self._bodies]
        rates = np.array([(v[0], v[1], w[2]) for v, w in both], dtype=np.float64).reshape(-1, 3)
        rates[:, :2] *= Units.of(self.robot).length
        return rates

    def wheel_speeds(self) -> Floats:
        """Return the measured wheel speeds (left, right), (N, 2), rad/s."""
        read, client = self._engine.getJointStates, self._client
        wheels = self._wheels()
        states = [read(body, wheels, physicsClientId=client) for body in self._bodies]
        return np.array([(a[1], b[1]) for a, b in states], dtype=np.float64).reshape(-1, 2)

    def contacts(self) -> Contacts:
        """Return who touched whom in the last physics step."""
        points = self._engine.getContactPoints(physicsClientId=self._client)
        length = Units.of(self.robot).length
        return read_contacts(points, self._index, self.count, length)

    def camera(self, width: int, height: int, paint: Paint | None = None) -> Image:
        """Return PyBullet's oblique picture of the arena, (height, width, 3), RGB.

        Args:
            width: pixels.
            height: pixels.
            paint: colours of places on the floor, which only the picture has; None for a plain one.
        """
        view = View(width, height, Units.of(self.robot).length, 1.0 + self.robot.radius)
        return take_picture(self._engine, self._client, view, self._floor, paint)

    def snapshot(self) -> dict[str, Any]:
        """Return the state, PyBullet's own as bytes; see `bildsim.basics.resumable`."""
        world = save_world(self._engine, self._client)
        return {
            "world": world,
            "poses": self.poses(),
            "applied": self._applied.copy(),
            "steps": self.steps,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken.

        The world is built anew first: what PyBullet saves fits a world of the same bodies, and
        what it does not save, such as the order of its caches, is then that of a new world. So two
        worlds that were restored go on alike to the bit; the one that was saved may solve the
        contacts of a crowd in another order, and be up to 1e-6 m elsewhere after a tick.
        """
        self.reset(state["poses"])
        load_world(self._engine, self._client, state["world"])
        self._seen = None
        # The engine saves neither the motors' speeds nor how many steps it has taken.
        self.set_wheel_speeds(state["applied"])
        self.steps = state["steps"]

    def check(self) -> None:
        """Stop a run whose physics has gone wrong.

        Raises:
            RunError: a robot's state is not finite, it lies upside down or is outside the arena.
        """
        frames = self._frames()
        # Walls yield by micrometres; half a radius is a robot that was thrown out.
        reach = 1.0 + _ESCAPE * self.robot.radius
        self._stop_where(
            ~np.all(np.isfinite(frames), axis=1), "has a pose that is not finite", frames
        )
        self._stop_where(_tilt(frames) > np.pi / 2, "lies upside down", frames)
        outside = np.any(np.abs(frames[:, :3]) > reach, axis=1)
        self._stop_where(outside, "left the arena", frames)

    def close(self) -> None:
        """Close the world; a second call does nothing."""
        self._close_world()
        self._client, self._seen = -1, None

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy is made of, also in another process: its state is the same."""
        return {
            "robot": self.robot,
            "physics_rate": self.physics_rate,
            "contacts": self._touch,
            "obstacles": self._obstacles,
            "state": None if self._client < 0 else self.snapshot(),
        }

    def __setstate__(self, kept: Mapping[str, Any]) -> None:
        """Open a world of one's own, without a window, in the state that was kept."""
        self.robot, self.physics_rate = kept["robot"], kept["physics_rate"]
        self._touch, self._obstacles, self.steps = kept["contacts"], kept["obstacles"], 0
        self._open(gui=False)
        if kept["state"] is None:
            self.close()
        else:
            self.restore(kept["state"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _frames(self) -> Floats:
        """Return position (m) and quaternion of the discs' centres, (N, 7), read once a step."""
        if self._seen is None:
            read, bodies = self._engine.getBasePositionAndOrientation, self._bodies
            both = map(read, bodies, repeat(self._client))
            # One number after the other: a list of tuples takes NumPy longer.
            numbers = chain.from_iterable(chain.from_iterable(both))
            frames = np.fromiter(numbers, np.float64, 7 * len(bodies)).reshape(-1, 7)
            frames[:, :3] *= Units.of(self.robot).length
            self._seen = frames
        return self._seen

    def _stop_where(self, bad: Bools, what: str, frames: Floats) -> None:
        if bad.any():
            robot = int(np.argmax(bad))
            raise RunError(
                f"at {self.time:.3f} s robot {robot} {what}: its position is "
                f"({', '.join(f'{value:.3g}' for value in frames[robot, :3])}) m"
            )


def _planar(frames: Floats) -> Floats:
    x, y, z, w = frames[:, 3:].T
    poses = np.empty((len(frames), 3))
    poses[:, :2] = frames[:, :2]
    # The yaw of a quaternion.
    np.arctan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y * y + z * z), out=poses[:, 2])
    return poses


def _tilt(frames: Floats) -> Floats:
    # The upright axis leans by the angle whose half has the sine |(x, y)| of the quaternion.
    x, y = frames[:, 3], frames[:, 4]
    return np.asarray(2.0 * np.arcsin(np.clip(np.hypot(x, y), 0.0, 1.0)))
