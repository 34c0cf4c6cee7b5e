"""The report of a sweep: one HTML file with its tables and plots, which needs nothing beside it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from bildsim.bench_options import BenchConfig
from bildsim.bench_plots import Plot
from bildsim.config_file import to_toml
from bildsim.measurements import COLUMNS
from bildsim.plot_style import looks
from bildsim.results_table import SCORE, Group, Results, Spread
from bildsim.versions import versions

_TEMPLATE = "bench_report.html.jinja"
_LARGER_IS_BETTER = (SCORE,)
_OVERVIEW = ("score_w2", "score_js_kde", "kl_fit", "w2", "js_kde", "path_length_m", "bytes_sent")
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
        [_overview(results, config)],
    )
    yield _Section("scores", "Scores", plots=drawn.get("score", []))
    yield _Section(
        "targets",
        "By target and start",
        "Medians over the seeds with quartiles. The row 'least' is what the density family allows "
        "(kl_fit) or the best known placement gets; 'random draws' is the mean of draws from the "
        "target.",
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


def _overview(results: Results, config: BenchConfig) -> _Table:
    columns = [name for name in _OVERVIEW if name in results.columns]
    groups = {
        name: [group for group in results.groups if group[0] == name]
        for name in config.planner_names
    }
    cells = {
        column: _cells({name: results.spread(column, *groups[name]) for name in groups}, column)
        for column in columns
    }
    labels = looks(config.planner_names)
    rows = []
    for name, own in groups.items():
        failed = sum(len(results.groups[group]) - len(results.of(group)) for group in own)
        times = [t.result["wall"]["plan_mean_ms"] for group in own for t in results.of(group)]
        time = _Cell(_number(Spread.of(np.array(times)).median) if times else "")
        row = [_Cell(str(failed)), *(cells[column][name] for column in columns), time]
        rows.append(_Row(labels[name].label, row))
    return _Table("", ["planner", "failed", *columns, "planner's ms a robot a tick"], rows)


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
            judges = trial.floors.judges
            best = trial.floors.kl if column == "kl_fit" else judges.quantised.get(column, nan)
            least[trial.config.target].append(best)
            drawn[trial.config.target].append(judges.iid.get(column, nan))
    for name, found in (("least", least), ("random draws", drawn)):
        # A target that is drawn is another one with each seed.
        medians = [float(np.median(found[target])) if found[target] else nan for target in targets]
        if any(map(isfinite, medians)):
            yield _Row(name, [_Cell(_number(median)) for median in medians])


def _cells(spreads: Mapping[str, Spread | None], column: str) -> dict[str, _Cell]:
    """Return a column's cells by planner, the best one marked where there is a choice."""
    medians = [spread.median for spread in spreads.values() if spread is not None]
    best = nan
    if len(medians) > 1 and column not in ("path_length_m", "bytes_sent"):
        best = max(medians) if column.startswith(_LARGER_IS_BETTER) else min(medians)
    return {
        name: _Cell("failed")
        if spread is None
        else _Cell(
            _number(spread.median),
            f"{_number(spread.low)} – {_number(spread.high)}",
            spread.median == best,
        )
        for name, spread in spreads.items()
    }


def _number(value: float) -> str:
    """Return a number of three or four figures for people."""
    if not isfinite(value):
        return "" if value != value else str(value)
    if abs(value) >= 1e5:
        return f"{value / 1e6:.3g} M"
    return (
        f"{value:.0f}"
        if abs(value) >= 1e3
        else f"{value:.4f}"
        if abs(value) < 1
        else f"{value:.3g}"
    )


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
            SCORE + judge: f"(random draws - {judge}) / (random draws - best known placement)"
            for judge in COLUMNS
        },
    }
    known = {**COLUMNS, **own}
    return [(name, known[name]) for name in results.columns]
