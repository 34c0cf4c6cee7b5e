"""What do truncated solves cost and lose against exact ones, from order 2 to 12?

    python -m benchmarks.solvers --plot solvers.png
    python -m benchmarks.solvers --talk 10 --moves 60

Point robots run Algorithm 1 in open loop on gmm3 with exact solves, ``--talk`` rounds a move. Every
other solver works on the same systems, carrying its own z_i from move to move. Printed are, for
each order and solver:

- ms: processor time of the solves of a move, one thread, the median of turns that are interleaved;
- error: |z - exact| / |exact| of a robot, the median over robots and the last ten moves; once with
  a start from the last z_i, once from zero;
- move: the same for grad phi(x_i) z_i, the direction in which the robot moves;
- marked: share of the solves that were projected;
- kl_fit: KL of the fitted density to the target (nats) where a run with that solver ends.
"""

import os

# Before NumPy is loaded: costs are those of one thread.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro.algorithm import BildMacro, Hypergradient, MacroState
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec
from bildsim.programs.reproduce.open_loop import OpenLoop
from bildsim.targets.target import named_target

EXACT = MacroSettings(curvature="tracked")
COLOURS = {"cg": "#0072B2", "neumann": "#D55E00"}
STYLES = (("-", "o"), ("--", "s"), ("-.", "^"), (":", "D"))
LAST, TIMED = 10, 15


@dataclass(eq=False)
class Row:
    """What was found out about a solver at an order; errors are relative."""

    settings: MacroSettings
    ms: float = 0.0
    errors: list[Floats] = field(default_factory=list)
    cold: list[Floats] = field(default_factory=list)
    moves: list[Floats] = field(default_factory=list)
    marked: list[float] = field(default_factory=list)
    kl_fit: float = 0.0

    @property
    def name(self) -> str:
        """The solver and its iterations."""
        solver = self.settings.solver
        return solver if solver == "exact" else f"{solver} {self.settings.solver_iterations}"


def drawn(order: int, settings: MacroSettings, options: argparse.Namespace) -> OpenLoop:
    """Return the run's start, the same for every solver."""
    rng, network = np.random.default_rng(options.seed), NetworkSpec.parse("er:0.5")
    family, target = LegendreFamily(order), named_target("gmm3")
    return OpenLoop.draw(target, settings, options.robots, network, rng, family)


def moves(
    loop: OpenLoop, options: argparse.Namespace
) -> Iterator[tuple[MacroState, Hypergradient]]:
    """Do the rounds that only mix and yield the state before each move, with what it solved."""
    algorithm, network = loop.algorithm, loop.network
    state = algorithm.advance(loop.start(), loop.positions, network, EXACT.warmup_rounds)
    for _ in range(options.moves + 1):
        found = algorithm.hypergradient(state)
        yield state, found
        waypoints = algorithm.waypoints(state, found, options.talk)
        state = algorithm.advance(
            algorithm.remember(state, found), waypoints, network, options.talk
        )


def relative(found: Floats, exact: Floats) -> Floats:
    """Return the relative error of each row."""
    distance = np.linalg.norm(found - exact, axis=1)
    return np.asarray(distance / np.linalg.norm(exact, axis=1))


def study(order: int, options: argparse.Namespace) -> tuple[list[Row], float]:
    """Return a row for each solver, ``exact`` first, and the least KL of the family (nats)."""
    exact = Row(EXACT)
    rows = [
        Row(replace(EXACT, solver=solver, solver_iterations=count))
        for solver in ("cg", "neumann")
        for count in options.iterations
    ]
    loop = drawn(order, EXACT, options)
    algorithm = loop.algorithm
    followers = [Follower(replace(algorithm, settings=row.settings), row) for row in rows]
    latest: deque[tuple[MacroState, Hypergradient]] = deque(maxlen=2)
    for move, (state, found) in enumerate(moves(loop, options)):
        exact.marked.append(float(found.projected.mean()))
        latest.append((state, found))
        for follower in followers:
            follower.follow(state, found, move > options.moves - LAST)
    (_, before), (state, _) = latest
    measure([exact, *rows], algorithm, replace(state, z=before.z))
    exact.kl_fit = kl_fit(algorithm, state)
    for row in rows:
        run = moves(drawn(order, row.settings, options), options)
        row.kl_fit = kl_fit(algorithm, end_of(run))
    _, floor = algorithm.family.least_kl(algorithm.log_target)
    return [exact, *rows], floor


