"""What does a delay of wheel commands cost, by what is done about it? Final kl_fit.

    python -m benchmarks.command_delay
    python -m benchmarks.command_delay --dynamics bullet --robots 30 --seeds 0 1

A row a compensation, a column a delay: the worst final kl_fit (nats) of the seeds and, in brackets,
the worst ratio to the run of the same seed without a delay.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import product
from typing import get_args

import tyro
from threadpoolctl import threadpool_limits

from bildsim.controllers.delay_compensation import DelayCompensation
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation


@dataclass(frozen=True)
class Options:
    """Runs of one planner with each delay and compensation.

    Attributes:
        delays: of commands (s).
        compensations: what is done about them.
        seeds: seeds.
        planner: planner.
        dynamics: kinematic or bullet.
        robots: number of robots.
        start: where they start.
        jitter: on top of each delay, also of none (s).
        wheel_gain_tolerance: by what share wheels turn faster or slower, which nobody foresees.
        safety: collision avoidance.
        target: named target.
        duration: simulated time (s).
        jobs: runs at a time.
    """

    delays: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3)
    compensations: tuple[DelayCompensation, ...] = get_args(DelayCompensation)
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    planner: str = "bild-macro"
    dynamics: str = "kinematic"
    robots: int = 100
    start: str = "uniform"
    jitter: float = 0.0
    wheel_gain_tolerance: float = 0.0
    safety: str = "none"
    target: str = "gmm3"
    duration: float = 60.0
    jobs: int = 1


def final_kl(
    options: Options, compensation: DelayCompensation, actuation: Actuation, seed: int
) -> float:
    """Return kl_fit at the end of one run (nats)."""
    config = RunConfig(
        target=options.target,
        planner=options.planner,
        seed=seed,
        duration=options.duration,
        swarm=SwarmSettings(
            robots=options.robots,
            dynamics=options.dynamics,
            start=options.start,
            safety=options.safety,
            delay_compensation=compensation,
        ),
        actuation=actuation,
    )
    with threadpool_limits(limits=1):
        simulation = Simulation(config)
        for tick in simulation.ticks():
            kl_fit = tick.kl_fit
        simulation.close()
    return kl_fit


def main() -> None:
    """Print the table."""
    options = tyro.cli(Options, description=__doc__)
    prompt = Actuation(wheel_gain_tolerance=options.wheel_gain_tolerance)
    late = [
        replace(prompt, command_delay=delay, command_jitter=options.jitter)
        for delay in options.delays
    ]
    with ProcessPoolExecutor(options.jobs) as pool:
        bases = [pool.submit(final_kl, options, "none", prompt, seed) for seed in options.seeds]
        found = {
            (compensation, actuation): [
                pool.submit(final_kl, options, compensation, actuation, seed)
                for seed in options.seeds
            ]
            for compensation, actuation in product(options.compensations, late)
        }
        known = [run.result() for run in bases]
        print(
            f"{options.planner}, {options.target}, start {options.start}, {options.robots} robots, "
            f"{options.dynamics}, {options.duration:g} s, seeds {options.seeds}, jitter "
            f"{options.jitter:g} s; worst kl_fit without delay {max(known):.4f}\n"
        )
        print("| compensation |" + "".join(f" {delay:g} s |" for delay in options.delays))
        print("|---" * (len(options.delays) + 1) + "|")
        for compensation in options.compensations:
            cells = []
            for actuation in late:
                values = [run.result() for run in found[compensation, actuation]]
                ratio = max(value / base for value, base in zip(values, known, strict=True))
                cells.append(f" {max(values):.4f} ({ratio:.2f}) |")
            print(f"| {compensation} |" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
