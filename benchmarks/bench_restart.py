"""Does a sweep that is killed and started again end in the same tables as an undisturbed one?

200 short trials run once to the end. The same command is then killed (SIGKILL, which no program can
catch) at random moments and started again, until a last time that is left alone. The tables of both
are compared byte by byte.

    python -m benchmarks.bench_restart
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

ROOT = Path(__file__).resolve().parents[1]
TABLES = ("results.csv", "summary.csv")


@dataclass(frozen=True)
class Options:
    """What is run and how often it is killed.

    Attributes:
        seeds: seeds of each planner, target and start: 8 trials a seed.
        kills: how often the command is killed.
        jobs: processes that run trials.
        seed: draws the moments of the kills.
        robots: number of robots.
        duration: simulated time of a trial (s).
    """

    seeds: int = 25
    kills: int = 3
    jobs: int = 2
    seed: int = 0
    robots: int = 20
    duration: float = 2.0


def main() -> int:
    """Run both and print what came out; the exit status is 1 where the tables differ."""
    options = tyro.cli(Options)
    with tempfile.TemporaryDirectory() as place:
        whole, cut = Path(place) / "whole", Path(place) / "cut"
        begun = time.perf_counter()
        subprocess.run(_command(options, whole), check=True, env=_environment())
        spent = time.perf_counter() - begun
        print(f"{_trials(whole)} trials undisturbed: {spent:.0f} s")
        rng = np.random.default_rng(options.seed)
        for _ in range(options.kills):
            # Much of the time is not spent on trials: importing before, drawing after.
            _kill_after(_command(options, cut), rng.uniform(0.15, 0.75) * spent, cut)
        subprocess.run(_command(options, cut), check=True, env=_environment())
        equal = [(whole / name).read_bytes() == (cut / name).read_bytes() for name in TABLES]
        for name, same in zip(TABLES, equal, strict=True):
            size = (whole / name).stat().st_size
            print(f"{name}: {size} bytes, {'identical' if same else 'DIFFERENT'}")
    return 0 if all(equal) else 1


def _command(options: Options, out: Path) -> list[str]:
    line = (
        "--planners static,hypergradient --targets gmm3,ring --starts uniform,corner "
        f"--seeds 0:{options.seeds} --robots {options.robots} --duration {options.duration} "
        f"--dynamics ideal --jobs {options.jobs} --quiet"
    )
    return [sys.executable, "-m", "bildsim.bench", *line.split(), "--out", str(out)]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _trials(out: Path) -> int:
    return len(list((out / "trials").glob("*.json")))


def _kill_after(command: list[str], seconds: float, out: Path) -> None:
    child = subprocess.Popen(command, env=_environment(), stderr=subprocess.DEVNULL)
    try:
        child.wait(seconds)
        said = "was done before it could be killed"
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
        said = "killed"
    print(f"{said} after {seconds:.1f} s, with {_trials(out)} trials kept")


if __name__ == "__main__":
    sys.exit(main())
