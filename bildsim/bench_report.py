"""The report of a sweep: one HTML file with its tables and plots, which needs nothing beside it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, isnan, nan
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from bildsim.bench_options import BenchConfig
from bildsim.bench_plots import Plot
from bildsim.config_file import to_toml
from bildsim.measurements import COLUMNS
from bildsim.plot_style import looks
from bildsim.results_table import SCORE, SETTLING, Group, Results, Spread
from bildsim.versions import versions

_TEMPLATE = "bench_report.html.jinja"
_QUALITY = ("score_w2", "score_js_kde", "kl_fit", "w2", "js_kde")
_COST = ("path_length_m", "saturated", "contacts", "messages_sent", "bytes_sent")
_BY_TARGET = ("kl_fit", "w2", "js_kde")


@dataclass(frozen=True)
class _Cell:
    text: str
    range: str = ""
    best: bool = False


@dataclass(frozen=True)
class _Row:
    name: str
    cells: Sequence[_Cell]


@dataclass(frozen=True)
class _Table:
    title: str
    titles: Sequence[str]
    rows: Sequence[_Row]


@dataclass(frozen=True)
class _Section:
    anchor: str
    title: str
    note: str = ""
    tables: Sequence[_Table] = ()
    plots: Sequence[Mapping[str, str]] = field(default_factory=tuple)


def report(results: Results, config: BenchConfig, plots: Sequence[Plot]) -> str:
    """Return the report as HTML, with all images in it and no link to anywhere else.

    Args:
        results: the trials.
        config: the sweep.
        plots: what was drawn of them.
    """
    environment = Environment(
        loader=PackageLoader("bildsim", ""), autoescape=True, undefined=StrictUndefined
    )
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment.get_template(_TEMPLATE).render(
        trials=len(results.trials),
        planners=config.planner_names,
        targets=config.target_names,
        starts=config.start_names,
        seeds=len(config.seed_numbers),
        failed=_failures(results),
        sections=list(_sections(results, config, plots)),
        settings=to_toml(config),
        columns=_meanings(results),
        versions=list(versions().items()),
    )


def _sections(results: Results, config: BenchConfig, plots: Sequence[Plot]) -> Iterable[_Section]:
    drawn: dict[str, list[Mapping[str, str]]] = {}
    for plot in plots:
        drawn.setdefault(plot.path.stem.partition("_")[0], []).append(_embedded(plot))
    yield _Section(
        "overview",
        "Overview",
        "Medians over all targets, starts and seeds, with quartiles; the best of a column is "
        "marked. Scores: 0 is what random draws from the target get, 1 the best known placement. "
        "kl_fit is what BILD-MACRO itself descends.",
        [_quality(results, config), _cost(results, config)],
    )
    yield _Section("scores", "Scores", plots=drawn.get("score", []))
    yield _Section(
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
    yield _Section("time", "Over time", plots=drawn.get("time", []))
    yield _Section("cost", "Cost against quality", plots=drawn.get("cost", []))
    yield _Section("final", "Final configurations", plots=drawn.get("final", []))


def _embedded(plot: Plot) -> dict[str, str]:
    data = base64.b64encode(plot.path.read_bytes()).decode("ascii")
    return {"title": plot.title, "caption": plot.caption, "data": data}


def _quality(results: Results, config: BenchConfig) -> _Table:
    columns = [name for name in _QUALITY if name in results.columns]
    rows = _overall(results, config, columns)
    counted = []
    for name, cells in rows.items():
        own = _groups(results, name)
        failed = sum(len(results.groups[group]) - len(results.of(group)) for group in own)
        counted.append([*cells, _Cell(str(failed))])
    return _Table("Quality", ["planner", *columns, "failed"], _named_rows(config, counted))


def _cost(results: Results, config: BenchConfig) -> _Table:
    columns = [name for name in _COST if name in results.columns]
    timed = []
    for name, cells in _overall(results, config, columns).items():
        trials = [trial for group in _groups(results, name) for trial in results.of(group)]
        times = np.array([trial.result["wall"]["plan_mean_ms"] for trial in trials])
        spread = Spread.of(times) if times.size else None
        timed.append([*cells, _cell(spread, best=False)])
    titles = ["planner", *columns, "planner (ms a robot a tick)"]
    return _Table("Cost", titles, _named_rows(config, timed))


def _groups(results: Results, planner: str) -> list[Group]:
    return [group for group in results.groups if group[0] == planner]


def _overall(
    results: Results, config: BenchConfig, columns: Sequence[str]
) -> dict[str, list[_Cell]]:
    """Return each planner's cells, over all of its trials."""
    by_column = []
    for column in columns:
        spreads = {
            name: results.spread(column, *_groups(results, name)) for name in config.planner_names
        }
        by_column.append(_cells(spreads, column))
    return {name: [cells[name] for cells in by_column] for name in config.planner_names}


