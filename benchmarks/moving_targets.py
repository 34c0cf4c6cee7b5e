"""How well does a swarm follow a target that moves, by planner and by the target's speed?

    python -m benchmarks.moving_targets

prints, for each planner without and with feedforward, the mean of kl_fit (nats) and of w2 (m) after
the first quarter of a turn of moving_gauss, for target speeds that are given as shares of the
robots' top speed; means over the seeds. Robots start at the centre of the square. With --costs it
prints instead the mean processor time of a tick by planner: for a target at rest, for one that
moves, and with feedforward.
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from math import ceil, pi

import numpy as np
import tyro
from threadpoolctl import threadpool_limits

from bildsim.controllers.bild_macro.settings import PRESETS
from bildsim.envs.dynamics import settled_size
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation
from bildsim.simulation.measurements import Measurements
from bildsim.simulation.tracking_error import TRACKING_COLUMNS, TrackingError
from bildsim.targets.motion_settings import MotionSettings

WASSERSTEIN = "bild-macro wasserstein"
RADIUS_M = 0.5


@dataclass(frozen=True)
class Options:
    """Runs of every planner without video.

    Attributes:
        planners: planners; "bild-macro wasserstein" is bild-macro with that preset.
        shares: speeds of the target as shares of the robots' top speed.
        seeds: seeds.
        turns: length of a run in turns of the target.
        longest: but no longer than this (s).
        dynamics: what moves the robots: ideal, kinematic or bullet.
        robots: number of robots.
        jobs: runs at a time.
        costs: print milliseconds in place of errors.
    """

    planners: tuple[str, ...] = (
        "bild-macro",
        WASSERSTEIN,
        "moment-cells",
        "kde_flow",
        "ot_lloyd",
        "ergodic",
        "cvt",
        "laguerre",
    )
    shares: tuple[float, ...] = (0.05, 0.1, 0.25, 0.5, 1.0)
    seeds: tuple[int, ...] = (0, 1, 2)
    turns: float = 1.0
    longest: float = 120.0
    dynamics: str = "kinematic"
    robots: int = 100
    jobs: int = 2
    costs: bool = False


Case = tuple[str, bool, float]


def main() -> None:
    """Run all planners and print the table."""
    options = tyro.cli(Options, description=__doc__)
    os.environ["OMP_NUM_THREADS"] = "1"
    if options.costs:
        _print_costs(options)
    else:
        _print_errors(options)


def _print_errors(options: Options) -> None:
    print(
        f"{options.robots} robots, {options.dynamics}, moving_gauss, {options.turns:g} turn(s) but "
        f"at most {options.longest:g} s, seeds {options.seeds}; kl_fit (nats) / w2 (m)\n"
    )
    print("| planner | feedforward | " + " | ".join(f"{s:g}" for s in options.shares) + " |")
    print("|" + "---|" * (2 + len(options.shares)))
    cases = list(product(options.planners, (False, True), options.shares))
    with ProcessPoolExecutor(options.jobs) as pool:
        errors = pool.map(partial(_mean_error, options), cases)
        for planner, told in product(options.planners, (False, True)):
            cells = [f"{kl:.3f} / {w2:.3f}" for kl, w2 in _row(errors, len(options.shares))]
            word = "yes" if told else "no"
            print("| " + " | ".join([planner, word, *cells]) + " |", flush=True)


def _row(errors: Iterator[tuple[float, float]], count: int) -> Iterator[tuple[float, float]]:
    for _ in range(count):
        yield next(errors)


def _config(options: Options, case: Case) -> RunConfig:
    planner, told, share = case
    swarm = SwarmSettings(robots=options.robots, start="centre", dynamics=options.dynamics)
    speed = share * settled_size(swarm.dynamics, swarm.robots, None, None)[1]
    seconds = min(options.longest, options.turns * 2.0 * pi * RADIUS_M / speed)
    return RunConfig(
        target="moving_gauss",
        planner="bild-macro" if planner == WASSERSTEIN else planner,
        duration=0.1 * ceil(10.0 * seconds),
        swarm=swarm,
        macro=PRESETS["wasserstein" if planner == WASSERSTEIN else "default"],
        motion=MotionSettings(target_speed=speed, feedforward=told),
    )


def _mean_error(options: Options, case: Case) -> tuple[float, float]:
    with threadpool_limits(limits=1):
        rows = [_error(replace(_config(options, case), seed=seed)) for seed in options.seeds]
    kl, w2 = np.mean(rows, axis=0)
    return float(kl), float(w2)


def _error(config: RunConfig) -> list[float]:
    simulation = Simulation(config)
    tracking = TrackingError(config.duration)
    watch = Measurements(
        simulation.target, simulation.family, simulation.env.robot.radius, tracking
    )
    for tick in simulation.ticks():
        watch.follow(tick)
    simulation.close()
    values = tracking.values()
    return [values[name] for name in TRACKING_COLUMNS]


def _print_costs(options: Options) -> None:
    print(
        f"{options.robots} robots, {options.dynamics}: mean milliseconds of processor time a tick\n"
    )
    print("| planner | target at rest | moving | moving, feedforward |")
    print("|" + "---|" * 4)
    for planner in options.planners:
        moving = replace(_config(options, (planner, False, 0.25)), duration=10.0)
        told = replace(moving, motion=replace(moving.motion, feedforward=True))
        still = replace(moving, target="gmm3", motion=MotionSettings())
        with threadpool_limits(limits=1):
            cells = [f"{_tick_ms(config):.2f}" for config in (still, moving, told)]
        print("| " + " | ".join([planner, *cells]) + " |", flush=True)


def _tick_ms(config: RunConfig) -> float:
    """Return the mean processor time of a tick, all but measurements, in milliseconds."""
    simulation = Simulation(config)
    times = []
    begun = time.process_time()
    for _ in simulation.ticks():
        times.append(time.process_time() - begun)
        begun = time.process_time()
    simulation.close()
    return 1e3 * float(np.mean(times[2:]))


if __name__ == "__main__":
    main()
