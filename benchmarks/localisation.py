"""What does it cost not to know exactly where one is? kl_fit and W2 at the end, by system.

    python -m benchmarks.localisation
    python -m benchmarks.localisation --systems heading_noise=0.2 uwb,fix_weight=0.1 mine.toml

A row a positioning system, or a single error: what robots' poses were off by (root mean square over
robots, ticks and seeds), and for each planner kl_fit (nats) and W2 (m) at the end, medians of the
seeds and in brackets the largest.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from math import degrees
from typing import NamedTuple

import numpy as np
import tyro
from threadpoolctl import threadpool_limits

from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.localisation.errors import PRESETS
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation

PERFECT = "perfect"


@dataclass(frozen=True)
class Options:
    """Runs of each planner with each positioning system.

    Attributes:
        systems: perfect, or with commas between a preset or a file and single errors NAME=VALUE.
        planners: planners.
        seeds: seeds.
        dynamics: kinematic or bullet.
        robots: number of robots.
        safety: collision avoidance.
        start: where they start.
        target: named target.
        duration: simulated time (s).
        jobs: runs at a time.
    """

    systems: tuple[str, ...] = (PERFECT, *PRESETS)
    planners: tuple[str, ...] = ("moment-cells", "bild-macro")
    seeds: tuple[int, ...] = (0, 1, 2)
    dynamics: str = "kinematic"
    robots: int = 100
    safety: str = "none"
    start: str = "uniform"
    target: str = "gmm3"
    duration: float = 60.0
    jobs: int = 1


class Ended(NamedTuple):
    """What came of a run.

    Attributes:
        kl_fit: at the end (nats).
        w2: at the end (m).
        position: root mean square error of positions (m).
        heading: of headings (rad).
    """

    kl_fit: float
    w2: float
    position: float
    heading: float


def sensing_of(system: str) -> Sensing:
    """Return the errors of a row.

    Raises:
        UsageError: there is no such system, or the error is out of range.
    """
    parts = [part.partition("=") for part in system.split(",") if part != PERFECT]
    own = {name: float(value) for name, equals, value in parts if equals}
    named = [name for name, equals, _ in parts if not equals]
    return Sensing(localisation=named[0] if named else None).with_numbers(own)


def run(options: Options, system: str, planner: str, seed: int) -> Ended:
    """Return what came of one run."""
    config = RunConfig(
        target=options.target,
        planner=planner,
        seed=seed,
        duration=options.duration,
        swarm=SwarmSettings(
            robots=options.robots,
            dynamics=options.dynamics,
            start=options.start,
            safety=options.safety,
        ),
        sensing=sensing_of(system),
    )
    with threadpool_limits(limits=1):
        simulation = Simulation(config)
        for tick in simulation.ticks():
            last = tick
        w2 = PositionMetrics.of(last.target).values(last.pose[last.active, :2])["w2"]
        localiser = simulation.env.driver.localiser
        rms = (0.0, 0.0) if localiser is None else localiser.rms
        simulation.close()
    return Ended(last.kl_fit, w2, *rms)


def row(system: str, runs: dict[str, list[Ended]]) -> str:
    """Return a row of the table."""
    everyone = [ended for ends in runs.values() for ended in ends]
    off = np.sqrt(np.mean([(end.position**2, end.heading**2) for end in everyone], axis=0))
    cells = [f"{1e3 * off[0]:.1f}", f"{degrees(off[1]):.1f}"]
    for ends in runs.values():
        for column in ("kl_fit", "w2"):
            values = [getattr(end, column) for end in ends]
            cells.append(f"{np.median(values):.4f} ({max(values):.4f})")
    return f"| {system} | " + " | ".join(cells) + " |"


def main() -> None:
    """Print the table."""
    options = tyro.cli(Options, description=__doc__)
    print(
        f"{options.target}, start {options.start}, {options.robots} robots, {options.dynamics}, "
        f"safety {options.safety}, {options.duration:g} s, seeds {options.seeds}\n"
    )
    heads = [f"{planner}: {of}" for planner in options.planners for of in ("kl_fit", "w2 (m)")]
    print("| system | positions (mm) | headings (degrees) | " + " | ".join(heads) + " |")
    print("|---" * (3 + len(heads)) + "|")
    with ProcessPoolExecutor(options.jobs) as pool:
        begun: dict[tuple[str, str], list[Future[Ended]]] = {
            (system, planner): [
                pool.submit(run, options, system, planner, seed) for seed in options.seeds
            ]
            for system, planner in product(options.systems, options.planners)
        }
        for system in options.systems:
            of = {name: [one.result() for one in begun[system, name]] for name in options.planners}
            print(row(system, of), flush=True)


if __name__ == "__main__":
    main()
