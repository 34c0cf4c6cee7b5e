"""What does one round of Algorithm 1 cost, and where does the time go?

    python -m benchmarks.round_cost --robots 100 --order 6 --network er:0.5

Prints milliseconds a full round (advance, hypergradient, waypoints), Hessians tracked as the paper
has it, with one and with two threads, of one with each robot's own Hessian, of the readable NumPy
reference, and of the tests' literal transcription robot by robot; the processor time of a round and
of its parts, compiled and in batched NumPy; what memory 40 deaths among 1000 robots take, and the
pages a round fetches anew; and what the counted arithmetic of a round would take at the rate of
this machine's matrix multiplication (NumPy's, one thread), of large matrices and of such as the
round is made of. All are measured in turn, again and again, so that a busy machine slows all alike;
figures are medians.
"""

import os

# Before NumPy is loaded: its own threads would work beside those that are measured.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import resource
import time
from collections.abc import Callable

import numba
import numpy as np
import psutil
from scipy.sparse import csr_array

from bildsim.controllers.bild_macro import kernels as macro_kernels
from bildsim.controllers.bild_macro.algorithm import BildMacro, MacroState, lazy_links
from bildsim.controllers.bild_macro.reference import ReferenceMacro, ReferenceState
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.bild_macro.solvers import direct as direct_solve
from bildsim.controllers.bild_macro.solvers.own_curvature import own_curvature_solve
from bildsim.controllers.bild_macro.solvers.projected import projected_solve
from bildsim.density import kernels
from bildsim.density.information_matrix import information
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import Network, NetworkSpec, build_network
from bildsim.numerics import threads as parallel
from bildsim.numerics.aligned import aligned_empty
from bildsim.numerics.exp import fast_exp
from bildsim.numerics.lanes import WIDTH, load, store
from bildsim.targets.target import named_target
from tests.controllers.bild_macro.literal_macro import Model, play_round, robots_on

Case = Callable[[], object]
# Rounds in one turn: in a run, too, the caches hold what the last round left.
TURN = 20
LARGE, SMALL = (512, 512), (41, 13)
NO_TARGET = np.empty((0, 0))
TRACKED = MacroSettings(curvature="tracked")


@numba.njit
def exponentials(numbers: np.ndarray, into: np.ndarray) -> None:
    """Write exp of the numbers, eight at a time."""
    for n in range(0, len(numbers), WIDTH):
        store(into, n, fast_exp(load(numbers, n)))


def use_threads(count: int) -> None:
    """Let the planner use so many threads from now on."""
    os.environ["OMP_NUM_THREADS"] = str(count)
    # However few robots there are.
    parallel.LEAST_GROUPS = 1
    parallel.thread_count.cache_clear()
    parallel._pool.cache_clear()


def full_round(algorithm: BildMacro, state: MacroState, network: Network) -> MacroState:
    """Do one round of Algorithm 1 in open loop."""
    hypergradient = algorithm.hypergradient(state)
    return algorithm.advance(state, algorithm.waypoints(state, hypergradient), network)


