"""How does a round of Algorithm 1 grow with the number of robots on a sparse network?

    python -m benchmarks.scale --robots 100 300 1000 3000 10000 --network regular:8 --plot scale.png

prints a row for each number of robots: milliseconds a full round (advance, hypergradient and
waypoints) with one and with two threads, microseconds a robot, and the most memory that the process
ever held; below it the exponents of N fitted from 300 robots on. Each measurement is a process of
its own, so that peaks do not add up; a busy machine is answered by --passes, of which the fastest
counts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

_THREADS = (1, 2)
_FIT_FROM = 300


@dataclass(frozen=True)
class Cost:
    """What one process measured.

    Attributes:
        wall_ms: median time of a round (ms).
        processor_ms: median processor time of a round, all threads together (ms).
        peak_mib: most memory that the process ever held (MiB).
    """

    wall_ms: float
    processor_ms: float
    peak_mib: float


def measure(robots: int, network: str, seconds: float) -> Cost:
    """Play rounds for so long, at least five, in this process."""
    # Here and not above: the parent needs none of it, and threads are settled on the first import.
    from bildsim.controllers.bild_macro.algorithm import BildMacro
    from bildsim.density.legendre_family import LegendreFamily
    from bildsim.network.graph import NetworkSpec, build_network
    from bildsim.targets.target import named_target

    rng = np.random.default_rng(0)
    positions = rng.uniform(-1.0, 1.0, (robots, 2))
    graph = build_network(NetworkSpec.parse(network), positions, rng)
    family = LegendreFamily(6)
    algorithm = BildMacro(family, np.log(named_target("gmm3").on_grid(family.grid)))
    state = algorithm.init(positions, np.zeros((robots, family.size)))
    walls: list[float] = []
    processors: list[float] = []
    while len(walls) < 7 or sum(walls) < seconds:
        wall, processor = time.perf_counter(), time.process_time()
        hypergradient = algorithm.hypergradient(state)
        state = algorithm.advance(state, algorithm.waypoints(state, hypergradient), graph)
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    # The first two compile, or load what is compiled, and touch memory for the first time.
    rounds = slice(2, None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return Cost(
        1e3 * float(np.median(walls[rounds])), 1e3 * float(np.median(processors[rounds])), peak
    )


def measure_apart(robots: int, threads: int, options: argparse.Namespace) -> Cost:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, "--child", "--robots", str(robots)]
    command += ["--network", options.network, "--seconds", str(options.seconds)]
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return Cost(**json.loads(done.stdout))


def best(costs: Sequence[Cost]) -> Cost:
    """Return the least times and the highest peak of several passes."""
    return Cost(
        min(cost.wall_ms for cost in costs),
        min(cost.processor_ms for cost in costs),
        max(cost.peak_mib for cost in costs),
    )


def exponent(robots: Sequence[int], costs: Sequence[float]) -> float:
    """Return the slope of ln cost over ln N, by least squares; NaN for fewer than two points."""
    if len(robots) < 2:
        return float("nan")
    return float(np.polyfit(np.log(robots), np.log(costs), 1)[0])


def report(table: dict[int, list[Cost]], network: str) -> None:
    """Print the table, a row a number of robots with its costs for one and two threads."""
    print(f"a round of Algorithm 1, order 6, {network}, gmm3, seed 0\n")
    print("| robots | ms, one thread | ms, two | us a robot, one thread | two | peak MiB |")
    print("|---|---|---|---|---|---|")
    for robots, (one, two) in table.items():
        each = [1e3 * cost.wall_ms / robots for cost in (one, two)]
        peak = max(one.peak_mib, two.peak_mib)
        print(
            f"| {robots} | {one.wall_ms:.2f} | {two.wall_ms:.2f} | {each[0]:.1f} | {each[1]:.1f} "
            f"| {peak:.0f} |"
        )
    fitted = [robots for robots in table if robots >= _FIT_FROM]
    for name, index, clock in (
        ("one thread", 0, "wall_ms"),
        ("two threads", 1, "wall_ms"),
        ("one thread, processor time", 0, "processor_ms"),
    ):
        slope = exponent(fitted, [getattr(table[robots][index], clock) for robots in fitted])
        print(f"exponent of N from {_FIT_FROM} robots on, {name}: {slope:.3f}")


def plot(table: dict[int, list[Cost]], network: str, file: Path) -> None:
    """Draw milliseconds a round over N, both axes logarithmic."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.0, 3.4), layout="constrained")
    axes = figure.subplots()
    robots = list(table)
    for index, (colour, threads) in enumerate(zip(("#0072B2", "#D55E00"), _THREADS, strict=True)):
        costs = [table[count][index].wall_ms for count in robots]
        label = f"{threads} thread{'s' if threads > 1 else ''}"
        axes.loglog(robots, costs, "o-", color=colour, label=label, markersize=4)
    line = np.array(robots, dtype=np.float64)
    start = table[robots[0]][1].wall_ms / robots[0]
    axes.loglog(
        robots, 0.6 * start * line, color="#767676", linestyle=":", label="proportional to N"
    )
    axes.set(xlabel="robots", ylabel="ms a round", title=f"BILD-MACRO over {network}")
    axes.grid(which="major", color="#e4e4e4")
    axes.legend(frameon=False)
    figure.savefig(file, dpi=200)


def main() -> None:
    """Print the table, or as a child one measurement."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--robots", type=int, nargs="+", default=[100, 300, 1000, 3000, 10_000])
    parser.add_argument("--network", default="regular:8")
    parser.add_argument("--seconds", type=float, default=3.0, help="least time a measurement")
    parser.add_argument("--passes", type=int, default=3, help="the fastest counts")
    parser.add_argument("--plot", type=Path, help="where to draw it")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(asdict(measure(options.robots[0], options.network, options.seconds))))
        return
    cases = [(robots, threads) for robots in options.robots for threads in _THREADS]
    found: dict[tuple[int, int], list[Cost]] = {case: [] for case in cases}
    for _ in range(options.passes):
        for case in cases:
            found[case].append(measure_apart(*case, options))
    table = {n: [best(found[n, threads]) for threads in _THREADS] for n in options.robots}
    report(table, options.network)
    if options.plot is not None:
        plot(table, options.network, options.plot)


if __name__ == "__main__":
    main()
