"""A control tick of many swarms of plain robots, compiled: steering, limits, physics, statistics.

For each swarm, (N, 3) poses and (N, 2) actions, what `bildsim.envs.control_tick.Driver` does step
by step with any dynamics, drives and faults: at each tracking update wheel speeds by the laws of
`bildsim.controllers.steering`, limited as by `ActuationLimits`, then the physics steps of
`bildsim.envs.kinematic.step`. Both give the same to the last bit. Plain NumPy would do as well, but
for ten robots it spends its time on being called: how much is gained says
``python -m benchmarks.env_speed``.
"""

from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Ints
from bildsim.controllers.steering import CODES, WAYPOINT, WHEEL_SPEEDS
from bildsim.envs.kinematic.cell_list import CellList
from bildsim.envs.kinematic.collision_detection import WALLS, Rows
from bildsim.envs.kinematic.contact_solver import LEFT, RIGHT, Drive
from bildsim.envs.kinematic.obstacle_contacts import OBSTACLES, away
from bildsim.envs.kinematic.step import Swarm, take_step
from bildsim.envs.kinematic.warm_start import Memory
from bildsim.numerics.borrowing import borrowed
from bildsim.numerics.compiling import inlined, kernel

_compiled = kernel(__file__)
_WAYPOINT, _WHEELS = CODES[WAYPOINT], CODES[WHEEL_SPEEDS]


class Law(NamedTuple):
    """How wheel speeds are made, and how often.

    Attributes:
        gain: of the tracking controller, 1/s.
        wheel_radius: m.
        limit: largest wheel speed, rad/s.
        updates: tracking updates a tick.
        steps: physics steps an update.
        mode: what actions are, one of `bildsim.controllers.steering.CODES`.
        handle: from the axle forward to the tracked point, m.
        near_handle: the same near a waypoint, m.
        braking: what robots can slow down by, m/s^2, if they have to; else infinite.
    """

    gain: float
    wheel_radius: float
    limit: float
    updates: int
    steps: int
    mode: int
    handle: float
    near_handle: float
    braking: float


class Batch(NamedTuple):
    """The arrays of B swarms, each with a leading axis of length B; see the tuples' own pages.

    Attributes:
        swarm: poses and speeds.
        cells: space for cell lists.
        rows: contacts of the last step.
        slopes: of those rows, (B, M, 2, 3).
        memory: the last step's impulses.
        used: rows in use, (B,).
        steps: physics steps taken since the last reset, (B,).
    """

    swarm: Swarm
    cells: CellList
    rows: Rows
    slopes: Floats
    memory: Memory
    used: Ints
    steps: Ints


class Outcome(NamedTuple):
    """What a tick came to.

    Attributes:
        command: wheel speeds that the last update asked for, (B, N, 2), rad/s.
        applied: the same within the limit.
        saturated: updates in which a wheel was at its limit, (B, N).
        squares: sums over the updates of the mean square of both applied speeds, (B, N), rad^2/s^2.
        robot: whether a robot touches another at the end, (B, N).
        wall: whether it touches a wall, (B, N).
        pairs: pairs that touch, (B,).
        overlap: the deepest overlap, (B,), m.
        done: physics steps taken, (B,); fewer than all where there was no room for contacts.
    """

    command: Floats
    applied: Floats
    saturated: Floats
    squares: Floats
    robot: Bools
    wall: Bools
    pairs: Ints
    overlap: Floats
    done: Ints


def make_outcome(swarms: int, robots: int) -> Outcome:
    """Return the outcome of a tick that has not begun."""
    command, applied = np.zeros((2, swarms, robots, 2))
    saturated, squares = np.zeros((2, swarms, robots))
    robot, wall = np.zeros((2, swarms, robots), dtype=np.bool_)
    pairs, done = np.zeros((2, swarms), dtype=np.int64)
    return Outcome(command, applied, saturated, squares, robot, wall, pairs, np.zeros(swarms), done)


@inlined
def _lever(x: float, y: float, law: Law) -> float:
    """Return the tracked point's distance from the axle; see `bildsim.controllers.tracking`."""
    half = 0.5 * np.sqrt(x * x + y * y)
    length = max(abs(law.near_handle), min(abs(law.handle), half))
    return float(-length if law.handle < 0.0 else length)


@inlined
def _slower(x: float, y: float, law: Law) -> float:
    """Return by what share a robot goes slower to its waypoint than the gain says."""
    distance = np.sqrt(x * x + y * y)
    straight = law.braking / (law.gain * law.gain)
    # Infinite unless robots have to care.
    if distance <= straight:
        return 1.0
    speed = np.sqrt(2.0 * law.braking * (distance - 0.5 * straight))
    return float(speed / (law.gain * distance))


