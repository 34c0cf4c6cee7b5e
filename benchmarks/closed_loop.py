"""Does the swarm reach the target in physics? Final figures by target and seed.

    python -m benchmarks.closed_loop --targets uniform gmm3 gmm4 ring --seeds 0 1 2 3 4

prints one row a run: KL of the exact fit to the target, how far that is above the least that the
family allows, how far the robots' own estimates are from the exact fit, and independent metrics.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
import tyro
from threadpoolctl import threadpool_limits

from bildsim.controllers.bild_macro.settings import PRESETS
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation
from bildsim.simulation.measurements import Measurements


@dataclass(frozen=True)
class Options:
    """Runs of the main job without video.

    Attributes:
        targets: named targets.
        seeds: seeds.
        planner: planner.
        preset: settings of BILD-MACRO: default, paper, fixed or wasserstein.
        network: communication network.
        start: where the robots start.
        duration: simulated time (s).
        at: also report the KL at these times (s).
        robots: number of robots.
        radius: radius of a robot (m).
        contacts: whether robots collide.
        jobs: runs at a time.
    """

    targets: tuple[str, ...] = ("uniform", "gmm3", "gmm4", "ring")
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    planner: str = "bild-macro"
    preset: Literal["default", "paper", "fixed", "wasserstein"] = "default"
    network: str = "er:0.5"
    start: str = "uniform"
    duration: float = 60.0
    at: tuple[float, ...] = ()
    robots: int = 100
    radius: float = 0.025
    contacts: bool = True
    jobs: int = 2


def main() -> None:
    """Run all targets and seeds and print the table."""
    options = tyro.cli(Options, description=__doc__)
    os.environ["OMP_NUM_THREADS"] = str(max(1, (os.cpu_count() or 1) // options.jobs))
    trials = [(target, seed) for target in options.targets for seed in options.seeds]
    _print_heading(options)
    with ProcessPoolExecutor(options.jobs) as pool:
        excess = []
        for (target, seed), row in zip(
            trials, pool.map(partial(_trial, options), trials), strict=True
        ):
            _print_row(target, seed, row, options)
            excess.append((row["excess"], row.get("kl_estimate", np.nan)))
    worst = np.max(excess, axis=0)
    print(f"\nworst excess {worst[0]:.4f}, worst estimate {worst[1]:.4f}")


def _trial(options: Options, trial: tuple[str, int]) -> dict[str, float]:
    target, seed = trial
    swarm = SwarmSettings(
        robots=options.robots,
        start=options.start,
        radius=options.radius,
        contacts=options.contacts,
    )
    config = RunConfig(
        target=target,
        seed=seed,
        planner=options.planner,
        network=options.network,
        duration=options.duration,
        macro=PRESETS[options.preset],
    )
    with threadpool_limits(limits=1):
        return _figures(replace(config, swarm=swarm), options.at)


def _figures(config: RunConfig, times: tuple[float, ...]) -> dict[str, float]:
    simulation = Simulation(config)
    problem = simulation.problem
    _, floor = problem.family.least_kl(problem.log_target)
    watch = Measurements(simulation.target, problem.family, simulation.env.robot.radius)
    passing = {}
    touching = []
    for tick in simulation.ticks():
        watch.follow(tick)
        touching.append(tick.contact_pairs)
        for time_s in times:
            if abs(tick.time_s - time_s) < 1e-6:
                passing[f"at {time_s:g}"] = tick.kl_fit
    row = dict(watch.row(tick))
    simulation.close()
    extra = {"floor": floor, "excess": row["kl_fit"] - floor, "touching": float(np.mean(touching))}
    return {**row, **passing, **extra}


def _print_heading(options: Options) -> None:
    contacts = "" if options.contacts else ", no contacts between robots"
    print(
        f"{options.planner}, preset {options.preset}, "
        f"{options.robots} robots of radius {options.radius:g} m, "
        f"{options.network}, start {options.start}, {options.duration:g} s{contacts}\n"
    )
    times = "".join(f"| kl_fit at {time_s:g} s " for time_s in options.at)
    figures = "kl_fit | least | excess | estimates | w2 | js_kde | touching | MB sent"
    print(f"| target | seed {times}| {figures} |")
    print("|" + "---|" * (10 + len(options.at)))


def _print_row(target: str, seed: int, row: dict[str, float], options: Options) -> None:
    times = "".join(f"| {row[f'at {time_s:g}']:.4f} " for time_s in options.at)
    print(
        f"| {target} | {seed} {times}| {row['kl_fit']:.4f} | {row['floor']:.4f} "
        f"| {row['excess']:.4f} | {row.get('kl_estimate', np.nan):.4f} | {row['w2']:.4f} "
        f"| {row['js_kde']:.4f} | {row['touching']:.1f} | {row['bytes_sent'] / 1e6:.0f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