@dataclass(eq=False)
class Follower:
    """A solver that works on the systems of another run and fills its row."""

    algorithm: BildMacro
    row: Row
    z: Floats | None = None

    def follow(self, state: MacroState, expected: Hypergradient, record: bool) -> None:
        """Solve once more, from the last z_i, and once from zero."""
        nothing = np.zeros_like(expected.z)
        start = nothing if self.z is None else self.z
        found = self.algorithm.hypergradient(replace(state, z=start))
        self.z = found.z
        self.row.marked.append(float(found.projected.mean()))
        if record:
            cold = self.algorithm.hypergradient(replace(state, z=nothing))
            self.row.errors.append(relative(found.z, expected.z))
            self.row.cold.append(relative(cold.z, expected.z))
            self.row.moves.append(relative(found.ascent, expected.ascent))


def end_of(run: Iterator[tuple[MacroState, Hypergradient]]) -> MacroState:
    """Return the last state of a run."""
    return deque(run, maxlen=1)[0][0]


def kl_fit(algorithm: BildMacro, state: MacroState) -> float:
    """Return the KL of the density that fits the robots' positions to the target (nats)."""
    theta = algorithm.family.fit(state.statistics.mean(axis=0), EXACT.regularisation)
    return algorithm.family.kl(theta, algorithm.log_target)


def measure(rows: list[Row], exact: BildMacro, state: MacroState) -> None:
    """Time the solves in a state."""
    times: dict[str, list[float]] = {row.name: [] for row in rows}
    for _ in range(TIMED):
        for row in rows:
            algorithm = replace(exact, settings=row.settings)
            start = time.process_time()
            algorithm._projected_solve(state.fields.q, state.gradient, state.z)
            times[row.name].append(1e3 * (time.process_time() - start))
    for row in rows:
        row.ms = float(np.median(times[row.name]))


def show(order: int, rows: list[Row], floor: float) -> None:
    """Print the table of an order."""
    size = (order + 1) ** 2 - 1
    print(f"\norder {order}, m = {size}, least kl_fit of the family {floor:.4f}")
    print("| solver | ms | of exact | error | from zero | move | marked | kl_fit |")
    print("|---|---|---|---|---|---|---|---|")
    for row in rows:
        errors = [f"{np.median(part):.1e}" if part else "0" for part in parts(row)]
        print(
            f"| {row.name} | {row.ms:.3f} | {row.ms / rows[0].ms:.2f} | {' | '.join(errors)} "
            f"| {100 * np.mean(row.marked):.2f} % | {row.kl_fit:.4f} |",
            flush=True,
        )


def parts(row: Row) -> tuple[list[Floats], ...]:
    """Return the three kinds of errors."""
    return row.errors, row.cold, row.moves


def draw(found: dict[int, list[Row]], options: argparse.Namespace) -> None:
    """Draw error and cost against the order."""
    # Only those who want the figure need matplotlib.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.4, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    orders, all_rows = list(found), list(found.values())
    for number, row in enumerate(all_rows[0]):
        solver, count = row.settings.solver, row.settings.solver_iterations
        look = {"color": "#222222", "ls": "-", "marker": "o", "ms": 3.5, "lw": 1.6}
        if solver != "exact":
            style, marker = STYLES[options.iterations.index(count) % len(STYLES)]
            look |= {"color": COLOURS[solver], "ls": style, "marker": marker, "lw": 1.1}
            errors = [np.median(rows[number].errors) for rows in all_rows]
            left.plot(orders, errors, **look)
        right.plot(orders, [rows[number].ms for rows in all_rows], label=row.name, **look)
    every = "a round" if options.talk == 1 else f"{options.talk} rounds"
    left.set_title(f"relative error of z, {every} a move", fontsize=9, loc="left")
    right.set_title(f"ms a solve of {options.robots} robots, one thread", fontsize=9, loc="left")
    for axes in (left, right):
        axes.set_yscale("log")
        axes.tick_params(labelsize=8)
        axes.set_xlabel("order $\\kappa$, and number of statistics m", fontsize=9)
        axes.set_xticks(orders, [f"{k}\n{(k + 1) ** 2 - 1}" for k in orders])
        axes.grid(color="#e4e4e4", lw=0.6)
        axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside right center", frameon=False, fontsize=8, handlelength=3.5)
    part = options.plot.with_name(options.plot.name + ".part")
    figure.savefig(part, format="png", dpi=200, metadata={"Software": None})
    part.replace(options.plot)


def main() -> None:
    """Study every order, and draw where a file is given."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--orders", type=int, nargs="+", default=[2, 4, 6, 8, 10, 12])
    parser.add_argument("--iterations", type=int, nargs="+", default=[5, 10, 20, 40])
    parser.add_argument("--robots", type=int, default=100)
    parser.add_argument("--moves", type=int, default=400)
    parser.add_argument("--talk", type=int, default=1, help="rounds a move")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plot", type=Path, metavar="FILE.png")
    options = parser.parse_args()
    found = {}
    for order in options.orders:
        found[order], floor = study(order, options)
        show(order, found[order], floor)
    if options.plot is not None:
        draw(found, options)


if __name__ == "__main__":
    main()
