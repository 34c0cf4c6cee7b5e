"""Does collision avoidance keep robots apart, and what does it cost?

    python -m benchmarks.safety
    python -m benchmarks.safety --dynamics bullet
    python -m benchmarks.safety --swarm

First robots that swap places: two head-on, four to twenty on a circle, and twenty with places
and headings a little off, which no symmetry blocks. With ``--swarm`` instead the main job on a
target: what is left of its quality. The last line of the former is processor time of an update.
"""

import time
from dataclasses import dataclass

import numpy as np
import tyro
from threadpoolctl import threadpool_limits

from bildsim.basics.arrays import Floats
from bildsim.controllers.safety.registry import SAFETY_NAMES, make_safety
from bildsim.controllers.tracking import DEFAULT_GAIN
from bildsim.envs.control_tick import Driver
from bildsim.envs.dynamics import make_dynamics
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.spawn import spawn
from bildsim.metrics.position_metrics import minimum_gap
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation
from bildsim.simulation.measurements import Measurements

ROBOT = RobotModel()
STEP_M = 0.02


@dataclass(frozen=True)
class Options:
    """What to measure.

    Attributes:
        dynamics: kinematic or bullet.
        swarm: measure density control in place of swaps.
        targets: named targets of the density control.
        seeds: its seeds; of the swaps, those of the places that are a little off.
        planner: its planner.
        start: where its robots start.
        duration: its simulated time (s).
    """

    dynamics: str = "kinematic"
    swarm: bool = False
    targets: tuple[str, ...] = ("gmm3", "ring")
    seeds: tuple[int, ...] = (0, 1, 2)
    planner: str = "hypergradient"
    start: str = "uniform"
    duration: float = 60.0


def main() -> None:
    """Run and print a table."""
    options = tyro.cli(Options, description=__doc__)
    with threadpool_limits(limits=1):
        if options.swarm:
            _print_swarms(options)
        else:
            _print_swaps(options)


def _print_swaps(options: Options) -> None:
    print("| robots | safety | least gap mm | touching | acted | infeasible | arrived |")
    print("|---|---|---|---|---|---|---|")
    for label, poses, seconds in _scenes(options.seeds):
        for name in SAFETY_NAMES:
            print(f"| {label} | {name} {_swap(options.dynamics, poses, name, seconds)} |")
    print("\nprocessor time of an update of 100 robots with random velocities, ms")
    for start in ("uniform", "corner"):
        times = (f"{name} {_milliseconds(name, start):.2f}" for name in SAFETY_NAMES[1:])
        print(f"start {start}: {', '.join(times)}")


def _scenes(seeds: tuple[int, ...]) -> list[tuple[str, Floats, float]]:
    off = []
    for seed in seeds:
        poses, rng = circle(20), np.random.default_rng(seed)
        noise = rng.normal(0.0, (0.01, 0.01, 0.5), poses.shape)
        off.append((f"20, off, seed {seed}", poses + noise, 30.0))
    return [(str(count), circle(count), 20.0) for count in (2, 4, 8, 10, 20)] + off


def circle(robots: int) -> Floats:
    """Return poses on a circle of 0.6 m, each facing its middle, (N, 3)."""
    angle = 2.0 * np.pi * np.arange(robots) / robots
    return np.column_stack([0.6 * np.cos(angle), 0.6 * np.sin(angle), angle + np.pi])


def _swap(dynamics: str, poses: Floats, name: str, seconds: float) -> str:
    """Send each robot to the other side, in steps as a planner would, and say how it went."""
    arena = make_dynamics(dynamics, ROBOT, poses)
    driver = Driver(ROBOT, DEFAULT_GAIN, make_safety(name, ROBOT))
    goals, gaps, touching, shares = -poses[:, :2], [], 0, []
    for _ in range(round(10 * seconds)):
        positions = arena.poses()[:, :2]
        way = goals - positions
        length = np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-12)
        motion = driver.drive(arena, positions + way * np.minimum(1.0, STEP_M / length))
        touching += len(arena.contacts().pairs)
        shares.append((motion.safety_acted.mean(), motion.safety_infeasible.mean()))
        apart = np.linalg.norm(positions[:, None] - positions, axis=2)
        gaps.append(apart[~np.eye(len(poses), dtype=bool)].min() - 2.0 * ROBOT.radius)
    arrived = np.linalg.norm(goals - arena.poses()[:, :2], axis=1) < ROBOT.radius
    arena.close()
    acted, infeasible = np.mean(shares, axis=0)
    return (
        f"| {1e3 * min(gaps):.2f} | {touching} | {acted:.3f} | {infeasible:.4f} "
        f"| {arrived.mean():.2f}"
    )


def _milliseconds(name: str, start: str, repeats: int = 300) -> float:
    method = make_safety(name, ROBOT)
    assert method is not None
    rng = np.random.default_rng(0)
    poses = spawn(start, 100, ROBOT.radius, rng)
    velocities, wanted = rng.normal(0.0, 0.1, (2, 100, 2))
    method.filter(poses, velocities, wanted)
    times = []
    for _ in range(repeats):
        begun = time.process_time()
        method.filter(poses, velocities, wanted)
        times.append(time.process_time() - begun)
    return 1e3 * float(np.median(times))


def _print_swarms(options: Options) -> None:
    print(
        f"{options.planner}, {options.dynamics}, start {options.start}, {options.duration:g} s, "
        "the metrics at the end, all else over the whole run\n"
    )
    figures = "kl_fit | w2 | js_kde | touching | least gap mm | acted | infeasible"
    print(f"| target | seed | safety | {figures} |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for target in options.targets:
        for seed in options.seeds:
            for name in SAFETY_NAMES:
                print(f"| {target} | {seed} | {name} {_swarm(options, target, seed, name)} |")


def _swarm(options: Options, target: str, seed: int, name: str) -> str:
    swarm = SwarmSettings(dynamics=options.dynamics, safety=name, start=options.start)
    config = RunConfig(
        target=target, seed=seed, planner=options.planner, duration=options.duration, swarm=swarm
    )
    simulation = Simulation(config)
    watch = Measurements(simulation.target, simulation.family, simulation.env.robot.radius)
    touching, gaps = [], []
    for tick in simulation.ticks():
        watch.follow(tick)
        touching.append(tick.contact_pairs)
        gaps.append(minimum_gap(tick.pose[:, :2], simulation.env.robot.radius))
    row = watch.row(tick)
    simulation.close()
    return (
        f"| {row['kl_fit']:.4f} | {row['w2']:.4f} | {row['js_kde']:.4f} | {np.mean(touching):.2f} "
        f"| {1e3 * min(gaps):.2f} | {row['safety_acted']:.3f} "
        f"| {row['safety_infeasible']:.4f}"
    )


if __name__ == "__main__":
    main()
