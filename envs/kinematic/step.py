"""One step of the kinematic dynamics: motors, contacts, arcs, leftover overlaps; compiled.

Poses and speeds, (N, 3), are changed in place. A step takes microseconds, as long as a call of
NumPy or two, and its contacts are a chain (`bildsim.envs.kinematic.contact_solver`): ``python -m
benchmarks.dynamics_speed`` prints what it costs, free and jammed.
"""

from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.envs.kinematic.cell_list import CellList, sort_into_cells
from bildsim.envs.kinematic.collision_detection import Rows, find_pairs, find_walls
from bildsim.envs.kinematic.contact_solver import (
    PARTS,
    SLIP,
    Drive,
    fill_slopes,
    hold_speeds,
    mark,
    part_overlaps,
    push,
    sweep,
)
from bildsim.envs.kinematic.obstacle_contacts import find_obstacles, hold_outside
from bildsim.envs.kinematic.warm_start import Memory, recall, remember
from bildsim.numerics.compiling import kernel

_SWEEPS = 10
_PARTINGS = 4
_compiled = kernel(__file__)


class Swarm(NamedTuple):
    """The state of all robots, and room for what a step computes.

    Attributes:
        pose: x, y, heading of the discs' centres, (N, 3), m and rad in [-pi, pi].
        speed: of left rim, right rim and slip (see `bildsim.envs.kinematic.contact_solver`), (N,
        3), m/s.
        wanted: what motors and floor hold, the slip's being 0, (N, 3), m/s.
        spent: what they did in the step, (N, 3), m/s.
        mean: mean speeds in the step, (N, 3), m/s.
        near: whether something was near enough to touch, then whether it pushed, (N,).
        ahead: cosine and sine of the heading, (N, 2).
    """

    pose: Floats
    speed: Floats
    wanted: Floats
    spent: Floats
    mean: Floats
    near: Bools
    ahead: Floats


@_compiled
def face(pose: Floats, ahead: Floats) -> None:
    """Write cosine and sine of the headings of ``pose``, (N, 3), into ``ahead``, (N, 2)."""
    for robot in range(len(pose)):
        ahead[robot, 0], ahead[robot, 1] = np.cos(pose[robot, 2]), np.sin(pose[robot, 2])


@_compiled
def roll(pose: Floats, ahead: Floats, speed: Floats, drive: Drive) -> None:
    """Drive each robot for one step along the arc of its rims' speeds.

    With w = (right - left) / track and v their mean, the axle's middle moves by v t sinc(w t / 2)
    in the direction halfway between the headings, and slips square to it; the disc's centre is
    ``offset`` ahead of the axle.

    Args:
        pose: x, y, heading of the discs' centres, (N, 3), m and rad; changed.
        ahead: cosine and sine of those headings, (N, 2); changed.
        speed: of left rim, right rim and slip, (N, 3), m/s.
        drive: geometry and step.
    """
    for robot in range(len(pose)):
        turned = (speed[robot, 1] - speed[robot, 0]) / drive.track * drive.step
        way = 0.5 * (speed[robot, 0] + speed[robot, 1]) * drive.step
        slipped = speed[robot, SLIP] * drive.lightness * drive.step
        # A robot at rest keeps its pose to the bit.
        if turned == 0.0 and way == 0.0 and slipped == 0.0:
            continue
        before, half = pose[robot, 2], 0.5 * turned
        middle, after = before + half, before + turned
        # sin(h) / h, whose limit is 1.
        chord = way * (np.sin(half) / half if abs(half) > 1e-8 else 1.0)
        cosine, sine = np.cos(middle), np.sin(middle)
        pose[robot, 0] += chord * cosine - slipped * sine
        pose[robot, 1] += chord * sine + slipped * cosine
        cosine, sine = np.cos(after), np.sin(after)
        pose[robot, 0] += drive.offset * (cosine - ahead[robot, 0])
        pose[robot, 1] += drive.offset * (sine - ahead[robot, 1])
        if abs(after) > np.pi:
            after -= np.copysign(2.0 * np.pi, after)
            cosine, sine = np.cos(after), np.sin(after)
        pose[robot, 2], ahead[robot, 0], ahead[robot, 1] = after, cosine, sine


