"""How many rounds, and how many bytes a robot, until the swarm's density is the target?

    python -m benchmarks.rounds_to_target --plot rounds_to_target.png

Algorithm 1 in open loop with fixed steps and with the Wasserstein metric, from uniform and
corner starts. A run ends when the exact fit to the robots' positions has come within the lowest
level of KL to the target; a target whose least KL is above a level is left out there. Medians over
the seeds, and in brackets how many of them arrived.
"""

import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import tyro

from bildsim.controllers.bild_macro.algorithm import MacroState
from bildsim.controllers.bild_macro.settings import PRESETS
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec
from bildsim.programs.reproduce.open_loop import OpenLoop
from bildsim.targets.target import named_target

PRESET_NAMES = ("fixed", "wasserstein")
COLOURS = {"fixed": "#0072B2", "wasserstein": "#D55E00"}
FAMILY = LegendreFamily()
_BYTES = 8


@dataclass(frozen=True)
class Options:
    """What to run.

    Attributes:
        targets: named targets.
        starts: where the robots start: uniform or corner (0.35 m squared).
        networks: er:PROBABILITY, regular:DEGREE, ring or complete.
        seeds: seeds of start, network and the target expfam.
        levels: KL of the exact fit to reach (nats), the lowest last.
        rounds: most rounds.
        every: rounds between looks at the KL.
        robots: number of robots.
        jobs: runs at a time.
        plot: picture of the KL over the rounds, seed 0 on the first network.
    """

    targets: tuple[str, ...] = ("uniform", "gmm3", "gmm4", "ring", "banana", "expfam")
    starts: tuple[str, ...] = ("uniform", "corner")
    networks: tuple[str, ...] = ("er:0.5", "regular:6")
    seeds: tuple[int, ...] = (0, 1, 2)
    levels: tuple[float, ...] = (0.05, 0.03)
    rounds: int = 6000
    every: int = 20
    robots: int = 100
    jobs: int = 2
    plot: Path | None = None


@dataclass(frozen=True)
class Case:
    """One run."""

    network: str
    target: str
    start: str
    preset: str
    seed: int


@dataclass(frozen=True)
class Result:
    """What came of it: KL at each look (nats), and the bytes that a robot sends a round."""

    kl: Sequence[float]
    bytes_a_round: float


def main() -> None:
    """Run all, print the table and draw."""
    options = tyro.cli(Options, description=__doc__)
    cases = [
        Case(*case)
        for case in product(
            options.networks, options.targets, options.starts, PRESET_NAMES, options.seeds
        )
    ]
    found = {}
    with ProcessPoolExecutor(options.jobs) as pool:
        for case, result in zip(cases, pool.map(partial(play, options), cases), strict=True):
            found[case] = result
            rounds = (len(result.kl) - 1) * options.every
            print(f"{case}: KL {result.kl[-1]:.4f} after {rounds} rounds", file=sys.stderr)
    report(options, found)
    if options.plot is not None:
        draw(options, found, options.plot)


def play(options: Options, case: Case) -> Result:
    """Do a run until the lowest level that the target allows."""
    loop = _loop(options, case)
    algorithm = loop.algorithm
    levels = _levels(options, case.target, case.seed)
    state, theta = loop.start(), np.zeros(FAMILY.size)
    kl, goal = [], min(levels, default=np.inf)
    while state.rounds <= options.rounds:
        if state.rounds % options.every == 0:
            theta = _fit(state, theta)
            kl.append(FAMILY.kl(theta, algorithm.log_target))
            if kl[-1] <= goal:
                break
        state = loop.advance(state, algorithm.hypergradient(state))
    messages = float(np.mean(loop.network.degree))
    return Result(kl, messages * algorithm.numbers_per_message * _BYTES)


def _fit(state: MacroState, start: np.ndarray) -> np.ndarray:
    return FAMILY.fit(state.statistics.mean(axis=0), 1e-4, start, 1e-6)


def _loop(options: Options, case: Case) -> OpenLoop:
    rng, spec = np.random.default_rng(case.seed), NetworkSpec.parse(case.network)
    target, settings = named_target(case.target, case.seed), PRESETS[case.preset]
    loop = OpenLoop.draw(target, settings, options.robots, spec, rng, FAMILY)
    if case.start == "uniform":
        return loop
    return replace(loop, positions=-1.0 + 0.175 * (loop.positions + 1.0))


def _levels(options: Options, target: str, seed: int) -> list[float]:
    """Return the levels that the family can reach."""
    log_target = np.log(named_target(target, seed).on_grid(FAMILY.grid))
    _, least = FAMILY.least_kl(log_target)
    return [level for level in options.levels if level > least]


def report(options: Options, found: dict[Case, Result]) -> None:
    """Print a row for each network, target, start and preset."""
    print(f"{options.robots} robots, seeds {options.seeds}, at most {options.rounds} rounds\n")
    heads = "".join(f" rounds to {v:g} | MB a robot |" for v in options.levels)
    print(f"| network | target | start | preset |{heads}")
    print("|" + "---|" * (4 + 2 * len(options.levels)))
    for network, target, start, preset in product(
        options.networks, options.targets, options.starts, PRESET_NAMES
    ):
        results = [found[Case(network, target, start, preset, seed)] for seed in options.seeds]
        allowed = _levels(options, target, options.seeds[0])
        cells = "".join(
            _cells(results, level, options.every) if level in allowed else " - | - |"
            for level in options.levels
        )
        print(f"| {network} | {target} | {start} | {preset} |{cells}")


def _cells(results: list[Result], level: float, every: int) -> str:
    """Return the median rounds and megabytes of the runs, those that did not arrive as infinite."""
    rounds = [_first(result.kl, level) * every for result in results]
    sent = [r * result.bytes_a_round / 1e6 for r, result in zip(rounds, results, strict=True)]
    arrived = int(np.isfinite(rounds).sum())
    return f" {np.median(rounds):.0f} ({arrived}/{len(rounds)}) | {np.median(sent):.3g} |"


def _first(kl: Sequence[float], level: float) -> float:
    reached = np.flatnonzero(np.array(kl) <= level)
    return float(reached[0]) if len(reached) else np.inf


def draw(options: Options, found: dict[Case, Result], path: Path) -> None:
    """Draw the KL over the rounds."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2.3 * len(options.targets), 4.4), layout="constrained")
    panels = figure.subplots(
        len(options.starts), len(options.targets), squeeze=False, sharex=True, sharey=True
    )
    for (row, start), (column, target), preset in product(
        enumerate(options.starts), enumerate(options.targets), PRESET_NAMES
    ):
        axes = panels[row, column]
        kl = found[Case(options.networks[0], target, start, preset, options.seeds[0])].kl
        rounds = np.arange(len(kl)) * options.every
        axes.plot(rounds + 1, kl, color=COLOURS[preset], lw=1.2, label=preset)
        axes.set_title(f"{target}, {start} start", fontsize=9, loc="left")
    for axes in panels.ravel():
        axes.set_xscale("log")
        axes.set_yscale("log")
        for level in options.levels:
            axes.axhline(level, color="#767676", lw=0.7, ls=(0, (2, 2)))
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8)
    panels[0, 0].legend(frameon=False, fontsize=8)
    figure.supxlabel("round + 1", fontsize=9)
    figure.supylabel("KL of the exact fit to the target (nats)", fontsize=9)
    figure.savefig(path, dpi=160)


if __name__ == "__main__":
    main()
