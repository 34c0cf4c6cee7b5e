"""What a robustness sweep leaves: tables, plots and a report, by the value of what was varied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from bildsim.programs.bench.costs import knowledge_table
from bildsim.programs.bench.findings import few_seeds, headline, what_was_run
from bildsim.programs.bench.origin import facts, failures, meanings
from bildsim.programs.bench.tables import (
    better,
    cell,
    heading,
    labels,
    unit_of,
)
from bildsim.programs.config.toml_file import to_toml
from bildsim.programs.plots.degradation import degradation_figure
from bildsim.programs.plots.files import Drawing, Plot
from bildsim.programs.plots.over_time import time_figure
from bildsim.programs.supplement.origin import command
from bildsim.programs.supplement.page import Page, Section
from bildsim.programs.supplement.table import Cell, Column, Row, Table
from bildsim.programs.sweep.comparisons import (
    COMPARED,
    Comparison,
    Verdict,
    comparisons,
    paired_table,
    reference_planner,
)
from bildsim.programs.sweep.config import PROGRAM, BenchConfig
from bildsim.programs.sweep.results import Results
from bildsim.programs.sweep.results import Table as CsvTable
from bildsim.programs.sweep.variables import Sweep

ByValue = Mapping[float, Results]
ByTests = Mapping[float, Sequence[Comparison]]
_JUDGED = ("kl_fit", "w2")


def tables(by_value: ByValue, sweep: Sweep) -> dict[str, CsvTable]:
    """Return a sweep's tables by file name: those of each value, with columns for it in front."""
    parts = {value: results.tables() for value, results in by_value.items()}
    first = next(iter(parts.values()))
    return {name: _joined({v: found[name] for v, found in parts.items()}, sweep) for name in first}


def _joined(parts: Mapping[float, CsvTable], sweep: Sweep) -> CsvTable:
    columns = dict.fromkeys(name for part in parts.values() for name in part.columns)
    rows: list[dict[str, Any]] = [
        {"sweep": sweep.name, "value": value, **row}
        for value, part in parts.items()
        for row in part.rows
    ]
    return CsvTable(("sweep", "value", *columns), rows)


def drawings(by_value: ByValue, sweep: Sweep, config: BenchConfig) -> Iterator[Drawing]:
    """Yield the plots: results over the values for each target, and curves over time."""
    for target in config.target_names:
        yield (
            f"degradation_{target}",
            f"By {sweep.name}: {target}",
            "Medians over the seeds with quartiles. A swarm has settled when its w2 stays under "
            "halfway between random draws and the best known placement.",
            lambda target=target: degradation_figure(  # type: ignore[misc]
                by_value, sweep, config, target
            ),
        )
    for value, results in by_value.items():
        for target in config.target_names:
            yield (
                f"time_{sweep.name}_{value:g}_{target}",
                f"Over time: {sweep.name} {value:g}, {target}",
                "Median over the seeds, with a band between the quartiles. Dashed: the least KL "
                "that the density family allows, and the w2 of the best known placement.",
                lambda results=results, target=target: time_figure(  # type: ignore[misc]
                    results, config, target
                ),
            )


def compared(by_value: ByValue, config: BenchConfig) -> dict[float, list[Comparison]]:
    """Return the paired tests over the seeds at each value."""
    places = list(product(config.target_names, config.start_names))
    return {
        value: comparisons(results, config.planner_names, places)
        for value, results in by_value.items()
    }


def paired(tests: ByTests, sweep: Sweep, config: BenchConfig) -> CsvTable:
    """Return all paired tests, with columns for the value in front."""
    reference = reference_planner(config.planner_names)
    return _joined({v: paired_table(found, reference) for v, found in tests.items()}, sweep)


