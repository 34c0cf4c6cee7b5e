"""How fast are the dynamics? Milliseconds a physics step and real-time factors.

    python benchmarks/dynamics_speed.py --kinematic 100 1000 10000 --bullet 100 300 1000

prints one row for each number of robots and each of two situations: scattered over the arena and
driving about, and packed, all driven to one point until they jam. A row's cost is that of control:
poses, tracking, the wheels' limits and physics, on one thread; the last column is of physics alone.
Times are processor times, so that other programs on the machine do not count.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import resource
import time
from dataclasses import dataclass

import numpy as np

from bildsim.arrays import Floats
from controllers.tracking import DEFAULT_GAIN, track_waypoints
from envs.actuation import ActuationLimits
from envs.dynamics import BULLET, KINEMATIC, Wheeled, make_dynamics, make_model
from envs.ideal import IdealArena
from envs.robot import RobotModel
from envs.spawn import spawn
from envs.timing import TRACKING_RATE

# Radius and speed by number of robots: they cover 5 % (100) to 20 % (10,000) of the arena.
_SIZES = {100: (0.025, 0.2), 300: (0.025, 0.2), 1000: (0.015, 0.2), 10_000: (0.005, 0.1)}
_CENTRE = np.array([0.2, 0.2])


@dataclass(frozen=True)
class Cost:
    """Mean processor time of one tracking update, s: all of it, and of the physics alone."""

    control: float
    physics: float


def build(name: str, robots: int) -> Wheeled:
    """Return robots scattered over the arena."""
    robot = make_model(name, *_SIZES[robots])
    poses = spawn("uniform", robots, robot.radius, np.random.default_rng(0))
    dynamics = make_dynamics(name, robot, poses)
    assert not isinstance(dynamics, IdealArena)
    return dynamics


def drive(dynamics: Wheeled, robot: RobotModel, goals: Floats, updates: int) -> Cost:
    """Drive to the goals, (N, 2) in m, for so many tracking updates."""
    limits, every = ActuationLimits(robot.max_wheel_speed), dynamics.physics_rate // TRACKING_RATE
    physics, start = 0.0, time.process_time()
    for _ in range(updates):
        command = track_waypoints(dynamics.poses(), goals, robot, DEFAULT_GAIN)
        dynamics.set_wheel_speeds(limits.apply(command)[0])
        before = time.process_time()
        dynamics.step(every)
        physics += time.process_time() - before
    return Cost((time.process_time() - start) / updates, physics / updates)


def measure(name: str, robots: int, updates: int, settle_s: float) -> list[tuple[str, Cost, int]]:
    """Return the cost and the touching pairs, scattered and packed."""
    robot = make_model(name, *_SIZES[robots])
    anywhere = np.random.default_rng(1).uniform(-1.0, 1.0, (robots, 2))
    dynamics = build(name, robots)
    drive(dynamics, robot, anywhere, 12)
    rows = [("scattered", drive(dynamics, robot, anywhere, updates), _pairs(dynamics))]
    goals = np.tile(_CENTRE, (robots, 1))
    drive(dynamics, robot, goals, round(settle_s * TRACKING_RATE))
    rows.append(("packed", drive(dynamics, robot, goals, updates), _pairs(dynamics)))
    dynamics.close()
    return rows


def _pairs(dynamics: Wheeled) -> int:
    return len(dynamics.contacts().pairs)


def report(name: str, robots: int, updates: int, settle_s: float) -> None:
    """Print the rows of one number of robots."""
    rate = make_dynamics(name, RobotModel(), np.zeros((1, 3)))
    assert not isinstance(rate, IdealArena)
    steps = rate.physics_rate // TRACKING_RATE
    rate.close()
    for situation, cost, pairs in measure(name, robots, updates, settle_s):
        factor = 1.0 / (TRACKING_RATE * cost.control)
        print(
            f"| {name} | {robots} | {situation} | {pairs} | {1e3 * cost.physics / steps:.3f} "
            f"| {1e3 * cost.control:.3f} | {factor:.3g} | "
            f"{1.0 / (TRACKING_RATE * cost.physics):.3g} |",
            flush=True,
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kinematic", type=int, nargs="*", default=[100, 1000, 10_000])
    parser.add_argument("--bullet", type=int, nargs="*", default=[100, 300, 1000])
    parser.add_argument("--settle", type=float, default=8.0, help="time to pack, simulated s")
    options = parser.parse_args()
    print(
        "radius and rim speed: "
        + ", ".join(f"N = {n}: {r} m, {v} m/s" for n, (r, v) in _SIZES.items())
        + "\n"
    )
    print(
        "| dynamics | robots | where | touching pairs | ms a step | ms an update (1/60 s) "
        "| real-time factor | of physics alone |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for robots in options.kinematic:
        report(KINEMATIC, robots, 300, options.settle)
    for robots in options.bullet:
        report(BULLET, robots, 60, min(options.settle, 4.0))
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
