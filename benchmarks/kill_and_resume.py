"""Does a run that is killed and resumed end in the same bytes as an undisturbed one?

For each dynamics a run is done once in peace and without checkpoints, and once with them. Then it
is begun again and again, killed (SIGKILL, which no program can catch) at a random moment, and
resumed from its newest checkpoint until it is done, until twenty were killed. The moment is drawn
by progress, for a machine may be busy: a random checkpoint is awaited, and then a random part of
the time that it took to come; after the last one, runs are killed as they finish their files.
Results are compared with those of the undisturbed run byte by byte, summary.json but for wall times
and places. Every run is a process of its own, forked when everything is imported, to save time.

    python -m benchmarks.kill_and_resume
    python -m benchmarks.kill_and_resume --dynamics kinematic --video
"""

from __future__ import annotations

import json
import math
import multiprocessing
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import tyro

from bildsim.basics.timing import TICK_S
from bildsim.programs.run.main import main

EXACT = ("metrics.csv", "trajectory.npz", "config.toml")
_PREFIX = "checkpoint-"
# What a clock says.
DIFFERENT = ("planner_ms_a_robot", "wall_s", "real_time_factor", "time_budget_s")


@dataclass(frozen=True)
class Options:
    """What is run and how often it is killed.

    Attributes:
        dynamics: dynamics, each with its own kills.
        kills: how many runs are killed, once each.
        robots: number of robots.
        duration: simulated time of a run (s).
        checkpoint: simulated time between checkpoints (s).
        start: where the robots start; in a corner they touch from the beginning.
        planner: planner.
        video: whether to film, and to count the frames.
        seed: of the runs, and of the moments of the kills.
    """

    dynamics: tuple[str, ...] = ("kinematic", "bullet")
    kills: int = 20
    robots: int = 30
    duration: float = 10.0
    checkpoint: float = 1.0
    start: str = "corner"
    planner: str = "bild-macro"
    video: bool = False
    seed: int = 0


@dataclass(frozen=True)
class Trial:
    """What became of a killed run.

    Attributes:
        killed_s: when it was killed, after it was begun (s).
        from_s: simulated time of the checkpoint from which it went on (s); infinite where it had
            removed them all, being done.
        same: whether its results are those of the undisturbed run.
    """

    killed_s: float
    from_s: float
    same: bool


def compare() -> int:
    """Print a row a kill and a count for each dynamics; the exit status is 1 where one differs."""
    options, good = tyro.cli(Options), True
    for dynamics in options.dynamics:
        with tempfile.TemporaryDirectory() as place:
            trials = _trials(options, dynamics, Path(place))
        same = sum(trial.same for trial in trials)
        good = good and same == len(trials)
        print(f"{dynamics}: {same} of {len(trials)} identical", flush=True)
    return 0 if good else 1


def _trials(options: Options, dynamics: str, place: Path) -> list[Trial]:
    line = _line(options, dynamics)
    _finish(_process([*line, *_places(options, place, "whole")]))
    expected = _results(place, "whole")
    line += ["--checkpoint", str(options.checkpoint)]
    _finish(_process([*line, *_places(options, place, "timed")]))
    if _results(place, "timed") != expected:
        raise SystemExit("checkpoints change the run")
    print(f"{'killed after':>13} {'goes on from':>13}  results", flush=True)
    rng = np.random.default_rng(options.seed)
    trials: list[Trial] = []
    while len(trials) < options.kills:
        begun, process = time.perf_counter(), _process([*line, *_places(options, place, "cut")])
        _kill_somewhere(process, place / "cut", options, rng)
        killed_s = time.perf_counter() - begun
        if process.exitcode:
            trials.append(_resumed(place, killed_s, expected))
        _remove(place, "cut")
    return trials


def _resumed(place: Path, killed_s: float, expected: dict[str, Any]) -> Trial:
    """Let the killed run go on, and print what became of it."""
    from_s = math.inf
    for newest in _checkpoints(place / "cut")[-1:]:
        from_s = float(newest.name[len(_PREFIX) : -1])
        _finish(_process(["--resume", str(newest)]))
    trial = Trial(killed_s, from_s, _results(place, "cut") == expected)
    result = "identical" if trial.same else "DIFFERENT"
    print(f"{killed_s:11.2f} s {from_s:11g} s  {result}", flush=True)
    return trial


def _kill_somewhere(
    process: BaseProcess, out: Path, options: Options, rng: np.random.Generator
) -> None:
    """Kill a run some time after its first checkpoint, unless it comes to its end before."""
    last = int((options.duration - TICK_S) / options.checkpoint + 1e-9)
    awaited = f"{_PREFIX}{options.checkpoint * rng.integers(1, last + 1):010.1f}s"
    came, newest = time.perf_counter(), ""
    while process.is_alive():
        names = [path.name for path in _checkpoints(out)]
        if names and names[-1] != newest:
            newest, took, came = names[-1], time.perf_counter() - came, time.perf_counter()
            if newest >= awaited:
                process.join(float(rng.uniform(0.0, took)))
                break
        time.sleep(0.002)
    process.kill()
    process.join()


def _checkpoints(out: Path) -> list[Path]:
    return sorted(out.glob(f"{_PREFIX}*s"))


def _line(options: Options, dynamics: str) -> list[str]:
    return (
        f"--robots {options.robots} --duration {options.duration} --seed {options.seed} --quiet "
        f"--start {options.start} --planner {options.planner} --dynamics {dynamics}"
    ).split()


def _places(options: Options, place: Path, name: str) -> list[str]:
    places = ["--out", str(place / name)]
    return [*places, "--video", str(place / f"{name}.mp4")] if options.video else places


def _process(arguments: list[str]) -> BaseProcess:
    """Begin a run in a process of its own."""
    process = multiprocessing.get_context("fork").Process(target=_work, args=(arguments,))
    process.start()
    return process


def _work(arguments: list[str]) -> None:
    sys.exit(main(arguments))


def _finish(process: BaseProcess) -> None:
    process.join()
    if process.exitcode:
        raise SystemExit(f"a run ended with status {process.exitcode}")


def _remove(place: Path, name: str) -> None:
    shutil.rmtree(place / name, ignore_errors=True)
    for path in place.glob(f"{name}.mp4*"):
        path.unlink()


def _results(place: Path, name: str) -> dict[str, Any]:
    """Return what a run left, as far as it must be the same."""
    out = place / name
    video = place / f"{name}.mp4"
    results: dict[str, Any] = {file: (out / file).read_bytes() for file in EXACT}
    said = json.loads((out / "summary.json").read_text())
    results["summary.json"] = {key: said[key] for key in said.keys() - set(DIFFERENT)}
    del results["summary.json"]["configuration"]["output"]
    results["files"] = sorted(path.name for path in out.iterdir())
    results["frames"] = imageio_ffmpeg.count_frames_and_secs(video) if video.exists() else None
    return results


if __name__ == "__main__":
    sys.exit(compare())
