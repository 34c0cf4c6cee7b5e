"""The arrays of many swarms of rolling discs, their room for contacts, and their control ticks."""

from typing import Any

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.timing import TICK_S, TRACKING_RATE
from bildsim.controllers.steering import CODES, WAYPOINT
from bildsim.controllers.tracking import braking_needed
from bildsim.envs.kinematic.cell_list import CellList, make_cells
from bildsim.envs.kinematic.collision_detection import Rows, make_rows
from bildsim.envs.kinematic.contact_solver import SLIP, Drive
from bildsim.envs.kinematic.step import Swarm, face
from bildsim.envs.kinematic.tick import Batch, Law, Outcome, make_outcome, tick_pass
from bildsim.envs.kinematic.warm_start import Memory, make_memory
from bildsim.envs.robots.model import RobotModel
from bildsim.obstacles.shapes import NOWHERE, Obstacles

# Rows of contacts for each robot to begin with: a close packing has three pairs a robot.
_ROWS_EACH = 4
# How fast two discs may close in a step, in multiples of the speed limit: crowds push.
_CLOSING = 2.5


class Swarms:
    """B swarms of N robots each; what one does depends on no other.

    Attributes:
        drive: geometry, motors and step of every robot.
        batch: the swarms' arrays.
        obstacles: their numbers, (K, 7).

    Args:
        swarms: number B of swarms.
        robots: number N of robots in each.
        robot: the model of every robot.
        physics_rate: physics steps a second.
        contacts: whether robots touch each other.
        obstacles: what stands in the arena of each swarm.
    """

    def __init__(
        self,
        swarms: int,
        robots: int,
        robot: RobotModel,
        physics_rate: int,
        contacts: bool,
        obstacles: Obstacles = NOWHERE,
    ) -> None:
        lightness = float(np.sqrt(robot.rim_mass / robot.mass))
        self._robot, self._touch = robot, contacts
        self.obstacles = obstacles.rows.copy()
        self._steps = physics_rate // TRACKING_RATE
        self.drive = Drive(
            radius=robot.radius,
            track=robot.track_width,
            offset=robot.axle_offset,
            lightness=lightness,
            gain=robot.traction / physics_rate,
            grip=robot.slip_acceleration / lightness / physics_rate,
            reach=_CLOSING * robot.max_speed / physics_rate,
            step=1.0 / physics_rate,
        )
        pose, speed, wanted, spent, mean = np.zeros((5, swarms, robots, 3))
        near, ahead = np.zeros((swarms, robots), np.bool_), np.zeros((swarms, robots, 2))
        cells = make_cells(robots, 2.0 * robot.radius + self.drive.reach)
        capacity = _ROWS_EACH * robots
        self.batch = Batch(
            swarm=Swarm(pose, speed, wanted, spent, mean, near, ahead),
            cells=CellList(cells.per_side, *(_copies(part, swarms) for part in cells[1:])),
            rows=Rows(*(_copies(part, swarms) for part in make_rows(capacity))),
            slopes=np.empty((swarms, capacity, 2, 3)),
            memory=Memory(*(_copies(part, swarms) for part in make_memory(robots))),
            used=np.zeros(swarms, dtype=np.int64),
            steps=np.zeros(swarms, dtype=np.int64),
        )

    @property
    def room(self) -> int:
        """Rows of contacts that a swarm has room for."""
        return int(self.batch.rows.gap.shape[1])

    def place(self, swarm: int, poses: Floats) -> None:
        """Put the robots of a swarm at rest at the poses, (N, 3), m and rad."""
        batch = self.batch
        part: Any
        for part in (*batch.swarm, *batch.cells[1:]):
            part[swarm] = 0
        batch.swarm.pose[swarm] = poses
        face(batch.swarm.pose[swarm], batch.swarm.ahead[swarm])
        for part, empty in zip(batch.memory, make_memory(len(poses)), strict=True):
            part[swarm] = empty
        batch.used[swarm] = batch.steps[swarm] = 0

    def make_room(self, rows: int) -> None:
        """Have room for at least so many rows of contacts in each swarm; those there are stay."""
        more = rows - self.room
        if more > 0:
            grown = Rows(*(_longer(part, more) for part in self.batch.rows))
            slopes = _longer(self.batch.slopes, more)
            self.batch = self.batch._replace(rows=grown, slopes=slopes)

    def velocities(self) -> Floats:
        """Return world vx, vy of the discs' centres and the yaw rate, (B, N, 3), m/s and rad/s."""
        speed, ahead = self.batch.swarm.speed, self.batch.swarm.ahead
        left, right, slip = speed[:, :, 0], speed[:, :, 1], speed[:, :, SLIP]
        cosine, sine = ahead[:, :, 0], ahead[:, :, 1]
        forward, turn = 0.5 * (left + right), (right - left) / self.drive.track
        # The centre swings about the axle's middle, and slips with it.
        swing = self.drive.offset * turn + self.drive.lightness * slip
        result = np.empty_like(speed)
        result[:, :, 0] = forward * cosine - swing * sine
        result[:, :, 1] = forward * sine + swing * cosine
        result[:, :, 2] = turn
        return result

    def law(self, gain: float, mode: int = CODES[WAYPOINT]) -> Law:
        """Return how actions are carried out.

        Args:
            gain: of tracking waypoints (1/s).
            mode: what actions are, one of `bildsim.controllers.steering.CODES`.
        """
        updates, robot = round(TICK_S * TRACKING_RATE), self._robot
        return Law(
            gain,
            robot.wheel_radius,
            robot.max_wheel_speed,
            updates,
            self._steps,
            mode,
            robot.handle,
            robot.near_handle,
            braking_needed(robot, gain),
        )

    def outcome(self) -> Outcome:
        """Return the outcome of a tick that has not begun."""
        return make_outcome(*self.batch.swarm.near.shape)

    def tick(self, first: int, last: int, law: Law, actions: Floats, outcome: Outcome) -> None:
        """Begin a control tick of the swarms first..last-1; `finish` does what it leaves.

        Args:
            first: the first swarm.
            last: one past the last swarm.
            law: of steering.
            actions: (B, N, 2); see `bildsim.envs.kinematic.tick.tick_pass`.
            outcome: what `outcome` returned; changed.
        """
        batch, drive, obstacles = self.batch, self.drive, self.obstacles
        tick_pass(first, last, batch, drive, self._touch, law, actions, outcome, obstacles)

    def finish(self, law: Law, actions: Floats, outcome: Outcome) -> None:
        """Go on with the tick of swarms that had no room for their contacts."""
        while (outcome.done < law.updates * law.steps).any():
            self.make_room(2 * int(self.batch.used.max()))
            self.tick(0, len(outcome.done), law, actions, outcome)


def one_swarm(batch: Batch, swarm: int) -> Batch:
    """Return the arrays of one swarm, without the leading axis."""

    def part(of: Any) -> Any:
        return type(of)(*(value[swarm] for value in of))

    cells = CellList(batch.cells.per_side, *(value[swarm] for value in batch.cells[1:]))
    return Batch(
        part(batch.swarm),
        cells,
        part(batch.rows),
        batch.slopes[swarm],
        part(batch.memory),
        batch.used[swarm : swarm + 1],
        batch.steps[swarm : swarm + 1],
    )


def _copies(array: Any, swarms: int) -> Any:
    return np.repeat(array[None], swarms, axis=0)


def _longer(array: Any, more: int) -> Any:
    """Return (B, M, ...) with ``more`` zeros behind its second axis."""
    return np.concatenate([array, np.zeros((len(array), more, *array.shape[2:]), array.dtype)], 1)
