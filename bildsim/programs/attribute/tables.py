"""The tables of an attribution: a row a step for machines, a row a case for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from bildsim.programs.attribute.ablation import METRICS, Attribution, MeanPart, Shares, case_of
from bildsim.programs.sweep.results import Table as CsvTable
from bildsim.programs.sweep.trial import DONE

_KEYS = ("planner", "target", "start")
_HEADINGS = {
    "kl_fit": "kl_fit (nats)",
    "w2": "w2 (m)",
    "kl_fit_mean": "over time: kl_fit",
    "w2_mean": "w2",
}


def rungs_csv(attributions: Sequence[Attribution]) -> str:
    """Return rungs.csv: a row a trial and step, with the metrics and what the step added."""
    columns = [name for metric in METRICS for name in (metric, f"{metric}_part")]
    keys = (*_KEYS, "seed", "rung", "added", "status")
    return CsvTable((*keys, *columns, "reason"), list(_steps(attributions))).csv()


def _steps(attributions: Sequence[Attribution]) -> Iterator[dict[str, Any]]:
    for item in attributions:
        case = dict(zip(_KEYS, case_of(item.config), strict=True))
        for number, (step, result) in enumerate(zip(item.steps, item.results, strict=True)):
            row: dict[str, Any] = {**case, "seed": item.config.seed, "rung": number}
            row |= {"added": step.name, "status": result["status"], "reason": result["reason"]}
            if result["status"] == DONE:
                row |= {metric: float(item.values[metric][number]) for metric in METRICS}
            if number and item.done:
                row |= {
                    f"{metric}_part": float(item.parts[metric][number - 1]) for metric in METRICS
                }
            yield row


def parts_csv(found: Sequence[Shares]) -> str:
    """Return parts.csv: a row a case and step with means over the seeds and standard errors.

    The last row of a case, ``whole gap``, is the last step less the first.
    """
    columns = [name for metric in METRICS for name in (metric, f"{metric}_error")]
    return CsvTable((*_KEYS, "seeds", "part", *columns), list(_parts(found))).csv()


def _parts(found: Sequence[Shares]) -> Iterator[dict[str, Any]]:
    for item in found:
        case = {**dict(zip(_KEYS, item.case, strict=True)), "seeds": item.seeds}
        for number, name in enumerate(item.names[1:]):
            yield {**case, "part": name, **_cells({j: item.parts[j][number] for j in METRICS})}
        yield {**case, "part": "whole gap", **_cells(item.gaps)}


def _cells(parts: Mapping[str, MeanPart]) -> dict[str, float]:
    means = {metric: part.mean for metric, part in parts.items()}
    return means | {f"{metric}_error": part.error for metric, part in parts.items()}


def printed(found: Shares) -> Table:
    """Return a case's table for people."""
    planner, target, start = found.case
    title = f"{planner}, {target}, start {start}, mean of {found.seeds} seeds"
    table = Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="bold")
    table.add_column("")
    for heading in _HEADINGS.values():
        table.add_column(heading, justify="right")
    _add(table, found.names[0], found.values, 0, "{:.4f}")
    for number, name in enumerate(found.names[1:]):
        _add(table, f"+ {name}", found.parts, number, "{:+.4f}")
    gaps = {metric: [gap] for metric, gap in found.gaps.items()}
    _add(table, "= whole gap", gaps, 0, "{:+.4f}")
    _add(table, "as asked for", found.values, -1, "{:.4f}")
    return table


def _add(
    table: Table, name: str, parts: Mapping[str, Sequence[MeanPart]], number: int, form: str
) -> None:
    table.add_row(name, *(form.format(parts[metric][number].mean) for metric in _HEADINGS))
