"""What does every planner reach, and what does it cost?

    python -m benchmarks.baselines --targets gmm3 --starts corner uniform --seeds 0 1

prints a row a planner, target and start, means over the seeds: KL of the exact fit, the metrics w2
and js_kde, milliseconds of planning a robot and tick, and what a robot sent. The first rows of a
target need no run: the mean of 20 independent draws from p*, and the best placement known.
Planners that never rest get a second w2: of 2000 places drawn from all that were visited during
the run, in place of those at the end.
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any, Literal

import numpy as np
import tyro
from threadpoolctl import threadpool_limits

from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro.settings import PRESETS
from bildsim.controllers.planner import Observation
from bildsim.controllers.registry import PLANNER_NAMES
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.simulation.checked_planner import CheckedPlanner
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation
from bildsim.targets.quantisation import quantise
from bildsim.targets.sampling import Sampler
from bildsim.targets.target import named_target

RESTLESS = ("smc", "markov")
DRAWS = 20
_PLACES = 2000


@dataclass(frozen=True)
class Options:
    """Runs of every planner without video.

    Attributes:
        planners: planners.
        targets: named targets.
        starts: where the robots start.
        seeds: seeds.
        preset: settings of BILD-MACRO: default, paper, fixed or wasserstein.
        dynamics: what moves the robots: ideal, kinematic or bullet.
        network: communication network.
        rounds: communication rounds a tick.
        duration: simulated time (s).
        robots: number of robots.
        jobs: runs at a time; with 1 milliseconds are the least disturbed.
    """

    planners: tuple[str, ...] = PLANNER_NAMES
    targets: tuple[str, ...] = ("gmm3",)
    starts: tuple[str, ...] = ("corner",)
    seeds: tuple[int, ...] = (0,)
    preset: Literal["default", "paper", "fixed", "wasserstein"] = "default"
    dynamics: str = "ideal"
    network: str = "er:0.5"
    rounds: int = 10
    duration: float = 60.0
    robots: int = 100
    jobs: int = 2


class Timed(CheckedPlanner):
    """A planner whose processor time is added up."""

    seconds = 0.0

    def plan(self, state: Any, observation: Observation) -> tuple[Floats, Any]:
        """Plan, and take the time."""
        start = time.process_time()
        answer = super().plan(state, observation)
        type(self).seconds += time.process_time() - start
        return answer


def main() -> None:
    """Run all planners and print the table."""
    options = tyro.cli(Options, description=__doc__)
    os.environ["OMP_NUM_THREADS"] = "1"
    print(
        f"{options.robots} robots, {options.dynamics} motion, {options.duration:g} s, "
        f"{options.network}, {options.rounds} rounds a tick, seeds {options.seeds}\n"
    )
    print("| planner | target | start | kl_fit | w2 | js_kde | w2 over time | ms | kB sent |")
    print("|" + "---|" * 9)
    with ProcessPoolExecutor(options.jobs) as pool:
        for target in options.targets:
            for name, row in _references(target, options):
                _print(name, target, "", row)
        rows = pool.map(partial(_mean, options), _cases(options))
        for (target, start, planner), row in zip(_cases(options), rows, strict=True):
            _print(planner, target, start, row)


def _cases(options: Options) -> list[tuple[str, str, str]]:
    return list(product(options.targets, options.starts, options.planners))


def _references(target: str, options: Options) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield what placements are worth that no robot had to drive to."""
    shape, rng = named_target(target), np.random.default_rng(0)
    metric = PositionMetrics.of(shape)
    sampler = Sampler(shape)
    draws = [sampler.draw(options.robots, rng) for _ in range(DRAWS)]
    best = quantise(shape, options.robots, rng)
    for name, placements in ((f"mean of {DRAWS} draws", draws), ("quantiser", [best])):
        w2 = np.mean([metric.w2(points) for points in placements])
        js = np.mean([metric.js_kde(points) for points in placements])
        yield name, {"w2": float(w2), "js_kde": float(js)}


def _mean(options: Options, case: tuple[str, str, str]) -> dict[str, float]:
    with threadpool_limits(limits=1):
        rows = [_trial(options, case, seed) for seed in options.seeds]
    return {key: float(np.mean([row[key] for row in rows])) for key in rows[0]}


def _trial(options: Options, case: tuple[str, str, str], seed: int) -> dict[str, float]:
    target, start, planner = case
    config = RunConfig(
        target=target,
        planner=planner,
        network=options.network,
        rounds=options.rounds,
        duration=options.duration,
        seed=seed,
        swarm=SwarmSettings(robots=options.robots, start=start, dynamics=options.dynamics),
        macro=PRESETS[options.preset],
    )
    simulation = Simulation(config)
    timed = Timed(planner, simulation.planning.planner.planner)
    Timed.seconds = 0.0
    simulation.planning.planner = timed
    path = []
    for tick in simulation.ticks():
        path.append(tick.pose[:, :2])
    simulation.close()
    metric, positions = PositionMetrics.of(simulation.target), tick.pose[:, :2]
    row = {
        "kl_fit": tick.kl_fit,
        "w2": metric.w2(positions),
        "js_kde": metric.js_kde(positions),
        "ms": 1e3 * Timed.seconds / config.ticks / options.robots,
        "kB": float(tick.report.traffic.bytes.mean()) / 1e3,
    }
    if planner in RESTLESS:
        places = np.concatenate(path)
        row["path"] = metric.w2(np.random.default_rng(seed).choice(places, _PLACES))
    return row


def _print(planner: str, target: str, start: str, row: dict[str, float]) -> None:
    formats = {"kl_fit": ".4f", "w2": ".4f", "js_kde": ".4f", "path": ".4f", "ms": ".3f"}
    cells = [
        format(row[key], formats.get(key, ".0f")) if key in row else ""
        for key in ("kl_fit", "w2", "js_kde", "path", "ms", "kB")
    ]
    print("| " + " | ".join([planner, target, start, *cells]) + " |", flush=True)


if __name__ == "__main__":
    main()
