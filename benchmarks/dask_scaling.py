"""How much faster are two Dask workers than one, on equal trials?

A scheduler and two workers, each a process of one thread, are started on this machine; nothing else
should be running. The same trials are run by the first worker alone and by both, in turn, and the
ratio of the times is taken for each pair. Imports and compiling are over before the clock starts.

    python -m benchmarks.dask_scaling
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
import tyro

from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.engines.base import Task
from bildsim.programs.sweep.engines.dask import DaskEngine
from bildsim.programs.sweep.trial import DONE, run_trial
from bildsim.simulation.config import RobotSettings, RunConfig

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Options:
    """What is measured.

    Attributes:
        trials: trials of a sweep, all with the same settings and seed.
        pairs: how often the sweep is run by one worker and by two.
        planner: planner of the trials.
        robots: number of robots.
        duration: simulated time of a trial (s).
    """

    trials: int = 24
    pairs: int = 3
    planner: str = "hypergradient"
    robots: int = 100
    duration: float = 30.0


def main() -> None:
    """Measure and print a row a pair."""
    options = tyro.cli(Options)
    bench = BenchConfig(
        duration=options.duration, swarm=RobotSettings(robots=options.robots, dynamics="ideal")
    )
    trial = bench.trial(options.planner, "gmm3", "uniform", 0)
    print(f"{options.trials} trials of {options.planner}, {options.robots} robots, "
          f"{options.duration:g} s, ideal dynamics; {os.cpu_count()} cores\n")  # fmt: skip
    print("| pair | one worker (s) | two workers (s) | ratio |\n|---|---|---|---|")
    ratios, number = [], count()
    with tempfile.TemporaryDirectory() as place, _cluster(Path(place)) as (one, two):
        for pair in range(options.pairs):
            # Every other pair begins with two, so that a machine that slows down favours neither.
            order = (one, two) if pair % 2 == 0 else (two, one)
            times = {id(engine): _spent(engine, trial, options.trials, number) for engine in order}
            ratios.append(times[id(one)] / times[id(two)])
            print(f"| {pair} | {times[id(one)]:.2f} | {times[id(two)]:.2f} | {ratios[-1]:.2f} |",
                  flush=True)  # fmt: skip
    print(f"\nmedian ratio {np.median(ratios):.2f}")


def _spent(engine: DaskEngine, trial: RunConfig, trials: int, number: Iterator[int]) -> float:
    # Names that were not used before: the scheduler would remember their results.
    tasks = [Task(f"trial {next(number)}", run_trial, trial) for _ in range(trials)]
    begun = time.perf_counter()
    found = [result for _, result in engine.results(tasks)]
    spent = time.perf_counter() - begun
    assert all(result["status"] == DONE for result in found), found
    return spent


@contextmanager
def _cluster(place: Path) -> Iterator[tuple[DaskEngine, DaskEngine]]:
    """Start a scheduler with one worker and a scheduler with two, all of them warm."""
    started: list[subprocess.Popen[bytes]] = []
    engines = []
    try:
        for workers in (1, 2):
            file = place / f"scheduler{workers}.json"
            line = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
            started.append(_dask([*line, "--scheduler-file", str(file)]))
            address = _address(file)
            worker = ["worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
            # Should this program be killed, its workers do not wait for a scheduler for ever.
            worker += ["--death-timeout", "30"]
            started += [_dask(worker) for _ in range(workers)]
            engine = DaskEngine.at(address, workers, patience_s=60.0)
            engines.append(engine)
            warm = BenchConfig(swarm=RobotSettings(robots=100, dynamics="ideal"), duration=3.0)
            trial = warm.trial("hypergradient", "gmm3", "uniform", 0)
            _spent(engine, trial, 8, count(-8))
        yield engines[0], engines[1]
    finally:
        for engine in engines:
            engine.close()
        for process in started:
            process.terminate()
            process.wait()


def _dask(line: Sequence[str]) -> subprocess.Popen[bytes]:
    silent = subprocess.DEVNULL
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "dask", *line]
    return subprocess.Popen(command, env=environment, stdout=silent, stderr=silent)


def _address(file: Path) -> str:
    while True:
        try:
            return str(json.loads(file.read_text())["address"])
        except (OSError, ValueError):
            time.sleep(0.1)


if __name__ == "__main__":
    main()
