"""Does a run that is killed and resumed give what one gives that nobody disturbs?

For each dynamics a run is done once in peace and without checkpoints, and once with them to learn
how long that takes. Then it is begun twenty times, killed (SIGKILL, which no program can catch) at
a random moment between its first checkpoint and its end, and resumed from its newest checkpoint
until it is done. Its files are compared with those of the undisturbed run byte by byte,
summary.json but for wall times and places. Every run is a process of its own, forked when
everything is imported, to save the time for that.

    python benchmarks/kill_and_resume.py
    python benchmarks/kill_and_resume.py --dynamics kinematic --video
"""

from __future__ import annotations

import json
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

from bildsim.run import main

EXACT = ("metrics.csv", "trajectory.npz", "config.toml")
# What a clock says, and where the files are.
DIFFERENT = ("planner_ms_a_robot", "wall_s", "real_time_factor")


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
        from_s: simulated time of the checkpoint from which it went on (s); None where there was
            none yet, and it was begun again.
        ended: whether it had come to its end before it was killed.
        same: whether its results are those of the undisturbed run.
    """

    killed_s: float
    from_s: str | None
    ended: bool
    same: bool


def compare() -> int:
    """Print a row a kill and a count for each dynamics; the exit status is 1 where one differs."""
    options, good = tyro.cli(Options), True
    for dynamics in options.dynamics:
        with tempfile.TemporaryDirectory() as place:
            trials = _trials(options, dynamics, Path(place))
        same = sum(trial.same for trial in trials)
        again = sum(trial.from_s is None and not trial.ended for trial in trials)
        good = good and same == len(trials)
        print(
            f"{dynamics}: {same} of {len(trials)} identical; {again} were killed before their "
            "first checkpoint and begun again",
            flush=True,
        )
    return 0 if good else 1


def _trials(options: Options, dynamics: str, place: Path) -> list[Trial]:
    line = _line(options, dynamics)
    _finish(_process([*line, *_places(options, place, "whole")]))
    expected = _results(place, "whole")
    line += ["--checkpoint", str(options.checkpoint)]
    first, spent = _times([*line, *_places(options, place, "timed")], place / "timed")
    print(f"{dynamics}: {spent:.1f} s, first checkpoint after {first:.1f} s", flush=True)
    if _results(place, "timed") != expected:
        raise SystemExit("checkpoints change the run")
    print(f"{'killed after':>13} {'goes on from':>13}  results", flush=True)
    rng, trials = np.random.default_rng(options.seed), []
    for number in range(options.kills):
        name = f"cut{number}"
        killed_s = float(rng.uniform(first, spent))
        command = [*line, *_places(options, place, name)]
        ended = _kill_after(_process(command), killed_s)
        from_s = None if ended else _go_on(place, name, command)
        same = _results(place, name) == expected
        trials.append(Trial(killed_s, from_s, ended, same))
        words = "ended" if ended else from_s or "the beginning"
        print(f"{killed_s:11.2f} s {words:>13}  {'identical' if same else 'DIFFERENT'}", flush=True)
        _remove(place, name)
    return trials


def _times(command: list[str], out: Path) -> tuple[float, float]:
    """Do a run; return when its first checkpoint and its end came, after it was begun (s)."""
    begun, process = time.perf_counter(), _process(command)
    while process.is_alive() and not list(out.glob("checkpoint-*s")):
        time.sleep(0.01)
    first = time.perf_counter() - begun
    _finish(process)
    return first, time.perf_counter() - begun


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


def _kill_after(process: BaseProcess, seconds: float) -> bool:
    """Kill a run; return whether it had come to its end before."""
    process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode == 0


def _go_on(place: Path, name: str, command: list[str]) -> str | None:
    """Resume a run from its newest checkpoint, whose time is returned; begin again without one."""
    found = sorted((place / name).glob("checkpoint-*s"))
    if found:
        _finish(_process(["--resume", str(found[-1])]))
        return found[-1].name.removeprefix("checkpoint-").lstrip("0").removesuffix("s") + " s"
    _remove(place, name)
    _finish(_process(command))
    return None


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
