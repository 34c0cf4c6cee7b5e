"""A reproduction: its runs in open loop, and what is left of them: figures, tables, a summary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from threadpoolctl import threadpool_limits

from bildsim.basics.errors import UsageError
from bildsim.basics.stopping import going_on
from bildsim.network.graph import NetworkSpec
from bildsim.numerics.threads import thread_count
from bildsim.programs.compilation.groups import needed
from bildsim.programs.compilation.ready import make_ready
from bildsim.programs.output import directory as results_directory
from bildsim.programs.output.directory import SUMMARY
from bildsim.programs.output.files import write_text
from bildsim.programs.output.terminal import open_console, say_written
from bildsim.programs.output.versions import versions
from bildsim.programs.reproduce import recorded_run as watched_run
from bildsim.programs.reproduce.config import SETTINGS, Options, chosen_target
from bildsim.programs.reproduce.open_loop import OpenLoop
from bildsim.programs.reproduce.processes import Job, do_side_by_side
from bildsim.programs.reproduce.recorded_run import Outcome
from bildsim.programs.reproduce.tables import write_tables
from bildsim.simulation.config import RunConfig
from bildsim.targets.target import Target

# Robots times rounds from which on a process of its own, some 3 s to start, pays.
_WORTH_A_PROCESS = 300_000


def reproduce(options: Options) -> int:
    """Run what is asked for, write its files and return the exit status.

    Raises:
        UsageError: it cannot be run; nothing has been written.
    """
    out = _out(options)
    target = chosen_target(options.target, options.seed)
    loops = {name: _loop(options, name, target) for name in options.names}
    results_directory.check(out, options.determining)
    results_directory.claim(out, options.determining)
    console = open_console(quiet=options.quiet)
    make_ready(needed(*(RunConfig(macro=SETTINGS[name]) for name in loops)), console)
    # A threaded BLAS, woken for matrices this small, only takes time from the other core.
    with threadpool_limits(limits=1):
        runs = _watch_all(loops, options, console)
        _report(runs, options, target, console)
    return 0


def _out(options: Options) -> Path:
    if options.out is None:
        raise UsageError("--out is missing: give a directory for the results")
    return options.out


def _loop(options: Options, name: str, target: Target) -> OpenLoop:
    network = NetworkSpec.parse(options.network)
    if network.geometric:
        raise UsageError(
            f"--network {network} is not possible: it changes as robots move, and here it may not; "
            "allowed are er, regular, ring and complete"
        )
    rng = np.random.default_rng(options.seed)
    return OpenLoop.draw(target, SETTINGS[name], options.robots, network, rng)


def _watch_all(
    loops: Mapping[str, OpenLoop], options: Options, console: Console
) -> dict[str, Outcome]:
    out, period = _out(options), watched_run.CHECKPOINT_S
    jobs = {
        name: Job(loop, options.rounds, _checkpoint(out, name), period)
        for name, loop in loops.items()
    }
    long = options.robots * options.rounds >= _WORTH_A_PROCESS
    columns = (
        TextColumn("{task.description:<6}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("rounds"),
        TimeRemainingColumn(),
    )
    with (
        going_on("the same command goes on where it was"),
        Progress(*columns, console=console, disable=console.quiet) as progress,
    ):
        tasks = {name: progress.add_task(name, total=options.rounds, start=False) for name in jobs}

        def show(name: str, done: int) -> None:
            progress.start_task(tasks[name])
            progress.update(tasks[name], completed=done)

        if long and 1 < len(jobs) <= thread_count():
            return do_side_by_side(jobs, thread_count() // len(jobs), show)
        return {name: job.do(partial(show, name)) for name, job in jobs.items()}


def _checkpoint(out: Path, name: str) -> Path:
    return out / f"checkpoint-{name}"


def _report(
    runs: Mapping[str, Outcome], options: Options, target: Target, console: Console
) -> None:
    """Write the files; the summary, which says that the run is finished, comes last."""
    out = _out(options)
    for name, run in runs.items():
        write_tables(run, out, name)
    _draw(runs, target, out)
    algorithm = next(iter(runs.values())).loop.algorithm
    _, floor = algorithm.family.least_kl(algorithm.log_target)
    said = {
        "kl_floor": floor,
        "runs": {name: _summary(run) for name, run in runs.items()},
        "configuration": options.determining,
        "versions": versions(),
    }
    write_text(out / SUMMARY, json.dumps(said, indent=2) + "\n")
    for name in runs:
        _checkpoint(out, name).unlink(missing_ok=True)
    _print(runs, floor, out, console)


def _draw(runs: Mapping[str, Outcome], target: Target, out: Path) -> None:
    # Only those who want figures need matplotlib.
    from bildsim.programs.reproduce import figures

    figures.save(figures.convergence_figure(runs), out, "figure1")
    for name, run in runs.items():
        density = target.on_grid(run.loop.algorithm.family.grid)
        figures.save(figures.snapshot_figure(run, density), out, f"figure2_{name}")
    figures.save(figures.stability_figure(runs), out, "figure3")


def _summary(run: Outcome) -> dict[str, object]:
    column = run.history.column
    final = {name: float(column(name)[-1]) for name in ("gradient_norm", "displacement_m")}
    kl = {
        name: float(column(name)[-1]) for name in ("kl_learned", "kl_fit", "kl_change", "kl_apart")
    }
    return {
        **asdict(run.verdict),
        "step_bound": run.bound,
        "stopped": run.history.stopped,
        "rounds": run.rounds,
        "final": final | {name: None if np.isnan(value) else value for name, value in kl.items()},
        "largest_y": float(column("largest_y").max()),
        "wall_s": run.wall_s,
    }


def _print(runs: Mapping[str, Outcome], floor: float, out: Path, console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("", "stability", "|grad g|", "|x~ - x|", "KL of the robots", "wall time"):
        table.add_column(title, justify="left" if title in ("", "stability") else "right")
    for name, run in runs.items():
        column, found = run.history.column, run.verdict
        table.add_row(
            name,
            "kept" if found.stable else f"lost in round {found.lost}, robot {found.lost_robot}",
            f"{column('gradient_norm')[-1]:.1e}",
            f"{column('displacement_m')[-1]:.1e} m",
            f"{column('kl_fit')[-1]:.4f} (least {floor:.4f})",
            f"{run.wall_s:.0f} s, {1e3 * run.wall_s / run.rounds:.2f} ms a round",
        )
    console.print(table)
    say_written([out], console)
