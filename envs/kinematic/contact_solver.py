"""The contact solver: impulses of motors, floor and contacts in a step, and parting overlaps.

The state of a robot is its pose and three speeds (m/s): of the left rim, of the right rim, and of
the wheels' sideways slip, the last divided by ``lightness`` so that the same impulse changes all
three alike. A motor drives a rim to its wanted speed and yields when pushed harder than its torque;
the floor holds the slip at 0 and yields when pushed harder than its friction. With the masses of
the robot the three do not couple, but for 8 % between slip and turn that is left out.

The impulses of motors, floor and contacts are found together by projected Gauss-Seidel sweeps over
the contacts (velocities: Catto, Iterative dynamics with temporal coherence, 2005), forwards and
backwards in turn. A contact may close its gap in the step but no more, so discs in ordinary traffic
hardly overlap; what the solver leaves is parted by moving both discs of a pair by half of the
overlap (positions: Müller, Heidelberger, Hennix, Ratcliff, Position based dynamics, 2007).
Contacts have no friction.

Compiled, because each of up to M contacts starts from what the one before it has left of its
robots' speeds, (N, 3): a chain of small steps, which NumPy cannot do all at once. What a step
costs in all, driving about and jammed: ``python -m benchmarks.dynamics_speed``.
"""

from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.envs.kinematic.collision_detection import WALLS, Rows
from bildsim.numerics.compiling import inlined, kernel

LEFT, RIGHT, SLIP, PARTS = 0, 1, 2, 3
# Overlaps deeper than this share of the radius are also pushed apart, by so much of them a step:
# without, ten thousand robots driven to one point end up inside each other.
_TOLERANCE, _SHARE = 0.02, 0.1
_compiled = kernel(__file__)


class Drive(NamedTuple):
    """What of a robot and of the clock the kernels need.

    Attributes:
        radius: of the disc, m.
        track: distance between the wheels, m.
        offset: how far the disc's centre lies ahead of the axle, m.
        lightness: root of the mass that one rim moves over the mass that slips.
        gain: most that a motor changes its rim's speed in one step, m/s.
        grip: most that the floor changes the slip over ``lightness`` in one step, m/s.
        reach: gap up to which two discs may touch within one step, m.
        step: length of a physics step, s.
    """

    radius: float
    track: float
    offset: float
    lightness: float
    gain: float
    grip: float
    reach: float
    step: float


@inlined
def _fill_side(slope: Floats, sign: float, normal: Floats, ahead: Floats, drive: Drive) -> None:
    cosine, sine = ahead[0], ahead[1]
    along = normal[0] * cosine + normal[1] * sine
    across = normal[1] * cosine - normal[0] * sine
    # The rate at which the centre moves along the normal for a unit of each speed.
    turn = across * drive.offset / drive.track
    slope[LEFT] = sign * (0.5 * along - turn)
    slope[RIGHT] = sign * (0.5 * along + turn)
    slope[SLIP] = sign * across * drive.lightness


@_compiled
def fill_slopes(count: int, rows: Rows, ahead: Floats, drive: Drive, slopes: Floats) -> None:
    """Write how fast each row's gap closes for a unit of each speed.

    Args:
        count: number of rows.
        rows: the contacts.
        ahead: cosine and sine of the robots' headings, (N, 2).
        drive: the robots' geometry.
        slopes: of the first robot's speeds, then of the second's, 0 for a wall, (M, 2, 3).
    """
    for k in range(count):
        first, second, normal = rows.first[k], rows.second[k], rows.normal[k]
        _fill_side(slopes[k, 0], 1.0, normal, ahead[first], drive)
        if second <= WALLS:
            slopes[k, 1] = 0.0
        else:
            _fill_side(slopes[k, 1], -1.0, normal, ahead[second], drive)


@inlined
def _fastest_closing(gap: float, drive: Drive) -> float:
    """Return the speed at which a contact may close, m/s; below 0 it must open."""
    if gap >= 0.0:
        return gap / drive.step
    return -_SHARE * max(0.0, -gap - _TOLERANCE * drive.radius) / drive.step


