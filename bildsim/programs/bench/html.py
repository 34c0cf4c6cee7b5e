"""What reports of sweeps are made of: sections with tables and plots, in one HTML file."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, isnan, nan
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bildsim.programs.config.toml_file import to_toml
from bildsim.programs.output.versions import versions
from bildsim.programs.plots.files import Plot
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import SCORE, SETTLING, Group, Results, Spread
from bildsim.simulation.measurements import COLUMNS

COST = ("path_length_m", "saturated", "contacts", "messages_sent", "bytes_sent")
"""Columns in which no planner is marked as the best: the least is had by standing still."""
_TEMPLATE = "report.html.jinja"


@dataclass(frozen=True)
class Cell:
    """A figure.

    Attributes:
        text: the figure.
        range: its quartiles.
        best: whether it is the best of its column.
    """

    text: str
    range: str = ""
    best: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a table: what it is of, and its cells."""

    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """A table with the titles of its columns, that of the names first."""

    title: str
    titles: Sequence[str]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Section:
    """A part of a report under one heading."""

    anchor: str
    title: str
    note: str = ""
    tables: Sequence[Table] = ()
    plots: Sequence[Mapping[str, str]] = field(default_factory=tuple)


def rendered(
    headline: str, config: BenchConfig, results: Sequence[Results], sections: Iterable[Section]
) -> str:
    """Return a report as HTML, with all images in it and no link to anywhere else.

    Args:
        headline: what was run, in a sentence.
        config: the sweep.
        results: all trials, one or several times the sweep's.
        sections: what to show, in order.
    """
    environment = Environment(
        loader=PackageLoader(__package__, ""), autoescape=True, undefined=StrictUndefined
    )
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment.get_template(_TEMPLATE).render(
        headline=headline,
        sources=[item.source for item in config.listed_targets.values() if item.source],
        failed=[row for found in results for row in _failures(found)],
        sections=list(sections),
        settings=to_toml(config),
        columns=_meanings(results),
        versions=list(versions().items()),
    )


def embedded(plot: Plot) -> dict[str, str]:
    """Return a plot with its image in it."""
    data = base64.b64encode(plot.path.read_bytes()).decode("ascii")
    return {"title": plot.title, "caption": plot.caption, "data": data}


def cells(spreads: Mapping[str, Spread | None], column: str) -> dict[str, Cell]:
    """Return a column's cells by planner, the best one marked where there is a choice."""
    medians = [spread.median for spread in spreads.values() if spread is not None]
    best = nan
    if len(medians) > 1 and column not in COST:
        best = max(medians) if column.startswith(SCORE) else min(medians)
    return {
        name: cell(spread, best=spread is not None and spread.median == best)
        for name, spread in spreads.items()
    }


def cell(spread: Spread | None, *, best: bool) -> Cell:
    """Return a median with its quartiles."""
    if spread is None:
        return Cell("failed")
    low, high = number(spread.low), number(spread.high)
    return Cell(number(spread.median), "" if low == high else f"{low} – {high}", best)


def number(value: float) -> str:
    """Return a number for people: four decimals at most, and k, M, G for large ones."""
    if not isfinite(value):
        return "" if isnan(value) else str(value)
    for factor, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= factor:
            return f"{value / factor:.3g} {unit}"
    if value == round(value):
        return f"{value:.0f}"
    return f"{value:.4f}" if abs(value) < 1.0 else f"{value:.2f}"


def _failures(results: Results) -> list[tuple[str, ...]]:
    """Return planner, target, start, seeds and reason, trials that failed alike in one row."""
    alike: dict[tuple[Group, str], list[str]] = {}
    for trial in results.failed:
        config = trial.config
        group = (config.planner, config.target, config.swarm.start)
        alike.setdefault((group, trial.result["reason"]), []).append(str(config.seed))
    return [(*group, ", ".join(seeds), reason) for (group, reason), seeds in alike.items()]


def _meanings(results: Sequence[Results]) -> list[tuple[str, Any]]:
    own = {
        "kl_floor": "least kl_fit that the density family allows for the target (nats)",
        **{
            column: f"time from which on {metric} stays below its threshold (s), as in "
            "bildsim.metrics.reference_scores"
            for metric, column in SETTLING.items()
        },
        **{
            SCORE + metric: f"(random draws - {metric}) / (random draws - best known placement)"
            for metric in COLUMNS
        },
    }
    known = {**COLUMNS, **own}
    columns = dict.fromkeys(name for found in results for name in found.columns)
    return [(name, known[name]) for name in columns]
