"""``python -m bildsim.bench``: planners compared on the same starts, seeds and physics."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bildsim import trial_store
from bildsim.bench_options import PROGRAM, BenchConfig, parse_bench
from bildsim.campaign import make_engine, out_directory, progress
from bildsim.command_line import run_program
from bildsim.config_file import to_toml
from bildsim.results_directory import write_text
from bildsim.results_table import Results
from bildsim.sweep import check_trials, configurations, scored_trials
from bildsim.trial_store import Store


def main(arguments: Sequence[str]) -> int:
    """Run with the given command line and return the exit status.

    Raises:
        UsageError: the command line cannot be run; nothing has been written.
        RunError: the results cannot be written, or the cluster is gone.
    """
    config = parse_bench(arguments)
    out = out_directory(config)
    trial_store.check(out)
    check_trials(config)
    console = Console(stderr=True, quiet=config.output.quiet)
    configs = configurations(config)
    with make_engine(config) as engine:
        store = Store(out)
        write_text(out / "config.toml", to_toml(config))
        with progress(len(configs), console) as show:
            trials = scored_trials(configs, store, engine, show, console.print)
    results = Results(trials)
    _write(results, config, out, console)
    return 0


def _write(results: Results, config: BenchConfig, out: Path, console: Console) -> None:
    # Drawing takes seconds to import, which wrong input need not wait for.
    from bildsim import bench_plots, bench_report

    write_text(out / "results.csv", results.trials_csv())
    write_text(out / "summary.csv", results.summary_csv())
    write_text(out / "timings.csv", results.timings_csv())
    plots = bench_plots.draw_all(results, config, out / "plots")
    write_text(out / "report.html", bench_report.report(results, config, plots))
    _print(results, config, out, console)


def _print(results: Results, config: BenchConfig, out: Path, console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("", "trials", "failed", "score w2", "score js_kde", "w2", "kl_fit"):
        table.add_column(title, justify="right" if title else "left")
    for planner in config.planner_names:
        groups = [group for group in results.groups if group[0] == planner]
        trials = sum(len(results.groups[group]) for group in groups)
        failed = trials - sum(len(results.of(group)) for group in groups)
        cells = []
        for column in ("score_w2", "score_js_kde", "w2", "kl_fit"):
            spread = results.spread(column, *groups)
            cells.append("" if spread is None else f"{spread.median:.3f}")
        table.add_row(planner, str(trials), str(failed), *cells)
    console.print(table)
    console.print("[dim]medians over targets, starts and seeds[/dim]")
    for name in ("report.html", "results.csv"):
        console.print(f"[dim]written[/dim] {out / name}", soft_wrap=True, highlight=False)


if __name__ == "__main__":
    sys.exit(run_program(PROGRAM, main))
