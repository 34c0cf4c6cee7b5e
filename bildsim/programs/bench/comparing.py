"""A comparison of planners: its trials are run, and their tables, plots and page written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bildsim.programs.bench.terminal import print_by_value, print_files, print_medians
from bildsim.programs.compilation.runs import make_ready_for
from bildsim.programs.output.files import write_text
from bildsim.programs.output.terminal import open_console, say_target
from bildsim.programs.sweep import store as trial_store
from bildsim.programs.sweep.comparisons import comparisons, paired_table, reference_planner
from bildsim.programs.sweep.config import PROGRAM, BenchConfig
from bildsim.programs.sweep.earlier import open_store, require_more
from bildsim.programs.sweep.execution import make_engine, out_directory, progress
from bildsim.programs.sweep.results import Results, Table
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

if TYPE_CHECKING:
    from bildsim.programs.supplement.page import Page


def compare(config: BenchConfig) -> int:
    """Run what a comparison lacks, write its files and return the exit status.

    Raises:
        UsageError: it cannot be run; nothing has been written.
        RunError: the results cannot be written, or the cluster is gone.
    """
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
    # Drawing takes seconds to import, which refusals need not wait for.
    from bildsim.programs.bench import figures as bench_plots
    from bildsim.programs.bench import report as bench_report
    from bildsim.programs.plots import files as plot_files

    for name, table in results.tables().items():
        write_text(out / name, table.csv())
    plots = plot_files.draw_all(bench_plots.drawings(results, config), out / "plots")
    places = list(product(config.target_names, config.start_names))
    compared = comparisons(results, config.planner_names, places)
    reference = reference_planner(config.planner_names)
    page = bench_report.report(results, config, plots, compared)
    _write_page(page, {"paired_tests.csv": paired_table(compared, reference)}, out)
    print_medians(results, config, console)
    print_files(out, console)


def _write_sweep(
    found: Mapping[float, Results], sweep: Sweep, config: BenchConfig, out: Path, console: Console
) -> None:
    from bildsim.programs.bench import sweep_report
    from bildsim.programs.plots import files as plot_files

    for name, table in sweep_report.tables(found, sweep).items():
        write_text(out / name, table.csv())
    drawings = sweep_report.drawings(found, sweep, config)
    plots = plot_files.draw_all(drawings, out / "plots")
    compared = sweep_report.compared(found, config)
    page = sweep_report.report(found, sweep, config, plots, compared)
    _write_page(page, {"paired_tests.csv": sweep_report.paired(compared, sweep, config)}, out)
    for column in ("kl_fit", "w2"):
        print_by_value(found, sweep, column, config, console)
    print_files(out, console)


def _write_page(page: Page, more: Mapping[str, Table], out: Path) -> None:
    from bildsim.programs.supplement.page import rendered, table_files, write_files

    texts = table_files(page.sections) | {name: table.csv() for name, table in more.items()}
    write_files(out / "tables", texts)
    write_text(out / "report.html", rendered(page))
