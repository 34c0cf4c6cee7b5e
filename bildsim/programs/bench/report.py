"""The report of a benchmark: one HTML file with its tables and plots, which needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite, nan

import numpy as np

from bildsim.programs.bench.html import (
    COST,
    Cell,
    Row,
    Section,
    Table,
    cell,
    cells,
    embedded,
    number,
    rendered,
)
from bildsim.programs.plots.files import Plot
from bildsim.programs.plots.style import looks
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import Results, Spread
from bildsim.simulation.measurements import COLUMNS
from bildsim.simulation.tracking_error import TRACKING_COLUMNS

_QUALITY = ("score_w2", "score_js_kde", "kl_fit", "w2", "js_kde", *TRACKING_COLUMNS)
_BY_TARGET = ("kl_fit", "w2", "js_kde")


def report(results: Results, config: BenchConfig, plots: Sequence[Plot]) -> str:
    """Return the report as HTML, with all images in it and no link to anywhere else.

    Args:
        results: the trials.
        config: the sweep.
        plots: what was drawn of them.
    """
    headline = (
        f"{len(results.trials)} trials: {len(config.planner_names)} planners, "
        f"{len(config.target_names)} targets, {len(config.start_names)} starts, "
        f"{len(config.seed_numbers)} seeds; {len(results.failed)} failed. Every planner has the "
        "same starts, seeds, physics and tracking."
    )
    return rendered(headline, config, [results], _sections(results, config, plots))


def _sections(results: Results, config: BenchConfig, plots: Sequence[Plot]) -> Iterable[Section]:
    drawn: dict[str, list[Mapping[str, str]]] = {}
    for plot in plots:
        drawn.setdefault(plot.path.stem.partition("_")[0], []).append(embedded(plot))
    yield Section(
        "overview",
        "Overview",
        "Medians over all targets, starts and seeds, with quartiles; the best of a column is "
        "marked. Scores: 0 is what random draws from the target get, 1 the best known placement. "
        "kl_fit is what BILD-MACRO itself descends. A target that moves is measured, and scored, "
        "where it is at the end; the means over time tell how well it was followed.",
        [_quality(results, config), _cost(results, config)],
    )
    yield Section("scores", "Scores", plots=drawn.get("score", []))
    yield Section(
        "targets",
        "By target and start",
        "Medians over the seeds with quartiles. The least possible kl_fit is what the density "
        "family allows; for random draws from the target it is the mean.",
        [
            _by_target(results, config, start, column)
            for start in config.start_names
            for column in _BY_TARGET
        ],
    )
    yield Section("time", "Over time", plots=drawn.get("time", []))
    yield Section("cost", "Cost against quality", plots=drawn.get("cost", []))
    yield Section("final", "Final configurations", plots=drawn.get("final", []))


def _quality(results: Results, config: BenchConfig) -> Table:
    columns = [name for name in _QUALITY if results.has(name)]
    rows = _overall(results, config, columns)
    counted = []
    for name, row in rows.items():
        own = results.groups_of(name)
        failed = sum(len(results.groups[group]) - len(results.of(group)) for group in own)
        counted.append([*row, Cell(str(failed))])
    return Table("Quality", ["planner", *columns, "failed"], _named_rows(config, counted))


def _cost(results: Results, config: BenchConfig) -> Table:
    columns = [name for name in COST if name in results.columns]
    timed = []
    for name, row in _overall(results, config, columns).items():
        trials = [trial for group in results.groups_of(name) for trial in results.of(group)]
        times = np.array([trial.result["wall"]["plan_mean_ms"] for trial in trials])
        spread = Spread.of(times) if times.size else None
        timed.append([*row, cell(spread, best=False)])
    titles = ["planner", *columns, "planner (ms a robot a tick)"]
    return Table("Cost", titles, _named_rows(config, timed))


def _overall(
    results: Results, config: BenchConfig, columns: Sequence[str]
) -> dict[str, list[Cell]]:
    """Return each planner's cells, over all of its trials."""
    by_column = []
    for column in columns:
        spreads = {
            name: results.spread(column, *results.groups_of(name)) for name in config.planner_names
        }
        by_column.append(cells(spreads, column))
    return {name: [found[name] for found in by_column] for name in config.planner_names}


def _named_rows(config: BenchConfig, rows: Sequence[Sequence[Cell]]) -> list[Row]:
    labels = looks(config.planner_names).values()
    return [Row(look.label, row) for look, row in zip(labels, rows, strict=True)]


def _by_target(results: Results, config: BenchConfig, start: str, column: str) -> Table:
    targets, labels = config.target_names, looks(config.planner_names)
    by_target = {
        target: cells(
            {name: results.spread(column, (name, target, start)) for name in labels}, column
        )
        for target in targets
    }
    rows = [
        Row(look.label, [by_target[target][name] for target in targets])
        for name, look in labels.items()
    ]
    unit = COLUMNS[column].rpartition("(")[2].rstrip(")")
    title = f"{column} ({unit}), start {start}"
    return Table(title, ["planner", *targets], [*rows, *_floor_rows(results, targets, column)])


def _floor_rows(results: Results, targets: Sequence[str], column: str) -> Iterable[Row]:
    least: dict[str, list[float]] = {target: [] for target in targets}
    drawn: dict[str, list[float]] = {target: [] for target in targets}
    for trial in results.trials:
        if trial.references is not None:
            references, target = trial.references, trial.config.target
            best = references.quantised.get(column, nan)
            least[target].append(references.least_kl if column == "kl_fit" else best)
            drawn[target].append(references.iid.get(column, nan))
    lowest = "least possible" if column == "kl_fit" else "best known placement"
    for name, found in ((lowest, least), ("random draws", drawn)):
        # A target that is drawn is another one with each seed.
        medians = [float(np.median(found[target])) if found[target] else nan for target in targets]
        if any(map(isfinite, medians)):
            yield Row(name, [Cell(number(median)) for median in medians])
