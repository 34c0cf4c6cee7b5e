"""How accurate and how fast is the PyBullet physics? A table for each robot radius and rate.

    python -m benchmarks.physics_fidelity --radius 0.025 0.03 --physics-rate 60 240

Every figure comes from the arena that the programs use, with its default solver settings.
"""

import argparse
import time
from collections.abc import Callable
from math import pi

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.tracking import desaturate, track_waypoints
from bildsim.envs.bullet.arena import Arena
from bildsim.envs.bullet.physics_rate import default_rate
from bildsim.envs.dynamics import BULLET, make_model
from bildsim.envs.robots.model import RobotModel

Row = tuple[str, float, str]
TRACKING_RATE = 60


def average_rates(arena: Arena, speeds: Floats, seconds: float) -> Floats:
    """Return the centres' mean path speed and mean rate of turn, (N, 2), once at speed."""
    arena.set_wheel_speeds(speeds)
    arena.step(arena.physics_rate // 3)
    track = [arena.poses()]
    for _ in range(round(seconds * arena.physics_rate)):
        arena.step()
        track.append(arena.poses())
    moves = np.diff(track, axis=0)
    path = np.hypot(moves[..., 0], moves[..., 1]).sum(axis=0)
    turned = ((moves[..., 2] + pi) % (2 * pi) - pi).sum(axis=0)
    return np.column_stack([path, turned]) / seconds


def free_motion(robot: RobotModel, rate: int) -> list[Row]:
    """Straight lines, spins and arcs of free robots against the unicycle."""
    speeds = robot.max_wheel_speed * np.array(
        [[1, 1], [0.3, 0.3], [-1, -1], [-1, 1], [0.5, 1], [1, -0.2]]
    )
    start = [-0.8, -0.8, 0.8, 0.0, 0.5, -0.5]
    poses = np.column_stack([np.linspace(-0.75, 0.75, 6), start, np.full(6, pi / 2)])
    with Arena(robot, poses, physics_rate=rate) as arena:
        measured = average_rates(arena, speeds, 1.2 / robot.max_speed)
        tilt = float(np.degrees(arena.tilt().max()))
    turn = robot.wheel_radius * (speeds[:, 1] - speeds[:, 0]) / robot.track_width
    path = np.hypot(robot.wheel_radius * speeds.mean(axis=1), robot.axle_offset * turn)
    turning = turn != 0
    speed_error = np.abs(measured[:, 0] / path - 1).max()
    turn_error = np.abs(measured[turning, 1] / turn[turning] - 1).max()
    return [
        ("largest speed error of a free robot", 100 * float(speed_error), "%"),
        ("largest turn-rate error of a free robot", 100 * float(turn_error), "%"),
        ("tilt of free robots at full speed", tilt, "deg"),
    ]


def head_on(robot: RobotModel, rate: int) -> list[Row]:
    """Twenty full-speed head-on hits, each at another phase of the physics step."""
    count = 20
    gap = 3.0 * robot.radius + np.linspace(0.0, robot.max_speed / rate, count)
    x, y = np.repeat([-0.5, 0.5], count // 2), np.tile(np.linspace(-0.9, 0.9, count // 2), 2)
    left = np.column_stack([x - gap, y, np.zeros(count)])
    right = np.column_stack([x + gap, y, np.full(count, pi)])
    speeds = np.full((2 * count, 2), robot.max_wheel_speed)
    rows = watch(robot, np.vstack([left, right]), rate, 1.0, lambda _: speeds)
    return [("worst overlap head-on, over phases of the step", rows[0][1], "mm")]


def hits(robot: RobotModel, rate: int) -> list[Row]:
    """Full-speed hits: pairs from head-on to grazing and by their rears, walls at angles."""
    pairs = [
        (side, robot.radius * offset, reverse)
        for side, (offset, reverse) in enumerate(
            [(0.0, False), (0.3, False), (1.0, False), (1.7, False), (0.0, True), (1.0, True)]
        )
    ]
    poses, sign = [], []
    for row, offset, reverse in pairs:
        y, back = -0.75 + 0.3 * row, pi * reverse
        poses += [[-0.15, y, back], [0.15, y + offset, pi + back]]
        sign += [-1.0 if reverse else 1.0] * 2
    for y, angle in [(-0.6, 0.0), (-0.3, 0.5), (0.0, 1.0), (0.3, pi), (0.6, pi + 0.5), (0.85, 0.8)]:
        poses.append([0.85, y, angle])
        sign.append(1.0 if angle < pi else -1.0)
    speeds = robot.max_wheel_speed * np.outer(sign, [1.0, 1.0])
    return [
        (f"{name} in full-speed hits", value, unit)
        for name, value, unit in watch(
            robot, np.array(poses), rate, 0.5 / robot.max_speed, lambda _: speeds
        )
    ]


def crowd(robot: RobotModel, rate: int) -> list[Row]:
    """A hundred robots driven to one point by the tracking controller, over a way of 2 m."""
    side = np.linspace(-0.9, 0.9, 10)
    x, y = np.meshgrid(side, side)
    headings = np.random.default_rng(0).uniform(-pi, pi, 100)
    target = np.full((100, 2), 0.2)

    def command(poses: Floats) -> Floats:
        return desaturate(track_waypoints(poses, target, robot), robot.max_wheel_speed)

    poses = np.column_stack([x.ravel(), y.ravel(), headings])
    return [
        (f"{name}, 100 robots to one point", value, unit)
        for name, value, unit in watch(robot, poses, rate, 2.0 / robot.max_speed, command)
    ]


def watch(
    robot: RobotModel,
    poses: Floats,
    rate: int,
    seconds: float,
    command: Callable[[Floats], Floats],
) -> list[Row]:
    """Drive by ``command`` and report the worst overlap, tilt and speed, and the step's cost."""
    overlap = tilt = speed = spent = 0.0
    every = rate // TRACKING_RATE
    with Arena(robot, poses, physics_rate=rate) as arena:
        for _ in range(round(seconds * TRACKING_RATE)):
            arena.set_wheel_speeds(command(arena.poses()))
            for _ in range(every):
                start = time.process_time()
                arena.step()
                spent += time.process_time() - start
                overlap = max(overlap, arena.contacts().max_overlap)
            tilt = max(tilt, float(arena.tilt().max()))
            speed = max(speed, float(np.hypot(*arena.velocities()[:, :2].T).max()))
        arena.check()
        return [
            ("overlap", 1e3 * overlap, "mm"),
            ("tilt", float(np.degrees(tilt)), "deg"),
            ("largest speed", speed, "m/s"),
            ("physics step", 1e3 * spent / arena.steps, "ms"),
        ]


def rest(robot: RobotModel, rate: int) -> list[Row]:
    """Drift of robots told to stand still for five seconds."""
    poses = np.array([[-0.5, 0.0, 0.3], [0.0, 0.0, 2.0], [0.5, 0.0, -1.0]])
    with Arena(robot, poses, physics_rate=rate) as arena:
        arena.step(5 * rate)
        moved = arena.poses() - poses
    return [
        ("drift at rest in 5 s", 1e3 * float(np.hypot(*moved[:, :2].T).max()), "mm"),
        ("turn at rest in 5 s", float(np.degrees(np.abs(moved[:, 2]).max())), "deg"),
    ]


def cost(robot: RobotModel, rate: int, count: int) -> list[Row]:
    """Processor milliseconds a step and real-time factor of the physics alone, robots wandering."""
    rng = np.random.default_rng(0)
    side = int(np.ceil(np.sqrt(count)))
    x, y = np.meshgrid(np.linspace(-0.9, 0.9, side), np.linspace(-0.9, 0.9, side))
    poses = np.column_stack([x.ravel(), y.ravel(), rng.uniform(-pi, pi, side * side)])[:count]
    spent = 0.0
    with Arena(robot, poses, physics_rate=rate) as arena:
        for _ in range(10):
            arena.set_wheel_speeds(robot.max_wheel_speed * rng.uniform(-1, 1, (count, 2)))
            start = time.process_time()
            arena.step(rate // 10)
            spent += time.process_time() - start
    return [
        (f"physics step, N = {count}", 1e3 * spent / rate, "ms"),
        (f"real-time factor of the physics, N = {count}", 1.0 / spent, ""),
    ]


def report(robot: RobotModel, rate: int, counts: list[int]) -> list[Row]:
    """Return the whole table for one radius and rate."""
    rows = [*free_motion(robot, rate), *rest(robot, rate)]
    rows += [*head_on(robot, rate), *hits(robot, rate), *crowd(robot, rate)]
    for count in counts:
        rows += cost(robot, rate, count)
    return rows


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--radius", type=float, nargs="+", default=[0.025], help="radii, m")
    parser.add_argument("--max-speed", type=float, help="rim speed limit, m/s")
    parser.add_argument("--physics-rate", type=int, nargs="+", help="rates, Hz")
    parser.add_argument("--robots", type=int, nargs="*", default=[10, 100, 300], help="N to time")
    options = parser.parse_args()
    for radius in options.radius:
        robot = make_model(BULLET, radius, options.max_speed)
        for rate in options.physics_rate or [default_rate(robot)]:
            print(f"\nradius {radius:g} m, {rate} Hz, {robot.max_speed:g} m/s")
            for name, value, unit in report(robot, rate, options.robots):
                print(f"  {name:<48}{value:>10.4g} {unit}")


if __name__ == "__main__":
    main()
