"""How long does somebody wait for the first video? Seconds by step, from a clone to the film.

    python -m benchmarks.first_video

does what the README's first command does, in a folder of its own that is removed afterwards: clones
the repository as it was last committed, makes a virtual environment, installs into it, and runs the
main job with nothing compiled before. --keep-pip-cache lets pip take packages that it has; without,
it downloads all of them, at the speed of the net. The last two columns are of the run: what it took
to compile, and the real-time factor that it said.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def timed(command: list[str], place: Path, environment: dict[str, str]) -> float:
    """Return the wall time of a command (s)."""
    begun = time.perf_counter()
    subprocess.run(command, cwd=place, check=True, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def first_video(robots: int, keep_pip_cache: bool) -> tuple[dict[str, float], dict[str, Any]]:
    """Return seconds by step, and the run's summary."""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        clone, python = place / "clone", str(place / "clone" / ".venv" / "bin" / "python")
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(place / "compiled")}
        if not keep_pip_cache:
            environment["PIP_NO_CACHE_DIR"] = "1"
        job = [python, "-m", "bildsim.run", "--robots", str(robots), "--video", "out.mp4"]
        steps = {
            "clone": (["git", "clone", "--quiet", str(ROOT), str(clone)], place),
            "venv": ([sys.executable, "-m", "venv", ".venv"], clone),
            "pip": ([python, "-m", "pip", "install", "-q", "-e", "."], clone),
            "run": ([*job, "--quiet", "--out", "results"], clone),
        }
        seconds = {name: timed(*step, environment) for name, step in steps.items()}
        summary = (clone / "results" / "summary.json").read_text(encoding="utf-8")
        return seconds, json.loads(summary)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--robots", type=int, default=100)
    parser.add_argument("--keep-pip-cache", action="store_true", help="no downloads where it can")
    options = parser.parse_args()
    seconds, said = first_video(options.robots, options.keep_pip_cache)
    names = " s | ".join(seconds)
    print(f"| {names} s | in all s | of it compiling s | times real time |")
    print("|---" * (len(seconds) + 3) + "|")
    columns = [*seconds.values(), sum(seconds.values()), said["compile_s"]]
    cells = " | ".join(f"{value:.1f}" for value in columns)
    print(f"| {cells} | {said['real_time_factor']:.2f} |")


if __name__ == "__main__":
    main()