@_compiled
def _find(
    swarm: Swarm, cells: CellList, rows: Rows, drive: Drive, touch: bool, obstacles: Floats
) -> int:
    """Write the rows of what may touch and return how many there are."""
    sort_into_cells(swarm.pose, cells)
    count = 0
    if touch:
        count = find_pairs(cells, 2.0 * drive.radius, drive.reach, rows)
    count = find_walls(count, swarm.pose, cells, drive.reach, rows)
    return find_obstacles(count, swarm.pose, cells, obstacles, drive.radius, drive.reach, rows)


@_compiled
def _solve(count: int, swarm: Swarm, rows: Rows, slopes: Floats, drive: Drive) -> None:
    """Bring the speeds to those at the step's end."""
    swarm.spent[:] = 0.0
    swarm.near[:] = True
    fill_slopes(count, rows, swarm.ahead, drive, slopes)
    # The last step's impulses first: in a standing crowd they are nearly those of this step.
    push(count, rows, slopes, swarm.speed)
    hold_speeds(swarm.speed, swarm.wanted, drive, swarm.spent, swarm.near)
    # Only robots with a row take part in the sweeps; the others have their speeds already.
    mark(count, rows, False, swarm.near)
    # Motors and contacts in turn, contacts forwards and backwards in turn.
    sweep(count, False, rows, slopes, swarm.speed, drive)
    for k in range(1, _SWEEPS):
        held = hold_speeds(swarm.speed, swarm.wanted, drive, swarm.spent, swarm.near)
        # What changes nothing at all changes nothing again: most contacts are near and do not push.
        if not (sweep(count, k % 2 == 1, rows, slopes, swarm.speed, drive) or held):
            break
    mark(count, rows, True, swarm.near)


@_compiled
def _average(swarm: Swarm, drive: Drive) -> None:
    """Write the mean speeds.

    A free rim reaches its speed on a straight ramp and then holds it. Where a contact pushes, the
    speed at the step's end counts for all of it, as the contact was solved for.
    """
    for robot in range(len(swarm.speed)):
        for part in range(PARTS):
            swarm.mean[robot, part] = swarm.speed[robot, part]
        if not swarm.near[robot]:
            for side in range(SLIP):
                # The ramp takes |gained| / gain of the step and misses half of ``gained``.
                gained = swarm.spent[robot, side]
                swarm.mean[robot, side] -= 0.5 * gained * abs(gained) / drive.gain


@_compiled
def _hold_inside(pose: Floats) -> None:
    """Put centres that a wall or a crowd pushed out of the square back on its rim."""
    for robot in range(len(pose)):
        for axis in range(2):
            pose[robot, axis] = min(max(pose[robot, axis], -1.0), 1.0)


@_compiled
def take_step(
    swarm: Swarm,
    cells: CellList,
    rows: Rows,
    slopes: Floats,
    memory: Memory,
    drive: Drive,
    touch: bool,
    obstacles: Floats,
) -> int:
    """Take one step.

    Args:
        swarm: the robots; changed. ``ahead`` must be that of ``pose``; see `face`.
        cells: space for the cell list, its cells no narrower than 2 radius + reach.
        rows: space for contacts; afterwards those of this step.
        slopes: space, for as many rows as ``rows`` has, (M, 2, 3).
        memory: the last step's impulses; changed to this step's.
        drive: geometry, motors and step.
        touch: whether robots touch each other.
        obstacles: (K, 7); see `bildsim.obstacles.shapes.Obstacle.row`.

    Returns:
        The number of rows. Where there was no room for them, nothing has moved.
    """
    count = _find(swarm, cells, rows, drive, touch, obstacles)
    if count > len(rows.gap):
        return count
    recall(count, rows, memory)
    _solve(count, swarm, rows, slopes, drive)
    remember(count, rows, memory)
    _average(swarm, drive)
    roll(swarm.pose, swarm.ahead, swarm.mean, drive)
    for _ in range(_PARTINGS):
        part_overlaps(count, rows, swarm.pose, drive.radius)
    hold_outside(swarm.pose, obstacles, drive.radius)
    _hold_inside(swarm.pose)
    return count
