"""Does a run that is killed and resumed give what one gives that nobody disturbs?

For each dynamics a run is done once in peace and without checkpoints, and once with them to learn
how long that takes. Then it is begun twenty times, killed (SIGKILL, which no program can catch) at
a random moment of that time, and resumed from its newest checkpoint until it is done. Its files are
compared with those of the undisturbed run byte by byte, summary.json but for wall times and places.

    python benchmarks/kill_and_resume.py
    python benchmarks/kill_and_resume.py --dynamics kinematic --video
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import tyro

ROOT = Path(__file__).resolve().parents[1]
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
    duration: float = 20.0
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
        ended: whether it had ended before it was killed.
        same: whether its results are those of the undisturbed run.
    """

    killed_s: float
    from_s: str | None
    ended: bool
    same: bool


def main() -> int:
    """Print a row a kill and a count for each dynamics; the exit status is 1 where one differs."""
    options, good = tyro.cli(Options), True
    for dynamics in options.dynamics:
        with tempfile.TemporaryDirectory() as place:
            trials = _trials(options, dynamics, Path(place))
        same = sum(trial.same for trial in trials)
        again = sum(trial.from_s is None for trial in trials)
        good = good and same == len(trials)
        print(
            f"{dynamics}: {same} of {len(trials)} identical; {again} were killed before their "
            "first checkpoint and begun again",
            flush=True,
        )
    return 0 if good else 1


def _trials(options: Options, dynamics: str, place: Path) -> list[Trial]:
    command = _command(options, dynamics)
    subprocess.run(_into(command, options, place, "whole"), check=True, env=_environment())
    expected = _results(place, "whole")
    shots = ["--checkpoint", str(options.checkpoint)]
    begun = time.perf_counter()
    subprocess.run([*_into(command, options, place, "timed"), *shots], check=True)
    spent = time.perf_counter() - begun
    print(f"{dynamics}: {spent:.1f} s with checkpoints", flush=True)
    print(f"{'killed after':>13} {'goes on from':>13}  results", flush=True)
    rng, trials = np.random.default_rng(options.seed), []
    if _results(place, "timed") != expected:
        raise SystemExit("checkpoints change the run")
    for number in range(options.kills):
        name = f"cut{number}"
        killed_s = float(rng.uniform(0.0, spent))
        ended = _kill_after([*_into(command, options, place, name), *shots], killed_s)
        from_s = None if ended else _go_on(place, name, command, options, shots)
        same = _results(place, name) == expected
        trials.append(Trial(killed_s, from_s, ended, same))
        words = "ended" if ended else from_s or "the beginning"
        print(f"{killed_s:11.2f} s {words:>13}  {'identical' if same else 'DIFFERENT'}", flush=True)
        _remove(place, name)
    return trials


def _command(options: Options, dynamics: str) -> list[str]:
    line = (
        f"--robots {options.robots} --duration {options.duration} --seed {options.seed} --quiet "
        f"--start {options.start} --planner {options.planner} --dynamics {dynamics}"
    )
    return [sys.executable, "-m", "bildsim.run", *line.split()]


def _into(command: list[str], options: Options, place: Path, name: str) -> list[str]:
    places = ["--out", str(place / name)]
    if options.video:
        places += ["--video", str(place / f"{name}.mp4")]
    return [*command, *places]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _kill_after(command: list[str], seconds: float) -> bool:
    """Begin a run and kill it; return whether it had come to its end before."""
    process = subprocess.Popen(command, env=_environment())
    try:
        return process.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False


def _go_on(
    place: Path, name: str, command: list[str], options: Options, shots: list[str]
) -> str | None:
    """Resume a run from its newest checkpoint, whose time is returned; begin again without one."""
    found = sorted((place / name).glob("checkpoint-*s"))
    if found:
        resume = [sys.executable, "-m", "bildsim.run", "--resume", str(found[-1]), "--quiet"]
        subprocess.run(resume, check=True, env=_environment())
        return found[-1].name.removeprefix("checkpoint-").lstrip("0").removesuffix("s") + " s"
    _remove(place, name)
    again = [*_into(command, options, place, name), *shots]
    subprocess.run(again, check=True, env=_environment())
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
    sys.exit(main())
