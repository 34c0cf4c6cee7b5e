"""Kinematic dynamics: a swarm of rolling discs in the plane, computed for all robots at once."""

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Ints
from bildsim.basics.errors import RunError
from bildsim.controllers.steering import CODES, WAYPOINT
from bildsim.envs.kinematic.collision_detection import WALLS, Rows, make_rows
from bildsim.envs.kinematic.contact_solver import SLIP
from bildsim.envs.kinematic.obstacle_contacts import OBSTACLES
from bildsim.envs.kinematic.step import take_step
from bildsim.envs.kinematic.swarms import Swarms, one_swarm
from bildsim.envs.kinematic.tick import Law, Outcome
from bildsim.envs.robots.contacts import Contacts, Touching
from bildsim.envs.robots.model import RobotModel
from bildsim.obstacles.shapes import NOWHERE, Obstacles


class KinematicArena:
    """N differential-drive discs between four walls; the same interface as the PyBullet arena.

    A wheel reaches its commanded speed at the acceleration that the motor's torque, or a smooth
    floor's friction, gives it; a free robot drives exact arcs. Discs and walls push without
    friction; what is pushed moves as its wheels roll, its motors yield and its tyres slip sideways,
    see `bildsim.envs.kinematic.contact_solver`. Left out: tilt, friction between discs, and how
    fast a tyre spins that slips lengthwise. The result is the same bit for bit each time, and does
    not depend on how the robots are numbered.

    Attributes:
        robot: the model of every robot.
        physics_rate: physics steps a second.
    """

    def __init__(
        self,
        robot: RobotModel,
        poses: Floats,
        *,
        physics_rate: int = 60,
        contacts: bool = True,
        obstacles: Obstacles = NOWHERE,
    ) -> None:
        """Put all robots at rest.

        Args:
            robot: the model of every robot.
            poses: x, y, heading, (N, 3), m and rad.
            physics_rate: physics steps a second.
            contacts: whether robots touch each other; without, they pass through (walls stay).
            obstacles: solid bodies that do not move.
        """
        self.robot = robot
        self._obstacles = obstacles
        self.physics_rate = physics_rate
        self._touch = contacts
        self._swarms = Swarms(1, len(poses), robot, physics_rate, contacts, obstacles)
        self._take_views()
        self.reset(poses)

    def reset(self, poses: Floats) -> None:
        """Put all robots at rest at the poses, (N, 3), m and rad."""
        if len(poses) != self.count:
            robot, rate, touch = self.robot, self.physics_rate, self._touch
            self._swarms = Swarms(1, len(poses), robot, rate, touch, self._obstacles)
        self._swarms.place(0, poses)
        self._touching: Touching | None = None
        self._take_views()

    @property
    def count(self) -> int:
        """Number of robots N."""
        return len(self._swarm.pose)

    @property
    def time(self) -> float:
        """Simulated time since the start or the last reset, s."""
        return self.steps / self.physics_rate

    @property
    def steps(self) -> int:
        """Physics steps taken since the start or the last reset."""
        return int(self._batch.steps[0])

    def set_wheel_speeds(self, applied: Floats) -> None:
        """Set the speeds that the wheel motors hold from now on.

        Args:
            applied: (left, right), (N, 2), rad/s.
        """
        np.multiply(applied, self.robot.wheel_radius, out=self._swarm.wanted[:, :SLIP])

    def step(self, count: int = 1) -> None:
        """Advance the physics by ``count`` steps of 1 / ``physics_rate`` seconds."""
        for _ in range(count):
            # A step without room for its rows has moved nothing: take it again with more.
            while self._take_step() > self._swarms.room:
                self._swarms.make_room(2 * self._count)
                self._take_views()
        self._batch.steps[0] += count
        self._touching = None

    def law(self, gain: float, mode: int = CODES[WAYPOINT]) -> Law:
        """Return what `tick` needs; see `bildsim.envs.kinematic.swarms.Swarms.law`."""
        return self._swarms.law(gain, mode)

    def tick(self, action: Floats, law: Law) -> Outcome:
        """Carry out an action, (N, 2), for one control tick, and return what it came to.

        The same to the bit as its tracking updates and steps one by one, for robots whose drives
        have no fault but their speed limit.
        """
        goals, outcome = np.ascontiguousarray(action)[None], self._swarms.outcome()
        self._swarms.tick(0, 1, law, goals, outcome)
        if outcome.done[0] < law.updates * law.steps:
            self._swarms.finish(law, goals, outcome)
            self._take_views()
        pairs, overlap = int(outcome.pairs[0]), float(outcome.overlap[0])
        self._touching = Touching(outcome.robot[0], outcome.wall[0], pairs, overlap)
        return outcome

    def poses(self) -> Floats:
        """Return x, y, heading, (N, 3), m and rad in [-pi, pi]."""
        return self._swarm.pose.copy()

    def velocities(self) -> Floats:
        """Return world vx, vy of the discs' centres and the yaw rate, (N, 3), m/s and rad/s."""
        return np.asarray(self._swarms.velocities()[0])

    def wheel_speeds(self) -> Floats:
        """Return the wheel speeds (left, right), (N, 2), rad/s."""
        return np.asarray(self._swarm.speed[:, :SLIP] / self.robot.wheel_radius)

    def contacts(self) -> Contacts:
        """Return who touched whom in the last physics step."""
        rows, count = self._rows, self._count
        first, second = rows.first[:count], rows.second[:count]
        overlap = self._overlap(first, second, rows.normal[:count])
        # Touching: pushed in the step, or overlapping after it.
        pushes = (rows.impulse[:count] > 0.0) | (overlap > 0.0)
        overlap = np.maximum(overlap, 0.0)
        wall, pair = pushes & (second <= WALLS), pushes & (second > WALLS)
        wall_overlap = np.zeros(self.count)
        np.maximum.at(wall_overlap, first[wall], overlap[wall])
        pairs = np.sort(np.column_stack([first, second])[pair], axis=1)
        # Robots are found in the order of their places; contacts are listed by their numbers.
        order = np.lexsort(pairs.T[::-1])
        return Contacts(
            pairs=pairs[order],
            pair_overlap=overlap[pair][order],
            wall=_flags(first[wall], self.count),
            robot=_flags(pairs.ravel(), self.count),
            wall_overlap=wall_overlap,
        )

    def touching(self) -> Touching:
        """Return the contacts of the last physics step in short."""
        return self.contacts().touching if self._touching is None else self._touching

    def snapshot(self) -> dict[str, Any]:
        """Return the state; see `bildsim.basics.resumable`."""
        return {
            "swarm": copy.deepcopy(self._swarm),
            "memory": copy.deepcopy(self._memory),
            # At least one: without any, an array's strides are anything.
            "rows": Rows(*(_first(max(1, self._count), part) for part in self._rows)),
            "count": self._count,
            "steps": self.steps,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken.

        Raises:
            ValueError: it is of other robots, or names some that are not there.
        """
        _require_like(state["swarm"], self._swarm)
        _require_like(state["memory"], self._memory)
        _require_rows(state["rows"], state["count"], self.count, len(self._obstacles.parts))
        self._swarms.make_room(len(state["rows"].gap))
        self._take_views()
        for name, known in (("swarm", self._swarm), ("memory", self._memory), ("rows", self._rows)):
            for array, value in zip(known, state[name], strict=True):
                array[: len(value)] = value
        self._batch.used[0], self._batch.steps[0] = state["count"], state["steps"]
        self._touching = None

    def check(self) -> None:
        """Stop a run whose state has gone wrong.

        Raises:
            RunError: a robot's pose is not finite.
        """
        finite = np.isfinite(self._swarm.pose)
        if not finite.all():
            bad = ~finite.all(axis=1)
            raise RunError(
                f"at {self.time:.3f} s robot {int(np.argmax(bad))} has a pose that is not finite"
            )

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""

    @property
    def _count(self) -> int:
        """Rows of contacts of the last step."""
        return int(self._batch.used[0])

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy is made of: views would come back as arrays of their own."""
        views = ("_batch", "_swarm", "_rows", "_memory")
        return {name: value for name, value in vars(self).items() if name not in views}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Be the copy."""
        vars(self).update(state)
        self._take_views()

    def _take_views(self) -> None:
        """See the arrays of the one swarm as they are now."""
        self._batch = one_swarm(self._swarms.batch, 0)
        self._swarm, self._rows = self._batch.swarm, self._batch.rows
        self._memory = self._batch.memory

    def _take_step(self) -> int:
        batch, drive = self._batch, self._swarms.drive
        count = take_step(
            batch.swarm,
            batch.cells,
            batch.rows,
            batch.slopes,
            batch.memory,
            drive,
            self._touch,
            self._swarms.obstacles,
        )
        batch.used[0] = count
        return int(count)

    def _overlap(self, first: Ints, second: Ints, normal: Floats) -> Floats:
        """Return how deep the rows' discs overlap now, (K,), m, negative where they do not."""
        position = self._swarm.pose[:, :2]
        # A wall's number is negative and no index; its distance is taken below.
        apart = np.linalg.norm(position[np.maximum(second, 0)] - position[first], axis=1)
        beyond = np.einsum("kd,kd->k", position[first], normal) - 1.0
        overlap = np.where(second <= WALLS, beyond, 2.0 * self.robot.radius - apart)
        for row in np.flatnonzero(second <= OBSTACLES):
            distance = self._obstacles.nearest(position[first[row]])[0][OBSTACLES - second[row]]
            overlap[row] = self.robot.radius - distance
        return np.asarray(overlap)


def _require_like(arrays: tuple[Any, ...], known: tuple[Any, ...]) -> None:
    """Make sure that compiled code finds in these arrays what it finds in those."""
    for array, one in zip(arrays, known, strict=True):
        if (array.shape, array.strides, array.dtype) != (one.shape, one.strides, one.dtype):
            raise ValueError(f"an array of shape {array.shape} must be of shape {one.shape}")


def _require_rows(rows: Rows, count: int, robots: int, obstacles: int) -> None:
    """Make sure that rows of contacts are of robots, walls and obstacles that exist."""
    _require_like(rows, make_rows(len(rows.gap)))
    first, second = rows.first[:count], rows.second[:count]
    still = (second <= OBSTACLES) & (second > OBSTACLES - obstacles)
    exist = (first >= 0) & (first < robots) & (second > WALLS - 4) & (second < robots)
    exist |= (first >= 0) & (first < robots) & still
    if not (0 <= count <= len(rows.gap) and exist.all()):
        raise ValueError(f"{count} rows of contacts are not of {robots} robots and four walls")


def _first(count: int, array: Any) -> Any:
    return array[:count].copy()


def _flags(robots: Ints, count: int) -> Bools:
    flags = np.zeros(count, dtype=np.bool_)
    flags[robots] = True
    return flags
