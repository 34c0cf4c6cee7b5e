"""How fast is the main job, and where does its time go? Real-time factor and time budget by seed.

    python -m benchmarks.main_job --seeds 0 1 2 3 4

runs ``python -m bildsim.run --robots 100 --video FILE`` in a process of its own for each seed, one
after the other, and prints its real-time factor (simulated seconds over the wall time from the
program's start until the video is closed), what a user waits in all, and the shares of the wall
time. Kernels are compiled before, unless --fresh gives each run an empty cache: then the seconds
that the first start takes are in their own column. The last row is the median.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

ACTIVITIES = ("starting", "physics", "tracking", "planning", "fit", "drawing", "waiting", "other")


def run(seed: int, arguments: list[str], fresh: bool) -> tuple[dict[str, Any], float]:
    """Return a run's summary, and the wall time of its process (s)."""
    with tempfile.TemporaryDirectory() as place:
        results = Path(place, "results")
        command = [sys.executable, "-m", "bildsim.run", "--seed", str(seed), "--quiet"]
        command += ["--video", f"{place}/out.mp4", "--out", str(results), *arguments]
        environment = dict(os.environ)
        if fresh:
            environment["NUMBA_CACHE_DIR"] = f"{place}/compiled"
        begun = time.perf_counter()
        subprocess.run(command, check=True, env=environment)
        passed = time.perf_counter() - begun
        said: dict[str, Any] = json.loads((results / "summary.json").read_text(encoding="utf-8"))
        return said, passed


def cells(said: Mapping[str, Any], passed: float) -> list[float]:
    """Return a row's numbers."""
    spent = said["time_budget_s"]
    known = [spent.get(name, 0.0) for name in ACTIVITIES]
    return [said["real_time_factor"], passed, said["final"]["kl_fit"], *known]


def line(first: str, numbers: list[float]) -> str:
    """Return a row of the table."""
    factor, passed, kl, *spent = numbers
    shares = " | ".join(f"{seconds:.2f}" for seconds in spent)
    return f"| {first} | {factor:.2f} | {passed:.1f} | {kl:.4f} | {shares} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--robots", type=int, default=100)
    parser.add_argument("--duration", type=float, default=60.0, help="simulated s")
    parser.add_argument("--fresh", action="store_true", help="compile anew for each run")
    options = parser.parse_args()
    arguments = ["--robots", str(options.robots), "--duration", str(options.duration)]
    if not options.fresh:
        # What is compiled stays, so that the runs that count find it.
        run(0, ["--robots", str(options.robots), "--duration", "0.5"], fresh=False)
    print(f"| seed | times real time | s in all | kl_fit | {' s | '.join(ACTIVITIES)} s |")
    print("|---" * (4 + len(ACTIVITIES)) + "|")
    rows = []
    for seed in options.seeds:
        rows.append(cells(*run(seed, arguments, options.fresh)))
        print(line(str(seed), rows[-1]), flush=True)
    print(line("median", [median(column) for column in zip(*rows, strict=True)]))


if __name__ == "__main__":
    main()