def _named_rows(config: BenchConfig, rows: Sequence[Sequence[_Cell]]) -> list[_Row]:
    labels = looks(config.planner_names).values()
    return [_Row(look.label, cells) for look, cells in zip(labels, rows, strict=True)]


def _by_target(results: Results, config: BenchConfig, start: str, column: str) -> _Table:
    targets, labels = config.target_names, looks(config.planner_names)
    by_target = {
        target: _cells(
            {name: results.spread(column, (name, target, start)) for name in labels}, column
        )
        for target in targets
    }
    rows = [
        _Row(look.label, [by_target[target][name] for target in targets])
        for name, look in labels.items()
    ]
    unit = COLUMNS[column].rpartition("(")[2].rstrip(")")
    title = f"{column} ({unit}), start {start}"
    return _Table(title, ["planner", *targets], [*rows, *_floor_rows(results, targets, column)])


def _floor_rows(results: Results, targets: Sequence[str], column: str) -> Iterable[_Row]:
    least: dict[str, list[float]] = {target: [] for target in targets}
    drawn: dict[str, list[float]] = {target: [] for target in targets}
    for trial in results.trials:
        if trial.floors is not None:
            floors, target = trial.floors, trial.config.target
            best = floors.quantised.get(column, nan)
            least[target].append(floors.least_kl if column == "kl_fit" else best)
            drawn[target].append(floors.iid.get(column, nan))
    lowest = "least possible" if column == "kl_fit" else "best known placement"
    for name, found in ((lowest, least), ("random draws", drawn)):
        # A target that is drawn is another one with each seed.
        medians = [float(np.median(found[target])) if found[target] else nan for target in targets]
        if any(map(isfinite, medians)):
            yield _Row(name, [_Cell(_number(median)) for median in medians])


def _cells(spreads: Mapping[str, Spread | None], column: str) -> dict[str, _Cell]:
    """Return a column's cells by planner, the best one marked where there is a choice."""
    medians = [spread.median for spread in spreads.values() if spread is not None]
    best = nan
    if len(medians) > 1 and column not in _COST:
        best = max(medians) if column.startswith(SCORE) else min(medians)
    return {
        name: _cell(spread, best=spread is not None and spread.median == best)
        for name, spread in spreads.items()
    }


def _cell(spread: Spread | None, *, best: bool) -> _Cell:
    if spread is None:
        return _Cell("failed")
    low, high = _number(spread.low), _number(spread.high)
    return _Cell(_number(spread.median), "" if low == high else f"{low} – {high}", best)


def _number(value: float) -> str:
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


def _meanings(results: Results) -> list[tuple[str, Any]]:
    own = {
        "kl_floor": "least kl_fit that the density family allows for the target (nats)",
        **{
            column: f"time from which on {judge} stays below its threshold (s); see bildsim.floors"
            for judge, column in SETTLING.items()
        },
        **{
            SCORE + judge: f"(random draws - {judge}) / (random draws - best known placement)"
            for judge in COLUMNS
        },
    }
    known = {**COLUMNS, **own}
    return [(name, known[name]) for name in results.columns]
