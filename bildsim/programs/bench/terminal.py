"""What a sweep prints at its end: medians over the seeds, pooled only over comparable starts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bildsim.basics.names import short
from bildsim.programs.output.terminal import say_written
from bildsim.programs.sweep.comparisons import pooled, starts_of
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import Results
from bildsim.programs.sweep.variables import Sweep

_COLUMNS = {
    "score_w2": "score w2 ↑",
    "score_js_kde": "score js_kde ↑",
    "w2": "w2 (m) ↓",
    "kl_fit": "kl_fit (nats) ↓",
}
_NOT_POOLED = "—"
_NOTE = f"{_NOT_POOLED}: starts differ by an order of magnitude (scores: by more than 1)"


def print_medians(results: Results, config: BenchConfig, console: Console) -> None:
    """Print a row a planner: medians by start, then over all starts."""
    table = Table(box=None, pad_edge=False)
    starts = [f"score w2 ↑ {short(start, 16)}" for start in config.start_names]
    for title in ("", "trials", "failed", *starts, *_COLUMNS.values()):
        table.add_column(title, justify="right" if title else "left", no_wrap=not title)
    noted = False
    for planner in config.planner_names:
        groups = results.groups_of(planner)
        trials = sum(len(results.groups[group]) for group in groups)
        failed = trials - sum(len(results.of(group)) for group in groups)
        by_start = starts_of(results, "score_w2", planner)
        own = [_said(by_start.get(start)) for start in config.start_names]
        cells = [_median(results, column, planner) for column in _COLUMNS]
        noted = noted or _NOT_POOLED in cells
        table.add_row(planner, str(trials), str(failed), *own, *cells)
    console.print(table)
    console.print("medians over targets, starts and seeds", style="dim")
    if noted:
        console.print(_NOTE, style="dim")


def print_by_value(
    found: Mapping[float, Results], sweep: Sweep, column: str, config: BenchConfig, console: Console
) -> None:
    """Print a row a planner and a column a value of what a sweep varies."""
    title = f"{_COLUMNS[column]} by {sweep.condition.label}, medians over targets, starts and seeds"
    table = Table(box=None, pad_edge=False)
    table.add_column("", no_wrap=True)
    for value in found:
        table.add_column(f"{value:g}", justify="right")
    noted = False
    for planner in config.planner_names:
        cells = [_median(results, column, planner) for results in found.values()]
        noted = noted or _NOT_POOLED in cells
        table.add_row(planner, *cells)
    # A title of the table's own would be broken at its width.
    console.print(title, style="bold")
    console.print(table)
    if noted:
        console.print(_NOTE, style="dim")


def print_files(out: Path, console: Console) -> None:
    """Say where to look."""
    say_written([out / name for name in ("report.html", "results.csv", "tables", "plots")], console)


def _median(results: Results, column: str, planner: str) -> str:
    if not starts_of(results, column, planner):
        return ""
    value = pooled(results, column, planner)
    return _NOT_POOLED if value is None else _said(value)


def _said(value: float | None) -> str:
    return "" if value is None else f"{round(value, 3) or 0.0:.3f}"