def report(
    by_value: ByValue, sweep: Sweep, config: BenchConfig, plots: Sequence[Plot], tests: ByTests
) -> Page:
    """Return the page of a sweep.

    Args:
        by_value: the trials.
        sweep: what was varied.
        config: what was run.
        plots: what was drawn of them.
        tests: the paired tests by value.
    """
    everything = list(by_value.values())
    trials = sum(len(results.trials) for results in everything)
    failed = sum(len(results.failed) for results in everything)
    values = ", ".join(f"{value:g}" for value in by_value)
    abstract = (
        what_was_run(trials, failed, config),
        f"All of it was run with {len(by_value)} values of {sweep.name}, {sweep.condition.label}: "
        f"{values}.",
        *(_at(value, by_value[value], sweep, config) for value in _ends(by_value)),
    )
    return Page(
        title=f"How {len(config.planner_names)} planners bear {sweep.name}",
        abstract=abstract,
        sections=list(_sections(by_value, sweep, config, plots, tests)),
        command=command(PROGRAM, config),
        settings=to_toml(config),
        warnings=[sentence for sentence in (few_seeds(config),) if sentence],
        facts=facts(everything, config),
        meanings=meanings(everything),
    )


def _ends(by_value: ByValue) -> list[float]:
    values = list(by_value)
    return values if len(values) == 1 else [values[0], values[-1]]


def _at(value: float, results: Results, sweep: Sweep, config: BenchConfig) -> str:
    said = headline(results, config)
    return f"At {sweep.name} {value:g}: {said or 'no trial was done.'}"


def _sections(
    by_value: ByValue, sweep: Sweep, config: BenchConfig, plots: Sequence[Plot], tests: ByTests
) -> Iterable[Section]:
    drawn: dict[str, list[Plot]] = {}
    for plot in plots:
        drawn.setdefault(plot.path.stem.partition("_")[0], []).append(plot)
    yield Section("degradation", f"By {sweep.condition.label}", parts=drawn.get("degradation", []))
    yield Section("knowledge", "What a planner must know", parts=[knowledge_table(config)])
    counts = [counted_by_value(tests, sweep, config, metric) for metric in COMPARED]
    shown = [table for table in counts if table is not None]
    if shown:
        yield Section("paired", "Differences between planners", parts=shown)
    yield Section(
        "tables",
        "By target and start",
        parts=[
            _table(by_value, sweep, config, (target, start), column)
            for target, start, column in product(config.target_names, config.start_names, _JUDGED)
        ],
    )
    yield Section("time", "Over time", parts=drawn.get("time", []))
    yield from failures(list(by_value.values()), config)


def counted_by_value(
    tests: ByTests, sweep: Sweep, config: BenchConfig, metric: str
) -> Table | None:
    """Return cases better and worse than the reference by value; None with too few seeds."""
    found = [item for items in tests.values() for item in items if item.metric == metric]
    if all(item.verdict is Verdict.TOO_FEW for item in found):
        return None
    reference, named = reference_planner(config.planner_names), labels(config)
    counts = Counter(
        (value, item.planner, item.verdict)
        for value, items in tests.items()
        for item in items
        if item.metric == metric
    )
    rows = [
        Row(
            label,
            [
                Cell(float(counts[value, name, verdict]))
                for value in tests
                for verdict in (Verdict.BETTER, Verdict.WORSE)
            ],
        )
        for name, label in named.items()
        if name != reference
    ]
    columns = [
        Column(verdict, group=f"{sweep.name} {value:g}")
        for value in tests
        for verdict in (Verdict.BETTER.value, Verdict.WORSE.value)
    ]
    caption = (
        f"{metric} against {named[reference]}: in how many cases, each a target and a start, a "
        "planner is better or worse by a paired t test over the seeds at 5 % with Holm's "
        "correction for the number of planners."
    )
    return Table(f"paired_{metric}", caption, "planner", columns, rows)


def _table(
    by_value: ByValue, sweep: Sweep, config: BenchConfig, place: tuple[str, str], column: str
) -> Table:
    rows = [
        Row(
            label,
            [cell(results.spread(column, (name, *place))) for results in by_value.values()],
        )
        for name, label in labels(config).items()
    ]
    target, start = place
    group = f"{heading(column)}"
    columns = [Column(f"{sweep.name} {value:g}", "", better(column), group) for value in by_value]
    caption = f"{column} ({unit_of(column)}), {target}, start {start}: medians with quartiles."
    return Table(f"{column}_{target}_{start}", caption, "planner", columns, rows)