@inlined
def _steer(
    swarm: Swarm, action: Floats, drive: Drive, law: Law, command: Floats, applied: Floats
) -> None:
    """Write the wheel speeds that an action asks for, and those within the limit."""
    for robot in range(len(action)):
        x, y = action[robot, 0], action[robot, 1]
        if law.mode == _WHEELS:
            left, right = x, y
        else:
            lever = law.handle
            if law.mode == _WAYPOINT:
                x -= swarm.pose[robot, 0]
                y -= swarm.pose[robot, 1]
                lever = _lever(x, y, law)
                slower = _slower(x, y, law)
                x *= law.gain
                y *= law.gain
                x *= slower
                y *= slower
            cosine, sine = swarm.ahead[robot, 0], swarm.ahead[robot, 1]
            forward = x * cosine + y * sine
            turn = (y * cosine - x * sine) / lever
            swing = 0.5 * drive.track * turn
            left, right = (forward - swing) / law.wheel_radius, (forward + swing) / law.wheel_radius
        peak = max(abs(left), abs(right))
        factor = law.limit / peak if peak > law.limit else 1.0
        command[robot, 0], command[robot, 1] = left, right
        applied[robot, 0] = min(max(left * factor, -law.limit), law.limit)
        applied[robot, 1] = min(max(right * factor, -law.limit), law.limit)
        swarm.wanted[robot, LEFT] = applied[robot, 0] * law.wheel_radius
        swarm.wanted[robot, RIGHT] = applied[robot, 1] * law.wheel_radius


@inlined
def _add_up(limit: float, b: int, outcome: Outcome) -> None:
    """Add an update's speeds to the statistics of swarm b."""
    command, applied = outcome.command[b], outcome.applied[b]
    for robot in range(len(command)):
        left, right = applied[robot, 0], applied[robot, 1]
        outcome.squares[b, robot] += (left * left + right * right) / 2.0
        if max(abs(command[robot, 0]), abs(command[robot, 1])) > limit:
            outcome.saturated[b, robot] += 1.0


@inlined
def _note_contacts(
    b: int,
    count: int,
    pose: Floats,
    rows: Rows,
    radius: float,
    obstacles: Floats,
    outcome: Outcome,
) -> None:
    """Write who touches what; see `bildsim.envs.kinematic.arena.KinematicArena.contacts`."""
    for k in range(count):
        first, second = rows.first[k], rows.second[k]
        if second <= OBSTACLES:
            overlap = (
                radius - away(pose[first, 0], pose[first, 1], OBSTACLES - second, obstacles)[0]
            )
        elif second <= WALLS:
            overlap = pose[first, 0] * rows.normal[k, 0] + pose[first, 1] * rows.normal[k, 1] - 1.0
        else:
            x, y = pose[second, 0] - pose[first, 0], pose[second, 1] - pose[first, 1]
            overlap = 2.0 * radius - np.sqrt(x * x + y * y)
        # Touching: pushed in the step, or overlapping after it.
        if not (rows.impulse[k] > 0.0 or overlap > 0.0):
            continue
        outcome.overlap[b] = max(outcome.overlap[b], overlap)
        if second <= WALLS:
            outcome.wall[b, first] = True
        else:
            outcome.robot[b, first] = outcome.robot[b, second] = True
            outcome.pairs[b] += 1


@_compiled
def tick_pass(
    first: int,
    last: int,
    batch: Batch,
    drive: Drive,
    touch: bool,
    law: Law,
    actions: Floats,
    outcome: Outcome,
    obstacles: Floats,
) -> None:
    """Carry out the actions of the swarms first..last-1 for one control tick.

    Where a swarm has no room for its contacts it stops before the step that needs it, ``used``
    says how much, and a call with more room goes on from there.

    Args:
        first: the first swarm.
        last: one past the last swarm.
        batch: the swarms; changed.
        drive: geometry, motors and step.
        touch: whether robots touch each other.
        law: of steering.
        actions: (B, N, 2), waypoints (m), velocities (m/s) or wheel speeds (rad/s).
        outcome: of a tick that has not begun or stopped for want of room; changed.
        obstacles: (K, 7), the same for all; see `bildsim.obstacles.shapes.Obstacle.row`.
    """
    batch, actions, outcome = borrowed(batch), borrowed(actions), borrowed(outcome)
    obstacles = borrowed(obstacles)
    for b in range(first, last):
        swarm = Swarm(
            batch.swarm.pose[b],
            batch.swarm.speed[b],
            batch.swarm.wanted[b],
            batch.swarm.spent[b],
            batch.swarm.mean[b],
            batch.swarm.near[b],
            batch.swarm.ahead[b],
        )
        cells = CellList(
            batch.cells.per_side,
            batch.cells.starts[b],
            batch.cells.order[b],
            batch.cells.cell[b],
            batch.cells.place[b],
        )
        rows = Rows(
            batch.rows.first[b],
            batch.rows.second[b],
            batch.rows.normal[b],
            batch.rows.gap[b],
            batch.rows.impulse[b],
        )
        memory = Memory(batch.memory.other[b], batch.memory.impulse[b])
        while outcome.done[b] < law.updates * law.steps:
            update_begins = outcome.done[b] % law.steps == 0
            if update_begins:
                _steer(swarm, actions[b], drive, law, outcome.command[b], outcome.applied[b])
            batch.used[b] = take_step(
                swarm, cells, rows, batch.slopes[b], memory, drive, touch, obstacles
            )
            if batch.used[b] > len(rows.gap):
                break
            outcome.done[b] += 1
            batch.steps[b] += 1
            if update_begins:
                _add_up(law.limit, b, outcome)
        else:
            _note_contacts(b, batch.used[b], swarm.pose, rows, drive.radius, obstacles, outcome)