def parts(algorithm: BildMacro, state: MacroState, network: Network) -> dict[str, Case]:
    """Return the compiled parts of a round, each ready to run."""
    family, fields, robots = algorithm.family, state.fields, len(state.positions)
    links = lazy_links(network, algorithm.settings.laziness)
    mixed = [aligned_empty(*field.shape) for field in (fields.y, fields.r, fields.q)]
    result = family.evaluate(fields.y, algorithm.log_target)
    bare = result._replace(covariance=NO_TARGET)
    z, solved = np.empty_like(state.gradient), np.empty(robots, dtype=np.bool_)
    floor = algorithm.settings.regularisation

    def mix() -> None:
        for old, new in zip((fields.y, fields.r, fields.q), mixed, strict=True):
            macro_kernels._mix(0, robots, links, old, new)

    def evaluate(target: np.ndarray, into: kernels.Evaluation) -> None:
        kernels.evaluate(0, robots, fields.y, target, into, family.tables)

    def full() -> None:
        full_round(algorithm, state, network)

    numbers = np.linspace(-5.0, 0.0, robots * family.grid.size**2 // WIDTH * WIDTH)
    return {
        "a full round": full,
        "mixing y, r, q": mix,
        "exp on the grid": lambda: exponentials(numbers, np.empty_like(numbers)),
        "density, exp, mean": lambda: evaluate(NO_TARGET, bare),
        "... and covariance": lambda: evaluate(NO_TARGET, result),
        "... and grad f": lambda: evaluate(algorithm.log_target, result),
        "two factors and solve": lambda: direct_solve.direction_pass(
            0, robots, fields.q, state.gradient, floor, z, solved
        ),
        "H, one factor and solve": lambda: own_curvature_solve(
            family, fields.moments, floor, state.gradient[None]
        ),
        "... and M": lambda: own_curvature_solve(
            family, fields.moments, floor, state.gradient[None], 0.2
        ),
        "phi and grad phi z": lambda: (
            family.statistics(state.positions),
            family.ascent(state.positions, state.gradient),
        ),
    }


def plain_parts(
    algorithm: BildMacro,
    state: MacroState,
    plain: ReferenceMacro,
    start: ReferenceState,
    network: Network,
) -> dict[str, Case]:
    """Return the same parts in batched NumPy, with whole matrices q_i, as far as there are any."""
    numbers = np.linspace(-5.0, 0.0, len(state.positions) * plain.family.grid.size**2)
    y, r, q = state.fields.y, state.fields.r, algorithm.family.unpack(state.fields.q)
    links = lazy_links(network, algorithm.settings.laziness)
    mixing = csr_array((links.weights, links.indices, links.indptr))
    floor = algorithm.settings.regularisation

    def solve() -> None:
        np.linalg.cholesky(q - floor * np.eye(q.shape[1]))
        np.linalg.solve(q, state.gradient[:, :, None])

    return {
        "a full round": lambda: reference_round(plain, start, network),
        "exp on the grid": lambda: np.exp(numbers),
        "mixing y, r, q": lambda: (mixing @ y, mixing @ r, mixing @ state.fields.q),
        "density, exp, mean": lambda: plain.density(y),
        "... and grad f": lambda: plain.hessian(plain.density(y)),
        "two factors and solve": solve,
        "H, one factor and solve": lambda: np.linalg.solve(
            plain.hessian(start.density), state.gradient[:, :, None]
        ),
        "... and M": lambda: np.linalg.solve(
            plain.hessian(start.density) + 0.2 * information(plain.family, state.fields.moments),
            state.gradient[:, :, None],
        ),
        "... projected, all robots": lambda: projected_solve(q, state.gradient, floor),
    }


def reference_round(
    algorithm: ReferenceMacro, state: ReferenceState, network: Network
) -> ReferenceState:
    """Do one round of the readable Algorithm 1 in open loop."""
    return algorithm.round(state, algorithm.waypoints(state), network)


def page_faults(case: Case) -> float:
    """Return how many pages of memory a case asks the system for, once it has run before."""
    case()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(TURN):
        case()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / TURN


def memory_after_deaths(algorithm: BildMacro, rng: np.random.Generator) -> tuple[float, float]:
    """Return the process's memory (MB) with 1000 robots, and when 40 have died one by one."""
    used = []
    for robots in range(1000, 959, -1):
        positions = rng.uniform(-1.0, 1.0, (robots, 2))
        network = build_network(NetworkSpec.parse("regular:8"), positions, rng)
        state = algorithm.init(positions, np.zeros((robots, algorithm.family.size)))
        algorithm.hypergradient(algorithm.advance(state, positions, network, 3))
        used.append(psutil.Process().memory_info().rss / 1e6)
    return used[0], used[-1]


def multiply_adds(family: LegendreFamily, network: Network) -> int:
    """Count the multiply-adds of a round, as the kernels do it.

    Not counted: a few passes over vectors and packed matrices without products. An exponential
    counts as 15, the multiplications and multiply-adds in bildsim.numerics.exp.
    """
    size, nodes, statistics = family.order + 1, family.grid.size, family.size
    half, degrees = (nodes + 1) // 2, 2 * size - 1
    # A product P_a P_b, a <= b, is a sum of a + 1 terms.
    pairs, terms = size * (size + 1) // 2, sum((a + 1) * (size - a) for a in range(size))
    exponent = half * size * size + nodes * half * size
    moments = (nodes * half * (degrees + size)) + half * (degrees**2 + size**2)
    second = terms * (degrees + pairs) + family.packed_size
    solve = 2 * (statistics**3 // 6) + statistics**2
    robot = exponent + 15 * nodes**2 + moments + second + solve
    mixed = len(network.indices) * (2 * statistics + family.packed_size)
    return len(network.degree) * robot + mixed


def product(rows: int, inner: int) -> Case:
    """Return a product of matrices, (rows, inner) times (inner, rows), as often as takes 1 ms."""
    left, right, into = np.ones((rows, inner)), np.ones((inner, rows)), np.empty((rows, rows))

    def case() -> None:
        for _ in range(times(rows, inner)):
            np.matmul(left, right, out=into)

    return case


def times(rows: int, inner: int) -> int:
    """Return how many such products have some ten million multiply-adds."""
    return max(1, 10**7 // (rows * rows * inner))


def medians(
    cases: dict[str, Case], repeats: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """Run the cases in turn and return the median milliseconds of each."""
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(repeats):
        for name, case in cases.items():
            start = clock()
            case()
            times[name].append(1e3 * (clock() - start))
    return {name: float(np.median(values)) for name, values in times.items()}


def report(options: argparse.Namespace) -> None:
    """Measure and print."""
    rng = np.random.default_rng(options.seed)
    family = LegendreFamily(options.order)
    target = named_target("gmm3").on_grid(family.grid)
    positions = rng.uniform(-1.0, 1.0, (options.robots, 2))
    network = build_network(NetworkSpec.parse(options.network), positions, rng)
    algorithm = BildMacro(family, np.log(target), TRACKED)
    lighter = BildMacro(family, np.log(target), MacroSettings())
    y = np.zeros((options.robots, family.size))
    start = time.perf_counter()
    state = full_round(algorithm, algorithm.init(positions, y), network)
    print(
        f"first round, compiling or loading what is compiled: {time.perf_counter() - start:.2f} s"
    )
    light = lighter.init(positions, y)
    for _ in range(50):
        state = full_round(algorithm, state, network)
        light = full_round(lighter, light, network)

    full = np.zeros((options.robots, family.size + 1))
    model = Model(options.order, family.grid.nodes, target)
    literal = robots_on(network, model, algorithm.settings, positions, full)

    plain_algorithm = ReferenceMacro(family, algorithm.log_target, TRACKED)
    plain_state = plain_algorithm.init(positions, y)

    def with_threads(count: int, algorithm: BildMacro, state: MacroState) -> Case:
        def case() -> None:
            use_threads(count)
            for _ in range(TURN):
                full_round(algorithm, state, network)

        return case

    rounds: dict[str, Case] = {
        "one thread": with_threads(1, algorithm, state),
        "two threads": with_threads(2, algorithm, state),
        "own": with_threads(1, lighter, light),
        "reference": lambda: reference_round(plain_algorithm, plain_state, network),
        "literal": lambda: play_round(literal),
        "large": product(*LARGE),
        "small": product(*SMALL),
    }
    cost = medians(rounds, max(3, options.repeats // 10))
    one, two, plain = cost["one thread"] / TURN, cost["two threads"] / TURN, cost["literal"]
    print(f"\n{options.robots} robots, order {options.order}, {options.network}: ms a full round")
    print(f"  {'one thread':<24}{one:9.3f}")
    print(f"  {'two threads':<24}{two:9.3f}   {one / two:6.2f} times as fast")
    own = cost["own"] / TURN
    print(f"  {'q_i = H(y_i), one thread':<24}{own:9.3f}   {one / own:6.2f} times as fast")
    print(f"  {'literal, robot by robot':<24}{plain:9.3f}   {plain / one:6.1f} times one thread")
    readable = cost["reference"]
    print(f"  {'reference in NumPy':<24}{readable:9.3f}   {readable / one:6.2f} times one thread")
    before, after = memory_after_deaths(algorithm, rng)
    print(f"\nmemory with 1000 robots {before:.0f} MB, after 40 deaths {after:.0f} MB")
    faults = page_faults(lambda: full_round(algorithm, state, network))
    print(f"pages of memory that a round fetches anew from the system: {faults:.0f}")
    counted = multiply_adds(family, network)
    print(f"\ncounted: {counted / 1e6:.1f} million multiply-adds a round, which would take")
    for name, (rows, inner) in (("large", LARGE), ("small", SMALL)):
        rate = rows * rows * inner * times(rows, inner) / cost[name] / 1e6
        sizes = f"({rows}, {inner}) by ({inner}, {rows})"
        print(
            f"  {counted / rate / 1e6:.3f} ms at the {2 * rate:.1f} Gflop/s of {sizes}: "
            f"one thread takes {one / (counted / rate / 1e6):.2f} times that"
        )
    use_threads(1)
    print("\nparts of it, ms of processor time: compiled, in batched NumPy, and the ratio")
    compiled = medians(parts(algorithm, state, network), options.repeats, time.process_time)
    numpy_cases = plain_parts(algorithm, state, plain_algorithm, plain_state, network)
    plainly = medians(numpy_cases, max(5, options.repeats // 5), time.process_time)
    for name in dict.fromkeys((*compiled, *plainly)):
        here, there = compiled.get(name), plainly.get(name)
        words = [f"{value:9.3f}" if value is not None else " " * 9 for value in (here, there)]
        ratio = f"{there / here:7.1f}" if here and there else ""
        print(f"  {name:<26}{''.join(words)}{ratio}".rstrip())


def main() -> None:
    """Read the options and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--robots", type=int, default=100)
    parser.add_argument("--order", type=int, default=6)
    parser.add_argument("--network", default="er:0.5")
    parser.add_argument("--repeats", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    report(parser.parse_args())


if __name__ == "__main__":
    main()
