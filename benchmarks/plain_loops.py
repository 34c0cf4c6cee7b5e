"""Are vector registers by hand worth it? Each kernel that uses them beside plain numba loops.

    python -m benchmarks.plain_loops --robots 100 --network er:0.5

`bildsim.numerics.lanes` holds eight numbers in registers as a type. For each kernel that is made of
it the same in plain numba loops, in two shapes at least, runs in turn with it, on one thread, order
6; that they agree is asserted. Prints medians, their ratio to that with registers, and processor
seconds of the first call, which compiles: with registers, where the kernel is a group of
`benchmarks.compile_cost`, those of the group from an empty cache. Points are the other way round:
their kernels are plain loops by now.

LLVM vectorises plain loops for 256-bit registers on most processors that have 512 bits, too; the
last line says how often either occurs in the plain code here. With NUMBA_CPU_NAME=haswell in the
environment, whose tuning has no such preference, LLVM takes 512 bits where there are such.
"""

import os

# Before NumPy is loaded: its own threads would work beside those that are measured.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import time
from typing import Any

import numpy as np

from benchmarks.compile_cost import measured
from benchmarks.plain import changes, cholesky, density, mixing, rivals
from benchmarks.plain.rivals import Rivals
from bildsim.density.legendre_family import LegendreFamily
from bildsim.numerics.lanes import WIDTH
from bildsim.targets.target import named_target

ORDER = 6
MATRICES = 16


def all_rivals(robots: int, network: str, seed: int) -> list[Rivals]:
    """Return the kernels, on densities such as robots might have."""
    rng, family = np.random.default_rng(seed), LegendreFamily(ORDER)
    log_target = np.log(named_target("gmm3").on_grid(family.grid))
    y = rng.normal(0.0, 0.3, (robots, family.size))
    found = family.evaluate(y, log_target)
    q = found.covariance
    q[:, family.packed_diagonal] += 1e-2
    return [
        rivals.mixing_rivals(q, network, rng),
        rivals.exponential_rivals(robots * family.grid.size**2 // WIDTH * WIDTH),
        rivals.density_rivals(family, y, log_target),
        rivals.change_rivals(family, y, rng),
        rivals.direction_rivals(q, found.gradient),
        rivals.cholesky_rivals(family.unpack(q[:MATRICES]), found.gradient[:MATRICES]),
        *rivals.point_rivals(rng.uniform(-1.0, 1.0, (robots, 2)), found.gradient),
    ]


def disagreement(one: Rivals) -> float:
    """Return the largest difference of a case's results from the first's, over their largest."""
    worst = 0.0
    for found in one.results[1:]:
        for array, first in zip(found, one.results[0], strict=True):
            difference = np.abs(np.asarray(array, float) - np.asarray(first, float)).max()
            worst = max(worst, float(difference / np.abs(first).max()))
    return worst


def first_calls(one: Rivals) -> list[float]:
    """Call each case once; return the processor time that each took (s)."""
    one.prepare()
    spent = []
    for case in one.cases.values():
        begun = time.process_time()
        case()
        spent.append(time.process_time() - begun)
    return spent


def medians(one: Rivals, repeats: int) -> list[float]:
    """Run the cases in turn and return the median microseconds of each."""
    spent: list[list[float]] = [[] for _ in one.cases]
    for _ in range(repeats):
        one.prepare()
        for case, times in zip(one.cases.values(), spent, strict=True):
            begun = time.perf_counter()
            case()
            times.append(1e6 * (time.perf_counter() - begun))
    return [float(np.median(times)) for times in spent]


def show(one: Rivals, repeats: int) -> None:
    """Measure a kernel's versions and print them."""
    first = first_calls(one)
    apart = disagreement(one)
    assert apart < 1e-12, f"{one.name}: results are {apart:.1e} apart"
    if one.group:
        first[0] = measured(one.group)[0]
    print(f"\n{one.name}; results {apart:.0e} apart")
    cost = medians(one, repeats)
    for name, spent, compiled in zip(one.cases, cost, first, strict=True):
        print(f"  {name:<32}{spent:9.1f}{spent / cost[0]:8.2f}{compiled:9.2f}")


def report(options: argparse.Namespace) -> None:
    """Measure and print."""
    print(f"{options.robots} robots, order {ORDER}, {options.network}, one thread")
    print(f"  {'':<32}{'us':>9}{'ratio':>8}{'first s':>9}")
    for one in all_rivals(options.robots, options.network, options.seed):
        show(one, options.repeats)
    passes: tuple[Any, ...] = (
        mixing.eight_by_eight,
        density.evaluate,
        changes.one_by_one,
        cholesky.in_tiles,
    )
    code = "".join(text for made in passes for text in made.inspect_asm().values())
    wide, narrow = code.count("zmm"), code.count("ymm")
    print(f"\nregisters named in plain code: {wide} of 512 bits, {narrow} of 256")


def main() -> None:
    """Read the options and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--robots", type=int, default=100)
    parser.add_argument("--network", default="er:0.5")
    parser.add_argument("--repeats", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    report(parser.parse_args())


if __name__ == "__main__":
    main()
