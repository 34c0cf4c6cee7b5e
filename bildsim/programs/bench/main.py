"""``python -m bildsim.bench``: planners compared on the same starts, seeds and physics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bildsim.basics.names import short
from bildsim.programs.compilation.runs import make_ready_for
from bildsim.programs.output.files import write_text
from bildsim.programs.output.terminal import open_console, say_target, say_written
from bildsim.programs.sweep import store as trial_store
from bildsim.programs.sweep.config import PROGRAM, BenchConfig, parse_bench
from bildsim.programs.sweep.earlier import open_store, require_more
from bildsim.programs.sweep.execution import make_engine, out_directory, progress
from bildsim.programs.sweep.results import Results, Spread
from bildsim.programs.sweep.runner import (
    Trial,
    check_trials,
    check_variants,
    configurations,
    one_of_each,
    scored_trials,
)
from bildsim.programs.sweep.store import Store
from bildsim.programs.sweep.variables import Sweep
from bildsim.simulation.config import RunConfig


def main(arguments: Sequence[str]) -> int:
    """Run with the given command line and return the exit status.

    Raises:
        UsageError: the command line cannot be run; nothing has been written.
        RunError: the results cannot be written, or the cluster is gone.
    """
    config = parse_bench(arguments)
    out = out_directory(config)
    trial_store.check(out)
    require_more(out, PROGRAM, config)
    console = open_console(quiet=config.output.quiet)
    for item in config.listed_targets.values():
        say_target(item.source, console)
    if config.varied is None:
        make_ready_for(one_of_each(config), console)
        check_trials(config)
        store, (of_all,) = _run([configurations(config)], config, out, console)
        with closing(store):
            _write(Results(of_all), config, out, console)
        return 0
    variants = config.varied.variants(configurations(config))
    samples = [run for _, runs in config.varied.variants(one_of_each(config)) for run in runs]
    make_ready_for(samples, console)
    check_variants(config, config.varied)
    store, trials = _run([runs for _, runs in variants], config, out, console)
    found = {value: Results(ran) for (value, _), ran in zip(variants, trials, strict=True)}
    with closing(store):
        _write_sweep(found, config.varied, config, out, console)
    return 0


def _run(
    groups: Sequence[Sequence[RunConfig]], config: BenchConfig, out: Path, console: Console
) -> tuple[Store, list[list[Trial]]]:
    """Run all groups of trials as one; return their store, still open, and them by group."""
    configs = [run for group in groups for run in group]
    with make_engine(config) as engine:
        store = open_store(out, PROGRAM, config)
        with progress(len(configs), console) as show:
            trials = iter(scored_trials(configs, store, engine, show, console.print))
    return store, [[next(trials) for _ in group] for group in groups]


def _write(results: Results, config: BenchConfig, out: Path, console: Console) -> None:
    # Drawing takes seconds to import, which wrong input need not wait for.
    from bildsim.programs.bench import figures as bench_plots
    from bildsim.programs.bench import report as bench_report
    from bildsim.programs.plots import files as plot_files

    for name, table in results.tables().items():
        write_text(out / name, table.csv())
    plots = plot_files.draw_all(bench_plots.drawings(results, config), out / "plots")
    write_text(out / "report.html", bench_report.report(results, config, plots))
    _print(results, config, console)
    _print_files(out, console)


def _write_sweep(
    found: Mapping[float, Results], sweep: Sweep, config: BenchConfig, out: Path, console: Console
) -> None:
    from bildsim.programs.bench import sweep_report
    from bildsim.programs.plots import files as plot_files

    for name, table in sweep_report.tables(found, sweep).items():
        write_text(out / name, table.csv())
    drawings = sweep_report.drawings(found, sweep, config)
    plots = plot_files.draw_all(drawings, out / "plots")
    write_text(out / "report.html", sweep_report.report(found, sweep, config, plots))
    for column in ("kl_fit", "w2"):
        _print_by_value(found, sweep, column, config, console)
    _print_files(out, console)


def _print(results: Results, config: BenchConfig, console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    by_start = [f"score w2, {short(start, 16)}" for start in config.start_names]
    columns = ("score_w2", "score_js_kde", "w2", "kl_fit")
    shown = [column.replace("_", " ", 1) if "score" in column else column for column in columns]
    for title in ("", "trials", "failed", *by_start, *shown):
        table.add_column(title, justify="right" if title else "left")
    for planner in config.planner_names:
        groups = results.groups_of(planner)
        trials = sum(len(results.groups[group]) for group in groups)
        failed = trials - sum(len(results.of(group)) for group in groups)
        starts = [_median_from(results, start, planner) for start in config.start_names]
        cells = [_median(results, column, planner) for column in columns]
        table.add_row(planner, str(trials), str(failed), *starts, *cells)
    console.print(table)
    console.print("medians over targets, starts and seeds", style="dim")


def _print_by_value(
    found: Mapping[float, Results], sweep: Sweep, column: str, config: BenchConfig, console: Console
) -> None:
    title = f"{column} by {sweep.condition.label}, medians over targets, starts and seeds"
    table = Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="bold")
    table.add_column("")
    for value in found:
        table.add_column(f"{value:g}", justify="right")
    for planner in config.planner_names:
        cells = [_median(results, column, planner) for results in found.values()]
        table.add_row(planner, *cells)
    console.print(table)


def _median(results: Results, column: str, planner: str) -> str:
    return _said(results.spread(column, *results.groups_of(planner)))


def _median_from(results: Results, start: str, planner: str) -> str:
    groups = [group for group in results.groups_of(planner) if group[2] == start]
    return _said(results.spread("score_w2", *groups))


def _said(spread: Spread | None) -> str:
    return "" if spread is None else f"{spread.median:.3f}"


def _print_files(out: Path, console: Console) -> None:
    say_written([out / name for name in ("report.html", "results.csv")], console)
