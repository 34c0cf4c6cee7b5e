"""The tables of a comparison for people: medians over seeds, by start, target and planner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isfinite, nan

import numpy as np

from bildsim.controllers.registry import knowledge_of
from bildsim.programs.plots.style import looks
from bildsim.programs.supplement.table import ARROWS, Better, Cell, Column, Row, Table
from bildsim.programs.sweep.comparisons import pooled, starts_of
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import SCORE, Results, Spread
from bildsim.simulation.measurements import COLUMNS
from bildsim.simulation.tracking_error import TRACKING_COLUMNS

NOT_STATED, NOT_POOLED, FAILED = "not stated", "—", "failed"
_QUALITY = ("score_w2", "score_js_kde", "w2", "kl_fit", "js_kde", *TRACKING_COLUMNS)
BY_TARGET = ("w2", "kl_fit", "js_kde")
_SCORE_DECIMALS = 2


def better(column: str) -> Better:
    """Return which way of a column is better."""
    return "more" if column.startswith(SCORE) else "less"


def unit_of(column: str) -> str:
    """Return the unit of a column of results.csv; empty for scores."""
    return "" if column.startswith(SCORE) else COLUMNS[column].rpartition("(")[2].rstrip(")")


def heading(column: str) -> str:
    """Return a column's name, unit and direction."""
    unit = unit_of(column)
    return f"{_name(column)}{f' ({unit})' if unit else ''} {ARROWS[better(column)]}"


def _name(column: str) -> str:
    return f"score by {column.removeprefix(SCORE)}" if column.startswith(SCORE) else column


def needs(planner: str) -> str:
    """Return in a few words what a planner must know."""
    known = knowledge_of(planner)
    return NOT_STATED if known is None else str(known)


def labels(config: BenchConfig) -> dict[str, str]:
    """Return what each planner is called in tables."""
    return {name: look.label for name, look in looks(config.planner_names).items()}


def quality_tables(results: Results, config: BenchConfig) -> list[Table]:
    """Return scores, and what they are of, by start and over all starts that are comparable."""
    columns = [name for name in _QUALITY if results.has(name)]
    found = []
    for name, title, scores in (("scores", "Scores", True), ("distances", "Distances", False)):
        chosen = [column for column in columns if column.startswith(SCORE) == scores]
        if chosen:
            found.append(_quality(results, config, chosen, (name, title)))
    return found


def _quality(
    results: Results, config: BenchConfig, columns: Sequence[str], called: tuple[str, str]
) -> Table:
    heads, cells = (
        [Column("must know")],
        {name: [Cell(words=needs(name))] for name in config.planner_names},
    )
    for column in columns:
        decimals = _SCORE_DECIMALS if column.startswith(SCORE) else None
        for start, value in _by_start(results, config, column):
            found = {name: value(name) for name in config.planner_names}
            # Where some have no figure the best of the others is not the best of all.
            whole = all(item.words != NOT_POOLED for item in found.values())
            title, group = (start, heading(column)) if len(config.start_names) > 1 else ("", "")
            heads.append(
                Column(
                    title or _name(column),
                    "" if title else unit_of(column),
                    better(column),
                    group,
                    whole,
                    decimals,
                )
            )
            for name in config.planner_names:
                cells[name].append(found[name])
    if results.failed:
        heads.append(Column("failed", "trials"))
        for name in config.planner_names:
            own = results.groups_of(name)
            lost = sum(len(results.groups[group]) - len(results.of(group)) for group in own)
            cells[name].append(Cell(float(lost)))
    rows = [Row(label, cells[name]) for name, label in labels(config).items()]
    return Table(called[0], _quality_caption(called[1], rows), "planner", heads, rows)


def _quality_caption(title: str, rows: Sequence[Row]) -> str:
    scale = " (0: random draws from the target, 1: the best known placement)"
    caption = (
        f"{title}{scale if title == 'Scores' else ''}: medians over targets and seeds. ↑: more is "
        "better, ↓: less is better; the best of a column is marked, and = stands where several are "
        "alike in all digits shown."
    )
    if any(cell.words == NOT_POOLED for row in rows for cell in row.cells):
        caption += (
            f" {NOT_POOLED}: the starts differ by an order of magnitude (scores: by more than 1), "
            "so that a median over them would say nothing of either."
        )
    return caption


def _by_start(
    results: Results, config: BenchConfig, column: str
) -> Iterator[tuple[str, Callable[[str], Cell]]]:
    """Yield a column a start and, of several, one for all: its title and each planner's cell."""
    found = {name: starts_of(results, column, name) for name in config.planner_names}

    def one(start: str) -> Callable[[str], Cell]:
        return lambda name: _cell_of(found[name].get(start))

    for start in config.start_names:
        yield start, one(start)
    if len(config.start_names) > 1:

        def everything(name: str) -> Cell:
            value = pooled(results, column, name)
            return (
                _cell_of(value) if value is not None or not found[name] else Cell(words=NOT_POOLED)
            )

        yield "all", everything


def _cell_of(value: float | None) -> Cell:
    return Cell(words=FAILED) if value is None else Cell(value)


def cell(spread: Spread | None, scale: float = 1.0) -> Cell:
    """Return a median with its quartiles."""
    if spread is None:
        return Cell(words=FAILED)
    return Cell(scale * spread.median, scale * spread.low, scale * spread.high)


def target_table(results: Results, config: BenchConfig, start: str, column: str) -> Table:
    """Return medians and quartiles over the seeds by target, and what they are measured by."""
    targets = config.target_names
    rows = [
        Row(label, [cell(results.spread(column, (name, target, start))) for target in targets])
        for name, label in labels(config).items()
    ]
    group = heading(column)
    caption = (
        f"{column} ({unit_of(column)}) by target, start {start}: medians over the seeds with "
        "quartiles. Below the line, what there is to reach."
    )
    return Table(
        f"{column}_{start}",
        caption,
        "planner",
        [Column(target, "", better(column), group) for target in targets],
        [*rows, *_references(results, targets, column)],
    )


def _references(results: Results, targets: Sequence[str], column: str) -> Iterable[Row]:
    least: dict[str, list[float]] = {target: [] for target in targets}
    drawn: dict[str, list[float]] = {target: [] for target in targets}
    for trial in results.trials:
        if trial.references is not None:
            references, target = trial.references, trial.config.target
            best = references.quantised.get(column, nan)
            least[target].append(references.least_kl if column == "kl_fit" else best)
            drawn[target].append(references.iid.get(column, nan))
    lowest = "least possible" if column == "kl_fit" else "best known placement"
    for name, found in ((lowest, least), ("random draws, mean", drawn)):
        # A target that is drawn is another one with each seed.
        medians = [float(np.median(found[target])) if found[target] else nan for target in targets]
        if any(map(isfinite, medians)):
            yield Row(name, [Cell(median) for median in medians], ranked=False)
