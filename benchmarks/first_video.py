"""How long does somebody wait for the first video? Seconds by step, from a clone to the film.

    python -m benchmarks.first_video
    python -m benchmarks.first_video --wheel

does what the README's first command does, in a folder of its own that is removed afterwards:
clones the repository as it was last committed, makes a virtual environment, installs into it, and
runs the main job with nothing compiled before. With --wheel the wheel is built from the clone and
installed into an empty environment, and ``bildsim run`` is called from another directory; to build
it is no part of the sum. --keep-pip-cache lets pip take packages that it has; without, it downloads
all of them, at the speed of the net. The last two columns are of the run: what it took to compile,
and the real-time factor that it said.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).parents[1]
Step: TypeAlias = tuple[list[str], Path]
"""A command, and the directory that it is called in."""
_BUILD = "build"


def timed(command: list[str], place: Path, environment: dict[str, str]) -> float:
    """Return the wall time of a command (s)."""
    begun = time.perf_counter()
    subprocess.run(command, cwd=place, check=True, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def first_video(
    robots: int, *, wheel: bool, keep_pip_cache: bool
) -> tuple[dict[str, float], dict[str, Any]]:
    """Return seconds by step, and the run's summary."""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(place / "compiled")}
        if not keep_pip_cache:
            environment["PIP_NO_CACHE_DIR"] = "1"
        steps = of_wheel(place) if wheel else of_clone(place)
        bildsim, where = steps.pop("run")
        seconds = {name: timed(*step, environment) for name, step in steps.items()}
        words = ["--robots", str(robots), "--video", "out.mp4", "--quiet", "--out", "results"]
        seconds["run"] = timed([*bildsim, *words], where, environment)
        summary = (where / "results" / "summary.json").read_text(encoding="utf-8")
        seconds.pop(_BUILD, None)
        return seconds, json.loads(summary)


def of_clone(place: Path) -> dict[str, Step]:
    """Return what the README does, up to how the program is called."""
    clone, python = place / "clone", str(place / "clone" / ".venv" / "bin" / "python")
    return {
        "clone": (["git", "clone", "--quiet", str(ROOT), str(clone)], place),
        "venv": ([sys.executable, "-m", "venv", ".venv"], clone),
        "pip": ([python, "-m", "pip", "install", "-q", "-e", "."], clone),
        "run": ([python, "-m", "bildsim.run"], clone),
    }


def of_wheel(place: Path) -> dict[str, Step]:
    """Return what somebody does who is given the wheel, and before it how that is built."""
    empty, elsewhere = place / "empty" / "bin", place / "elsewhere"
    elsewhere.mkdir()
    wheel = f"{sys.executable} -m pip wheel -q --no-deps -w wheels ./clone"
    # By its file, whose name has the version in it.
    install = f"{empty / 'python'} -m pip install -q wheels/bildsim-*.whl"
    return {
        _BUILD: (["sh", "-c", f"git clone -q {ROOT} clone && {wheel}"], place),
        "venv": ([sys.executable, "-m", "venv", "empty"], place),
        "pip": (["sh", "-c", install], place),
        "run": ([str(empty / "bildsim"), "run"], elsewhere),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--robots", type=int, default=100)
    parser.add_argument("--wheel", action="store_true", help="from the built wheel, not the clone")
    parser.add_argument("--keep-pip-cache", action="store_true", help="no downloads where it can")
    options = parser.parse_args()
    seconds, said = first_video(
        options.robots, wheel=options.wheel, keep_pip_cache=options.keep_pip_cache
    )
    names = " s | ".join(seconds)
    print(f"| {names} s | in all s | of it compiling s | times real time |")
    print("|---" * (len(seconds) + 3) + "|")
    columns = [*seconds.values(), sum(seconds.values()), said["compile_s"]]
    cells = " | ".join(f"{value:.1f}" for value in columns)
    print(f"| {cells} | {said['real_time_factor']:.2f} |")


if __name__ == "__main__":
    main()
