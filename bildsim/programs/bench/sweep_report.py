"""What a robustness sweep leaves: tables, plots and a report, by the value of what was varied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bildsim.programs.bench.html import Row, Section, Table, cells, embedded, rendered
from bildsim.programs.plots.degradation import degradation_figure
from bildsim.programs.plots.files import Drawing, Plot
from bildsim.programs.plots.over_time import time_figure
from bildsim.programs.plots.style import looks
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import Results
from bildsim.programs.sweep.results import Table as CsvTable
from bildsim.programs.sweep.variables import Sweep
from bildsim.simulation.measurements import COLUMNS

ByValue = Mapping[float, Results]
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


def report(by_value: ByValue, sweep: Sweep, config: BenchConfig, plots: Sequence[Plot]) -> str:
    """Return the report as HTML, with all images in it and no link to anywhere else."""
    everything = list(by_value.values())
    trials = sum(len(results.trials) for results in everything)
    failed = sum(len(results.failed) for results in everything)
    headline = (
        f"{trials} trials with {len(by_value)} values of {sweep.name}: "
        f"{len(config.planner_names)} planners, {len(config.target_names)} targets, "
        f"{len(config.start_names)} starts, {len(config.seed_numbers)} seeds; {failed} failed. "
        "Every planner has the same starts, seeds, physics and tracking."
    )
    return rendered(headline, config, everything, _sections(by_value, sweep, config, plots))


def _sections(
    by_value: ByValue, sweep: Sweep, config: BenchConfig, plots: Sequence[Plot]
) -> Iterable[Section]:
    drawn: dict[str, list[Mapping[str, str]]] = {}
    for plot in plots:
        drawn.setdefault(plot.path.stem.partition("_")[0], []).append(embedded(plot))
    yield Section("degradation", f"By {sweep.condition.label}", plots=drawn.get("degradation", []))
    yield Section(
        "tables",
        "Tables",
        "Medians over the seeds with quartiles; the best of a column is marked.",
        [
            _table(by_value, config, target, start, column)
            for target in config.target_names
            for start in config.start_names
            for column in _JUDGED
        ],
    )
    yield Section("time", "Over time", plots=drawn.get("time", []))


def _table(by_value: ByValue, config: BenchConfig, target: str, start: str, column: str) -> Table:
    labels = looks(config.planner_names)
    columns = [
        cells({name: results.spread(column, (name, target, start)) for name in labels}, column)
        for results in by_value.values()
    ]
    rows = [Row(look.label, [found[name] for found in columns]) for name, look in labels.items()]
    unit = COLUMNS[column].rpartition("(")[2].rstrip(")")
    titles = ["planner", *(f"{value:g}" for value in by_value)]
    return Table(f"{column} ({unit}), {target}, start {start}", titles, rows)
