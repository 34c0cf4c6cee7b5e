"""Which physics rate for PyBullet? Fidelity and cost by radius and rate, the default marked.

    python -m benchmarks.physics_choice

prints three tables. Fidelity: largest errors of speed and turn rate of free robots, creep at rest,
the deepest overlap and the largest tilt of twenty head-on hits in as many phases of the step, of
other full-speed hits and of a hundred robots driven to one point, and how many of two streams of
50 robots that cross each other have got through after a way of 3 m, on average over four seeds.
Piles: many robots driven to one point at the default rate, where overlaps grow with the pile.
Cost: processor time of a step and real-time factor of physics alone. Rates that are refused for a
radius are left out.
"""

import argparse
from math import pi

import numpy as np

from benchmarks.physics_fidelity import cost, crowd, free_motion, head_on, hits, rest, watch
from bildsim.basics.arrays import Floats
from bildsim.basics.timing import TRACKING_RATE
from bildsim.controllers.tracking import desaturate, track_waypoints
from bildsim.envs.bullet.arena import Arena
from bildsim.envs.bullet.physics_rate import default_rate
from bildsim.envs.dynamics import BULLET, make_model
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.spawn import spawn


def streams(robot: RobotModel, rate: int, rng: np.random.Generator) -> float:
    """Return the share of two crossing streams that gets through, of 50 robots each."""
    across, along = np.meshgrid(np.linspace(-0.4, 0.4, 10), np.linspace(-0.9, -0.5, 5))
    east = np.column_stack([along.ravel(), across.ravel(), np.zeros(50)])
    north = np.column_stack([across.ravel(), along.ravel(), np.full(50, pi / 2)])
    poses = np.vstack([east, north])
    # A perfect grid would lock by symmetry.
    poses[:, :2] += rng.uniform(-0.015, 0.015, (100, 2))
    goals = poses[:, :2] + np.repeat([[1.3, 0.0], [0.0, 1.3]], 50, axis=0)
    with Arena(robot, poses, physics_rate=rate) as arena:
        for _ in range(round(3.0 / robot.max_speed * TRACKING_RATE)):
            command = track_waypoints(arena.poses(), goals, robot)
            arena.set_wheel_speeds(desaturate(command, robot.max_wheel_speed))
            arena.step(rate // TRACKING_RATE)
        left = np.linalg.norm(arena.poses()[:, :2] - goals, axis=1)
    return float((left < 2.0 * robot.radius).mean())


def pile(robot: RobotModel, rate: int, count: int) -> tuple[float, float]:
    """Return deepest overlap (% of the radius) and tilt (deg) of robots driven to one point."""
    poses = spawn("uniform", count, robot.radius, np.random.default_rng(0))
    goals = np.full((count, 2), 0.2)

    def command(poses: Floats) -> Floats:
        return desaturate(track_waypoints(poses, goals, robot), robot.max_wheel_speed)

    overlap, tilt, *_ = (value for _, value, _ in watch(robot, poses, rate, 8.0, command))
    return 0.1 / robot.radius * overlap, tilt


def fidelity(robot: RobotModel, rate: int) -> list[float]:
    """Return the figures of one row of the first table, overlaps in percent of the radius."""
    percent = 0.1 / robot.radius
    speed, turn, _ = (value for _, value, _ in free_motion(robot, rate))
    creep = rest(robot, rate)[0][1]
    meeting = head_on(robot, rate)[0][1]
    overlap, tilt, *_ = (value for _, value, _ in hits(robot, rate))
    packed, leaning, *_ = (value for _, value, _ in crowd(robot, rate))
    overlaps = [percent * meeting, percent * overlap, tilt, percent * packed, leaning]
    through = np.mean([streams(robot, rate, np.random.default_rng(seed)) for seed in range(4)])
    return [speed, turn, creep, *overlaps, 100.0 * float(through)]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--radius", type=float, nargs="+", default=[0.0025, 0.005, 0.008, 0.012, 0.025]
    )
    parser.add_argument("--physics-rate", type=int, nargs="+", default=[60, 120, 180, 240])
    parser.add_argument("--robots", type=int, nargs="*", default=[10, 100, 300, 1000])
    parser.add_argument("--pile", type=int, nargs="*", default=[100, 300, 1000])
    options = parser.parse_args()
    print(
        "| radius, mm | top speed, m/s | Hz | speed error, % | turn rate, % | creep in 5 s, mm "
        "| head-on overlap, % of the radius | other hits | tilt in hits, deg "
        "| overlap in a crowd, % | tilt in a crowd, deg | streams through, % |\n"
        + 12 * "|---"
        + "|"
    )
    for robot in (make_model(BULLET, radius) for radius in options.radius):
        usual = default_rate(robot)
        for rate in (rate for rate in options.physics_rate if rate >= usual):
            cells = " | ".join(f"{value:.3g}" for value in fidelity(robot, rate))
            mark = " (default)" if rate == usual else ""
            size = f"{1e3 * robot.radius:g} | {robot.max_speed:.2g}"
            print(f"| {size} | {rate}{mark} | {cells} |", flush=True)
    print("\n| robots in a pile | radius, mm | Hz | overlap, % | tilt, deg |\n" + 5 * "|---" + "|")
    for count in options.pile:
        robot = make_model(BULLET, 0.025 if count <= 300 else 0.015)
        rate = default_rate(robot)
        overlap, tilt = pile(robot, rate, count)
        size = f"{count} | {1e3 * robot.radius:g}"
        print(f"| {size} | {rate} | {overlap:.3g} | {tilt:.3g} |", flush=True)
    print("\n| robots | radius, mm | Hz | ms a step | times real time |\n" + 5 * "|---" + "|")
    for count in options.robots:
        robot = make_model(BULLET, robots=count)
        usual = default_rate(robot)
        for rate in (rate for rate in options.physics_rate if rate >= usual):
            step, factor = (value for _, value, _ in cost(robot, rate, count))
            size = f"{count} | {1e3 * robot.radius:.3g}"
            print(f"| {size} | {rate} | {step:.3g} | {factor:.3g} |", flush=True)


if __name__ == "__main__":
    main()