@inlined
def _solve_row(k: int, rows: Rows, slopes: Floats, speed: Floats, drive: Drive) -> bool:
    """Let contact k push as hard as it must, and no harder, for its gap not to be overrun.

    Returns:
        Whether that changed anything.
    """
    # A wall's slopes are 0, so any robot can stand in for it.
    first, second = rows.first[k], max(rows.second[k], 0)
    closing, ease = 0.0, 0.0
    for part in range(PARTS):
        a, b = slopes[k, 0, part], slopes[k, 1, part]
        closing += a * speed[first, part] + b * speed[second, part]
        ease += a * a + b * b
    excess = closing - _fastest_closing(rows.gap[k], drive)
    # Projected Gauss-Seidel: the impulse that would just stop the excess, kept from pulling.
    impulse = max(0.0, rows.impulse[k] + excess / ease)
    change = rows.impulse[k] - impulse
    rows.impulse[k] = impulse
    for part in range(PARTS):
        speed[first, part] += change * slopes[k, 0, part]
        speed[second, part] += change * slopes[k, 1, part]
    return bool(change != 0.0)


@_compiled
def push(count: int, rows: Rows, slopes: Floats, speed: Floats) -> None:
    """Let the rows' impulses act on the speeds, (N, 3), m/s."""
    for k in range(count):
        first, second = rows.first[k], max(rows.second[k], 0)
        for part in range(PARTS):
            speed[first, part] -= rows.impulse[k] * slopes[k, 0, part]
            speed[second, part] -= rows.impulse[k] * slopes[k, 1, part]


@_compiled
def sweep(
    count: int, backwards: bool, rows: Rows, slopes: Floats, speed: Floats, drive: Drive
) -> bool:
    """Solve the rows one after another, in either direction, on the speeds (N, 3), m/s.

    Returns:
        Whether that changed anything.
    """
    changed = False
    for place in range(count):
        k = count - 1 - place if backwards else place
        changed = _solve_row(k, rows, slopes, speed, drive) or changed
    return changed


@_compiled
def hold_speeds(speed: Floats, wanted: Floats, drive: Drive, spent: Floats, who: Bools) -> bool:
    """Let motors and floor bring the speeds nearer to the wanted ones.

    Args:
        speed: of left rim, right rim and slip, (N, 3), m/s; changed.
        wanted: (N, 3), m/s.
        drive: what motors and floor can do.
        spent: what they have done so far in this step, (N, 3), m/s; changed.
        who: the robots that this is for, (N,).

    Returns:
        Whether that changed anything.
    """
    changed = False
    for robot in range(len(speed)):
        if who[robot]:
            for part in range(PARTS):
                limit = drive.grip if part == SLIP else drive.gain
                # What a motor does in all of the step is limited, so what it did before is taken
                # into account and may be taken back.
                due = spent[robot, part] + wanted[robot, part] - speed[robot, part]
                done = min(max(due, -limit), limit)
                speed[robot, part] += done - spent[robot, part]
                changed = changed or done != spent[robot, part]
                spent[robot, part] = done
    return changed


@_compiled
def mark(count: int, rows: Rows, pressed: bool, who: Bools) -> None:
    """Mark in ``who`` (N,) the robots that have a row, or one whose contact pushes."""
    who[:] = False
    for k in range(count):
        if not pressed or rows.impulse[k] > 0.0:
            who[rows.first[k]] = True
            if rows.second[k] > WALLS:
                who[rows.second[k]] = True


@_compiled
def part_overlaps(count: int, rows: Rows, pose: Floats, radius: float) -> None:
    """Move overlapping discs of the rows apart along their line of centres, in ``pose`` (N, 3)."""
    for k in range(count):
        first, second = rows.first[k], rows.second[k]
        if second <= WALLS:
            continue
        x, y = pose[second, 0] - pose[first, 0], pose[second, 1] - pose[first, 1]
        squared = x * x + y * y
        if squared < 4.0 * radius * radius:
            distance = np.sqrt(squared)
            # Discs on one point have no line of centres: they part along the row's normal.
            if distance > 0.0:
                x, y = x / distance, y / distance
            else:
                x, y = rows.normal[k, 0], rows.normal[k, 1]
            move = radius - 0.5 * distance
            pose[first, 0] -= move * x
            pose[first, 1] -= move * y
            pose[second, 0] += move * x
            pose[second, 1] += move * y
