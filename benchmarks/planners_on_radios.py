"""What does each radio leave of each planner? Rounds had, share of the air, kl_fit and W2.

    python -m benchmarks.planners_on_radios
    python -m benchmarks.planners_on_radios --out kept --planners moment-cells --radios none wifi
    python -m benchmarks.planners_on_radios --no-run

A row a planner and radio: communication rounds a control tick of 0.1 s that there were, of those
that were asked for, the share of the channel that they took and of messages lost (%), and kl_fit
(nats) and W2 (m) at the end, without which --no-run does in a moment. The radio ``none`` is no
radio: every round is had. With --out results are kept as those of `bildsim bench` are, and the
same command goes on where it was stopped.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import tyro

from bildsim.basics.errors import UsageError
from bildsim.basics.timing import TICK_S
from bildsim.network.link_settings import LinkSettings
from bildsim.network.radio import RADIO_NAMES, AirUse
from bildsim.programs.sweep.engines.local import LocalEngine
from bildsim.programs.sweep.runner import run_missing
from bildsim.programs.sweep.store import Store, check
from bildsim.programs.sweep.trial import DONE, Result
from bildsim.simulation.config import OutputSettings, RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation

NONE = "none"
HEADS = ("planner", "radio", "rounds a tick: had", "asked", "air, %", "lost, %", "kl_fit", "W2, m")


@dataclass(frozen=True)
class Options:
    """Runs of planners on radios.

    Attributes:
        planners: planners that talk.
        radios: radios by name, or files; none for all rounds without losses.
        target: named target.
        start: where robots start.
        robots: number of robots.
        dynamics: what moves them.
        duration: simulated time (s).
        seed: seed.
        jobs: runs at a time.
        out: directory that keeps results; unless given they are not kept.
        run: whether to run it, for kl_fit and W2.
    """

    planners: tuple[str, ...] = (
        "bild-macro",
        "moment-cells",
        "moment-descent",
        "ergodic",
        "kde_consensus",
    )
    radios: tuple[str, ...] = (NONE, *RADIO_NAMES)
    target: str = "gmm3"
    start: str = "uniform"
    robots: int = 50
    dynamics: str = "bullet"
    duration: float = 60.0
    seed: int = 0
    jobs: int = 1
    out: Path | None = None
    run: bool = True


def configuration(options: Options, planner: str, radio: str) -> RunConfig:
    """Return the run of a planner on a radio."""
    return RunConfig(
        target=options.target,
        planner=planner,
        duration=options.duration,
        seed=options.seed,
        links=LinkSettings(radio=None if radio == NONE else radio),
        swarm=SwarmSettings(robots=options.robots, dynamics=options.dynamics, start=options.start),
        # W2 takes longer than most ticks, and only the last is wanted.
        output=OutputSettings(metrics_period=options.duration),
    )


def use_of_air(config: RunConfig) -> AirUse | str | None:
    """Return how a run uses the air, or why it cannot begin; None where there is no radio."""
    try:
        with closing(Simulation(config)) as simulation:
            return simulation.air
    except UsageError as error:
        # "radio='esp-now' is too slow: a round of ...": the page has room for the verdict.
        verdict = str(error).partition(":")[0].partition(" ")[2]
        return f"refused: {verdict.removeprefix('is ')}"


def row(config: RunConfig, use: AirUse | str | None, result: Result | None = None) -> str:
    """Return a row of the table.

    Args:
        config: what was run.
        use: see `use_of_air`.
        result: see `bildsim.programs.sweep.trial.run_trial`; None for what was not run.
    """
    asked = f"{config.rounds}"
    if isinstance(use, AirUse):
        had = f"{use.had_a_second * TICK_S:.2g}"
        asked = f"{use.asked_a_second * TICK_S:.2g}"
        air = [had, asked, f"{100.0 * use.load:.0f}", f"{100.0 * use.message_loss:.0f}"]
    else:
        air = [asked, asked, "", ""] if use is None else [use, asked, "", ""]
    if result is None:
        figures: list[str] = []
    elif result["status"] == DONE:
        figures = [f"{result['final']['kl_fit']:.3f}", f"{result['final']['w2']:.4f}"]
    else:
        figures = ["" if isinstance(use, str) else "stopped", ""]
    return f"| {config.planner} | {config.links.radio or NONE} | {' | '.join(air + figures)} |"


def configurations(options: Options) -> list[RunConfig]:
    """Return all runs, by planner and radio."""
    pairs = product(options.planners, options.radios)
    return [configuration(options, planner, radio) for planner, radio in pairs]


def play(options: Options, out: Path) -> list[str]:
    """Run what is missing in a directory of results, and return the rows.

    Raises:
        UsageError: the directory cannot be used.
        RunError: it cannot be written.
    """
    configs = configurations(options)

    def show(done: int, failed: int) -> None:
        print(f"{done} of {len(configs)}, {failed} of them refused", file=sys.stderr, flush=True)

    check(out)
    with closing(Store(out, "bench")) as store, closing(LocalEngine(options.jobs)) as engine:
        results = run_missing(configs, store, engine, show)
    return [
        row(config, use_of_air(config), result)
        for config, result in zip(configs, results, strict=True)
    ]


def main() -> None:
    """Print the table."""
    options = tyro.cli(Options, description=__doc__)
    heads = HEADS if options.run else HEADS[:-2]
    if options.run:
        with TemporaryDirectory() as passing:
            rows = play(options, options.out or Path(passing) / "results")
    else:
        rows = [row(config, use_of_air(config)) for config in configurations(options)]
    print(
        f"{options.robots} robots, {options.dynamics}, {options.target}, start {options.start}, "
        f"{options.duration:g} s, seed {options.seed}\n"
    )
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
