"""How closely do the three dynamics agree? Free motion, jams and closed loops, in three tables.

    python -m benchmarks.dynamics_parity --seeds 0 1 2 --duration 60

Free motion: distance and angle between the kinematic and PyBullet's robots under equal commands.
Jams: a hundred tracked robots sent to one point, across each other's ways, and to the far side.
Closed loop: the main job under all three dynamics, same seeds, planner and network.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import time
from collections.abc import Iterator

import numpy as np
from threadpoolctl import threadpool_limits

from bildsim.basics.arrays import Floats
from bildsim.basics.timing import TRACKING_RATE
from bildsim.controllers.tracking import desaturate, track_waypoints
from bildsim.envs.dynamics import BULLET, DYNAMICS_NAMES, KINEMATIC, Wheeled, make_dynamics
from bildsim.envs.ideal import IdealArena
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.spawn import spawn
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation

ROBOT = RobotModel()
_COMMANDS = {
    "straight": (1.0, 1.0),
    "back": (-1.0, -1.0),
    "spin": (-1.0, 1.0),
    "arc": (0.6, 1.0),
    "tight arc": (1.0, -0.2),
}


def wheeled(name: str, poses: Floats) -> Wheeled:
    """Return the dynamics of that name with robots at the poses, (N, 3)."""
    dynamics = make_dynamics(name, ROBOT, poses)
    assert not isinstance(dynamics, IdealArena)
    return dynamics


def update(dynamics: Wheeled, speeds: Floats) -> None:
    """Hold wheel speeds, (N, 2) in rad/s, for one tracking update."""
    dynamics.set_wheel_speeds(speeds)
    dynamics.step(dynamics.physics_rate // TRACKING_RATE)


def free_motion(seconds: float) -> None:
    """Print how far apart robots are after equal commands from rest."""
    print(f"\nfree motion, {seconds:g} s from rest, largest on the way\n")
    print("| command | position apart (mm) | heading apart (deg) |\n|---|---|---|")
    for label, shares in _COMMANDS.items():
        pair = [wheeled(name, np.zeros((1, 3))) for name in (KINEMATIC, BULLET)]
        speeds = ROBOT.max_wheel_speed * np.array([shares])
        apart = []
        for _ in range(round(seconds * TRACKING_RATE)):
            for dynamics in pair:
                update(dynamics, speeds)
            apart.append((pair[0].poses() - pair[1].poses())[0])
        pair[1].close()
        difference = np.abs(apart)
        turn = np.minimum(difference[:, 2], 2 * np.pi - difference[:, 2]).max()
        position = np.linalg.norm(difference[:, :2], axis=1).max()
        print(f"| {label} | {1e3 * position:.2f} | {np.degrees(turn):.2f} |", flush=True)


def jams(seed: int) -> Iterator[tuple[str, Floats, Floats]]:
    """Yield name, poses and goals of each jam."""
    rng = np.random.default_rng(seed)
    poses = spawn("uniform", 100, ROBOT.radius, rng)
    yield "all to one point", poses, np.full((100, 2), 0.2)
    yield "each to another's start", poses, rng.permutation(poses[:, :2])
    yield "each to the far side", poses, -poses[:, :2]


def jam(name: str, poses: Floats, goals: Floats, seconds: float) -> str:
    """Return a row: distance to the goals on the way, overlap, touching pairs, rest, time."""
    dynamics = wheeled(name, poses)
    overlap, left, start = 0.0, [], time.perf_counter()
    for _ in range(round(seconds)):
        for _ in range(TRACKING_RATE):
            command = track_waypoints(dynamics.poses(), goals, ROBOT)
            update(dynamics, desaturate(command, ROBOT.max_wheel_speed))
            overlap = max(overlap, dynamics.contacts().max_overlap)
        left.append(np.linalg.norm(dynamics.poses()[:, :2] - goals, axis=1).mean())
    spent = time.perf_counter() - start
    pairs = len(dynamics.contacts().pairs)
    speed = float(np.hypot(*dynamics.velocities()[:, :2].T).mean())
    dynamics.close()
    middle = len(left) // 2
    return (
        f"{left[middle - 1]:.3f} | {left[-1]:.3f} | {1e3 * overlap:.2f} | {pairs} | "
        f"{1e3 * speed:.1f} | {spent:.1f}"
    )


def compare_jams(seeds: list[int], seconds: float) -> None:
    """Print the jams under both dynamics."""
    print(f"\njams, 100 robots, {seconds:g} s\n")
    print(
        "| jam | seed | dynamics | to the goals, half way (m) | at the end (m) "
        "| deepest overlap (mm) | touching pairs | mean speed (mm/s) | wall time (s) |"
    )
    print("|---" * 9 + "|")
    for seed in seeds:
        for label, poses, goals in jams(seed):
            for name in (KINEMATIC, BULLET):
                row = jam(name, poses, goals, seconds)
                print(f"| {label} | {seed} | {name} | {row} |", flush=True)


def closed_loop(name: str, seed: int, duration: float) -> str:
    """Return a row: final kl_fit and W2, mean touching pairs, and wall time."""
    start = time.perf_counter()
    simulation = Simulation(
        RunConfig(seed=seed, duration=duration, swarm=SwarmSettings(dynamics=name))
    )
    touching = []
    for tick in simulation.ticks():
        touching.append(tick.contact_pairs)
    simulation.close()
    w2 = PositionMetrics.of(simulation.target).w2(tick.pose[:, :2])
    spent = time.perf_counter() - start
    return f"{tick.kl_fit:.4f} | {w2:.4f} | {np.mean(touching):.1f} | {spent:.1f}"


def compare_closed_loops(seeds: list[int], duration: float) -> None:
    """Print the main job under all dynamics."""
    print(f"\nclosed loop: gmm3, 100 robots, BILD-MACRO, er:0.5, {duration:g} s\n")
    print("| dynamics | seed | kl_fit (nats) | w2 (m) | touching pairs | wall time (s) |")
    print("|---" * 6 + "|")
    for seed in seeds:
        for name in DYNAMICS_NAMES:
            print(f"| {name} | {seed} | {closed_loop(name, seed, duration)} |", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="of closed loops")
    parser.add_argument("--duration", type=float, default=60.0, help="of closed loops, s")
    parser.add_argument("--jam-seeds", type=int, nargs="*", default=[0, 1])
    parser.add_argument("--jam-duration", type=float, default=8.0, help="s")
    options = parser.parse_args()
    with threadpool_limits(limits=1):
        free_motion(2.0)
        compare_jams(options.jam_seeds, options.jam_duration)
        compare_closed_loops(options.seeds, options.duration)


if __name__ == "__main__":
    main()
