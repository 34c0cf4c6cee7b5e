"""How truly does each robot move? Speed, turn, a way across the arena, and hits, by dynamics.

    python -m benchmarks.robots
    python -m benchmarks.robots --robots khepera4 --dynamics kinematic --gain 3

A row a robot and dynamics. Errors of the speed straight on and of the turn rate on the spot (%,
both wheels at their top speed) are against what the drives hand to the motors, so that what a
description says of poor drives is no error. ``cross`` is the time (s) from rest until the tracking
controller has brought it from wall to wall, with half a radius to spare at both, and holds it
within a twentieth of the radius; ``beyond`` how far it went past that place (% of the radius).
Overlaps are the deepest (% of the radius) of two robots that drive into each other and of one that
drives into a wall, at full speed and in five phases of the physics step.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

from contextlib import closing
from dataclasses import dataclass
from math import ceil, hypot, pi
from typing import NamedTuple

import numpy as np
import tyro

from bildsim.assets import asset_folder
from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError
from bildsim.basics.reading.description import preset_names
from bildsim.basics.timing import TICK_S, TRACKING_RATE
from bildsim.controllers.steering import WAYPOINT, WHEEL_SPEEDS, ActionMode
from bildsim.controllers.tracking import DEFAULT_GAIN
from bildsim.envs.dynamics import BULLET, KINEMATIC, Wheeled, make_dynamics
from bildsim.envs.ideal import IdealArena
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.swarm import SwarmEnv

PHASES = 5
HEADS = (
    "robot",
    "dynamics",
    "speed, %",
    "turn, %",
    "cross, s",
    "beyond, %",
    "robots, %",
    "wall, %",
)
_MEASURED_S = 2.0
_PUSHED_S = 0.5
_ARRIVED = 0.05


@dataclass(frozen=True)
class Options:
    """Robots that are measured.

    Attributes:
        robots: names or files.
        dynamics: what moves them.
        gain: of the tracking controller (1/s).
        longest: simulated time after which a robot counts as too slow to cross (s).
    """

    robots: tuple[str, ...] = tuple(preset_names(asset_folder("robots")))
    dynamics: tuple[str, ...] = (BULLET, KINEMATIC)
    gain: float = DEFAULT_GAIN
    longest: float = 30.0


class Crossing(NamedTuple):
    """How a robot crossed the arena.

    Attributes:
        time_s: when it had arrived for good (s); infinite where it had not in the time.
        beyond: how far past its waypoint it was at most (m).
    """

    time_s: float
    beyond: float


def made(options: Options, robot: str, dynamics: str, pose: Floats, mode: ActionMode) -> SwarmEnv:
    """Return one robot at rest at a pose, (3,), m and rad.

    Raises:
        UsageError: there is no such robot, or it does not fit.
    """
    env = SwarmEnv(
        robots=1,
        robot=robot,
        dynamics=dynamics,
        order=2,
        start=pose[None],
        action_mode=mode,
        gain=options.gain,
    )
    env.reset(seed=0)
    return env


def free_errors(options: Options, robot: str, dynamics: str) -> tuple[float, float]:
    """Return the errors of speed straight on and of turn rate on the spot, shares.

    They are those of the second half of a way through most of the arena, or of two seconds.
    """
    errors = []
    for turning in (False, True):
        rest = np.zeros(3)
        with closing(made(options, robot, dynamics, rest, WHEEL_SPEEDS)) as env:
            model = env.robot
        top, room = model.max_wheel_speed, 1.6 * (1.0 - model.radius)
        ticks = round(_MEASURED_S / TICK_S)
        if not turning:
            ticks = min(ticks, int(room / model.max_speed / TICK_S))
            rest[0] = -0.5 * ticks * TICK_S * model.max_speed
        with closing(made(options, robot, dynamics, rest, WHEEL_SPEEDS)) as env:
            action = top * np.array([[-1.0 if turning else 1.0, 1.0]])
            wrong = []
            for tick in range(ticks):
                seen, _, _, _, info = env.step(action)
                if tick >= ticks // 2:
                    wrong.append(_error(model, seen["velocity"][0], info["applied"][0], turning))
        errors.append(float(np.abs(np.mean(wrong))))
    return errors[0], errors[1]


def _error(robot: RobotModel, velocity: Floats, wheels: Floats, turning: bool) -> float:
    left, right = robot.wheel_radius * wheels
    turn = (right - left) / robot.track_width
    if turning:
        return float(velocity[2] / turn - 1.0)
    return float(hypot(*velocity[:2]) / hypot(0.5 * (left + right), robot.axle_offset * turn) - 1.0)


def crossing(options: Options, robot: str, dynamics: str) -> Crossing:
    """Return how a robot crosses the arena, tracked to a waypoint on the other side.

    It heads for it, or away from it if it drives tail first.
    """
    with closing(made(options, robot, dynamics, np.zeros(3), WAYPOINT)) as env:
        radius, tail_first = env.robot.radius, env.robot.handle < 0.0
    edge = 1.0 - 1.5 * radius
    goal, start = np.array([[edge, 0.0]]), np.array([-edge, 0.0, pi * tail_first])
    arrived, beyond = np.inf, 0.0
    with closing(made(options, robot, dynamics, start, WAYPOINT)) as env:
        for _ in range(round(options.longest / TICK_S)):
            env.step(goal)
            x, y = env.arena.poses()[0, :2]
            beyond = max(beyond, x - edge)
            near = hypot(x - edge, y) < _ARRIVED * radius
            arrived = min(arrived, env.arena.time) if near else np.inf
            if near and env.arena.time - arrived >= 1.0:
                break
    return Crossing(float(arrived), float(beyond))


def overlaps(robot: RobotModel, dynamics: str) -> tuple[float, float]:
    """Return the deepest overlaps (m) of two robots head-on, and of one and a wall.

    They drive at full speed, whatever their drivers' ramps, as far as the arena has room.
    """
    start = robot.max_speed**2 / robot.traction
    deepest = []
    for walls in (False, True):
        found = []
        for phase in range(PHASES):
            room = 1.9 - 2.0 * robot.radius if walls else 0.9 - 2.0 * robot.radius
            run_up = min(start + phase / PHASES * robot.max_speed / TRACKING_RATE, room)
            gap = robot.radius + run_up
            poses = np.array([[-gap, 0.0, 0.0], [gap, 0.0, pi]])
            if walls:
                poses = np.array([[1.0 - gap, 0.0, 0.0]])
            found.append(_deepest(robot, dynamics, poses, run_up))
        deepest.append(max(found))
    return deepest[0], deepest[1]


def _deepest(robot: RobotModel, dynamics: str, poses: Floats, run_up: float) -> float:
    arena = make_dynamics(dynamics, robot, poses)
    assert not isinstance(arena, IdealArena), "points do not hit each other"
    seconds = 2.0 * run_up / robot.max_speed + robot.max_speed / robot.traction + _PUSHED_S
    try:
        return _pushed(arena, np.full((len(poses), 2), robot.max_wheel_speed), seconds)
    finally:
        arena.close()


def _pushed(arena: Wheeled, speeds: Floats, seconds: float) -> float:
    """Hold wheel speeds, (N, 2) in rad/s, and return the deepest overlap (m)."""
    overlap = 0.0
    arena.set_wheel_speeds(speeds)
    for _ in range(ceil(seconds * arena.physics_rate)):
        arena.step()
        overlap = max(overlap, arena.contacts().max_overlap)
    return overlap


def row(options: Options, robot: str, dynamics: str) -> str:
    """Return a row of the table; of a robot that is refused with the reason."""
    try:
        with closing(made(options, robot, dynamics, np.zeros(3), WAYPOINT)) as env:
            model = env.robot
        speed, turn = free_errors(options, robot, dynamics)
        crossed = crossing(options, robot, dynamics)
        pair, wall = overlaps(model, dynamics)
    except UsageError as error:
        return f"| {robot} | {dynamics} | {error} |"
    time = f"{crossed.time_s:.1f}" if np.isfinite(crossed.time_s) else f"> {options.longest:g}"
    shares = [100.0 * part / model.radius for part in (crossed.beyond, pair, wall)]
    cells = [_short(100.0 * speed), _short(100.0 * turn), time, *map(_short, shares)]
    return f"| {robot} | {dynamics} | {' | '.join(cells)} |"


def _short(value: float) -> str:
    # Below a millionth of a per cent it is rounding.
    return f"{value:.2g}" if value >= 1e-6 else "0"


def main() -> None:
    """Print the table."""
    options = tyro.cli(Options, description=__doc__)
    print(f"| {' | '.join(HEADS)} |\n|{'---|' * len(HEADS)}")
    for robot in options.robots:
        for dynamics in options.dynamics:
            print(row(options, robot, dynamics), flush=True)


if __name__ == "__main__":
    main()
