"""Does the step rule keep the estimator stable, whatever the target, the network and the seed?

    python -m benchmarks.step_rule --seeds 10 --rounds 20000 --table step_rule.csv

Runs our fixed steps (``--step-rule fixed --learning gradient``) in open loop on every named target,
on each network, and prints how many runs lost stability, the largest |y| on the way, and the KL of
the robots to the target at the end.
Each finished run is a line of the table: the same command goes on where it was stopped.
"""

import os

# Before NumPy is loaded: the runs are spread over processes, so each should keep to one core.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import csv
import multiprocessing
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from itertools import groupby, product
from pathlib import Path

import numpy as np

from bildsim.controllers.bild_macro.settings import FIXED, PAPER
from bildsim.network.graph import NetworkSpec
from bildsim.programs.reproduce.open_loop import OpenLoop
from bildsim.programs.reproduce.recorded_run import watch
from bildsim.targets.target import TARGET_NAMES, named_target

SETTINGS = {"paper": PAPER, "ours": FIXED}
NETWORKS = ("er:0.5", "regular:6", "ring")


@dataclass(frozen=True, order=True)
class Case:
    """One run; the fields are the first columns of the table."""

    settings: str
    robots: int
    rounds: int
    network: str
    target: str
    seed: int


@dataclass(frozen=True)
class Result:
    """What came of it; the fields are the other columns. ``lost`` is -1 where nothing was."""

    lost: int
    largest_y: float
    largest_curvature: float
    step_bound: float
    change_at_end: float
    apart_at_end: float
    kl_fit: float
    wall_s: float


def play(case: Case) -> Result:
    """Do a run."""
    start, rng = time.perf_counter(), np.random.default_rng(case.seed)
    target, network = named_target(case.target, case.seed), NetworkSpec.parse(case.network)
    loop = OpenLoop.draw(target, SETTINGS[case.settings], case.robots, network, rng)
    run = watch(loop, case.rounds)
    column, lost = run.history.column, run.verdict.lost
    return Result(
        lost=-1 if lost is None else lost,
        largest_y=column("largest_y").max(),
        largest_curvature=column("curvature_max").max(),
        step_bound=run.bound,
        change_at_end=column("kl_change")[-1],
        apart_at_end=column("kl_apart")[-1],
        kl_fit=column("kl_fit")[-1],
        wall_s=time.perf_counter() - start,
    )


def finished(table: Path) -> dict[Case, Result]:
    """Return the runs that the table holds; a line that was cut short does not count."""
    if not table.exists():
        return {}
    width = len(Case.__annotations__) + len(Result.__annotations__)
    with table.open(newline="") as file:
        rows = [row for row in csv.reader(file) if len(row) == width]
    return dict(map(parsed, rows[1:]))


def parsed(row: list[str]) -> tuple[Case, Result]:
    """Read a line of the table."""
    settings, robots, rounds, network, target, seed, lost, *numbers = row
    case = Case(settings, int(robots), int(rounds), network, target, int(seed))
    return case, Result(int(lost), *map(float, numbers))


def add(table: Path, case: Case, result: Result) -> None:
    """Add a line to the table, below a heading where it is new."""
    values = asdict(case) | asdict(result)
    new = not table.exists()
    with table.open("a", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(values)
        writer.writerow(values.values())


def cases(options: argparse.Namespace) -> Iterator[Case]:
    """Return the runs that are asked for."""
    for network, target, seed in product(options.networks, options.targets, range(options.seeds)):
        yield Case(options.settings, options.robots, options.rounds, network, target, seed)


def run_all(missing: list[Case], table: Path, workers: int) -> None:
    """Do the runs, in processes of their own."""
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        tasks = {pool.submit(play, case): case for case in missing}
        for count, task in enumerate(as_completed(tasks), 1):
            add(table, tasks[task], task.result())
            print(f"\r{count} of {len(missing)} runs", end="", flush=True)
    print()


def report(found: Iterable[tuple[Case, Result]]) -> None:
    """Print a line for each network and target."""
    print(
        "network    target    lost  first loss  max |y|  max step x curvature (bound)  "
        "change     apart   KL of the robots: median, worst"
    )
    in_order = sorted(found, key=lambda pair: pair[0])
    for (network, target), group in groupby(
        in_order, lambda pair: (pair[0].network, pair[0].target)
    ):
        results = [result for _, result in group]
        losses = [result.lost for result in results if result.lost >= 0]
        kl = [result.kl_fit for result in results]
        print(
            f"{network:<10} {target:<9} {len(losses):2d}/{len(results):<2d} "
            f"{min(losses, default=-1):11d} {max(r.largest_y for r in results):8.1f} "
            f"{max(r.largest_curvature for r in results):13.3f} "
            f"({min(r.step_bound for r in results):.3f})        "
            f"{max(r.change_at_end for r in results):10.1e} "
            f"{max(r.apart_at_end for r in results):9.1e}   "
            f"{np.median(kl):14.4f}, {max(kl):.4f}"
        )


def main() -> None:
    """Read the options, run what is missing and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--targets", nargs="+", choices=TARGET_NAMES, default=TARGET_NAMES)
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    parser.add_argument("--seeds", type=int, default=10, help="seeds 0 to SEEDS - 1")
    parser.add_argument("--rounds", type=int, default=20_000)
    parser.add_argument("--robots", type=int, default=100)
    parser.add_argument("--settings", choices=tuple(SETTINGS), default="ours")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--table", type=Path, default=Path("step_rule.csv"))
    options = parser.parse_args()
    asked, done = list(cases(options)), finished(options.table)
    missing = [case for case in asked if case not in done]
    if missing:
        run_all(missing, options.table, options.workers)
        done = finished(options.table)
    report((case, done[case]) for case in asked)


if __name__ == "__main__":
    main()
