"""The tables of an attribution: a row a rung for machines, a row a case for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from bildsim.programs.attribute.ablation import JUDGES, Attribution, MeanPart, Shares, case_of
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
    """Return rungs.csv: a row a trial and rung, with the judges' values and what the rung added."""
    columns = [name for judge in JUDGES for name in (judge, f"{judge}_part")]
    keys = (*_KEYS, "seed", "rung", "added", "status")
    return CsvTable((*keys, *columns, "reason"), list(_rungs(attributions))).csv()


def _rungs(attributions: Sequence[Attribution]) -> Iterator[dict[str, Any]]:
    for item in attributions:
        case = dict(zip(_KEYS, case_of(item.config), strict=True))
        for number, (rung, result) in enumerate(zip(item.rungs, item.results, strict=True)):
            row: dict[str, Any] = {**case, "seed": item.config.seed, "rung": number}
            row |= {"added": rung.name, "status": result["status"], "reason": result["reason"]}
            if result["status"] == DONE:
                row |= {judge: float(item.values[judge][number]) for judge in JUDGES}
            if number and item.done:
                row |= {f"{judge}_part": float(item.parts[judge][number - 1]) for judge in JUDGES}
            yield row


def parts_csv(found: Sequence[Shares]) -> str:
    """Return parts.csv: a row a case and rung with means over the seeds and standard errors.

    The last row of a case, ``whole gap``, is the last rung less the first.
    """
    columns = [name for judge in JUDGES for name in (judge, f"{judge}_error")]
    return CsvTable((*_KEYS, "seeds", "part", *columns), list(_parts(found))).csv()


def _parts(found: Sequence[Shares]) -> Iterator[dict[str, Any]]:
    for item in found:
        case = {**dict(zip(_KEYS, item.case, strict=True)), "seeds": item.seeds}
        for number, name in enumerate(item.names[1:]):
            yield {**case, "part": name, **_cells({j: item.parts[j][number] for j in JUDGES})}
        yield {**case, "part": "whole gap", **_cells(item.gaps)}


def _cells(parts: Mapping[str, MeanPart]) -> dict[str, float]:
    means = {judge: part.mean for judge, part in parts.items()}
    return means | {f"{judge}_error": part.error for judge, part in parts.items()}


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
    gaps = {judge: [gap] for judge, gap in found.gaps.items()}
    _add(table, "= whole gap", gaps, 0, "{:+.4f}")
    _add(table, "as asked for", found.values, -1, "{:.4f}")
    return table


def _add(
    table: Table, name: str, parts: Mapping[str, Sequence[MeanPart]], number: int, form: str
) -> None:
    table.add_row(name, *(form.format(parts[judge][number].mean) for judge in _HEADINGS))
