"""What does one round of Algorithm 1 cost, and where does the time go?

    python -m benchmarks.round_cost --robots 100 --order 6 --network er:0.5

Prints milliseconds a full round (advance, hypergradient, waypoints) with one and with two threads,
of its parts with one, and of the tests' literal transcription robot by robot. All are measured in
turn, again and again, so that a busy machine slows all alike; figures are medians.
"""

import os

# Before NumPy is loaded: its own threads would work beside those that are measured.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import time
from collections.abc import Callable

import numpy as np

from bildsim import kernels, macro_kernels, parallel
from bildsim.density import LegendreFamily
from bildsim.lanes import aligned_empty
from bildsim.macro import BildMacro, MacroState
from bildsim.network import Network, NetworkSpec, build_network
from bildsim.targets import named_target
from tests.bildsim.literal_macro import Model, play_round, robots_on

Case = Callable[[], object]
NO_TARGET = np.empty((0, 0))


def use_threads(count: int) -> None:
    """Let the planner use so many threads from now on."""
    os.environ["OMP_NUM_THREADS"] = str(count)
    parallel.thread_count.cache_clear()
    parallel._pool.cache_clear()


def full_round(algorithm: BildMacro, state: MacroState, network: Network) -> MacroState:
    """Do one round of Algorithm 1 in open loop."""
    hypergradient = algorithm.hypergradient(state)
    return algorithm.advance(state, algorithm.waypoints(state, hypergradient), network)


def parts(algorithm: BildMacro, state: MacroState, network: Network) -> dict[str, Case]:
    """Return the parts of a round, each ready to run."""
    family, fields, robots = algorithm.family, state.fields, len(state.positions)
    links = algorithm._links(network)
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

    return {
        "mixing y, r, q": mix,
        "density, exp, mean": lambda: evaluate(NO_TARGET, bare),
        "... and covariance": lambda: evaluate(NO_TARGET, result),
        "... and grad f": lambda: evaluate(algorithm.log_target, result),
        "two Cholesky and solve": lambda: macro_kernels.direction_pass(
            0, robots, fields.q, state.gradient, floor, z, solved
        ),
        "phi and grad phi": lambda: (
            family.statistics(state.positions),
            family.gradient(state.positions),
        ),
    }


def medians(cases: dict[str, Case], repeats: int) -> dict[str, float]:
    """Run the cases in turn and return the median milliseconds of each."""
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(repeats):
        for name, case in cases.items():
            start = time.perf_counter()
            case()
            times[name].append(1e3 * (time.perf_counter() - start))
    return {name: float(np.median(values)) for name, values in times.items()}


def report(options: argparse.Namespace) -> None:
    """Measure and print."""
    rng = np.random.default_rng(options.seed)
    family = LegendreFamily(options.order)
    target = named_target("gmm3").on_grid(family.grid)
    positions = rng.uniform(-1.0, 1.0, (options.robots, 2))
    network = build_network(NetworkSpec.parse(options.network), positions, rng)
    algorithm = BildMacro(family, np.log(target))
    y = np.zeros((options.robots, family.size))
    start = time.perf_counter()
    state = full_round(algorithm, algorithm.init(positions, y), network)
    print(
        f"first round, compiling or loading what is compiled: {time.perf_counter() - start:.2f} s"
    )
    for _ in range(50):
        state = full_round(algorithm, state, network)

    full = np.zeros((options.robots, family.size + 1))
    model = Model(options.order, family.grid.nodes, target)
    literal = robots_on(network, model, algorithm.settings, positions, full)

    def with_threads(count: int) -> Case:
        def case() -> None:
            use_threads(count)
            for _ in range(5):
                full_round(algorithm, state, network)

        return case

    rounds: dict[str, Case] = {
        "one thread": with_threads(1),
        "two threads": with_threads(2),
        "literal": lambda: play_round(literal),
    }
    cost = medians(rounds, max(3, options.repeats // 10))
    one, two, plain = cost["one thread"] / 5, cost["two threads"] / 5, cost["literal"]
    print(f"\n{options.robots} robots, order {options.order}, {options.network}: ms a full round")
    print(f"  {'one thread':<24}{one:9.3f}")
    print(f"  {'two threads':<24}{two:9.3f}   {one / two:6.2f} times as fast")
    print(f"  {'literal, robot by robot':<24}{plain:9.3f}   {plain / one:6.1f} times one thread")
    use_threads(1)
    print("\nparts of it, one thread")
    for name, value in medians(parts(algorithm, state, network), options.repeats).items():
        print(f"  {name:<24}{value:9.3f}")


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
