"""How a comparison looks in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from bildsim.api.comparison import SHOWN, trials_of

if TYPE_CHECKING:
    from bildsim.api.comparison import Comparison

_MARKED = ("kl_fit", "w2", "js_kde")
"""Columns in which the best of a target and start is set in bold."""


def comparison_html(found: Comparison) -> str:
    """Return a comparison as a table in HTML, the best of each target and start in bold."""
    heads = found.heads()
    head = "".join(f"<th>{escape(name)}</th>" for name in (*heads, "trials", *SHOWN.values()))
    best = _best(found.table)
    lines = "".join(_line(found, row, heads, best) for row in found.table)
    failures = "".join(f"<li>{escape(reason)}</li>" for reason in found.reasons())
    failed = f"<p>Failed:</p><ul>{failures}</ul>" if failures else ""
    return (
        f"<div style='overflow-x:auto'><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
        f"<p>Median (quartiles) over seeds at the end; less is better.</p>{failed}"
    )


def _best(table: Sequence[dict[str, Any]]) -> set[tuple[int, str]]:
    """Return which cells, by row and column, are least among those of the same place."""
    found = set()
    for name in _MARKED:
        places = {(row["target"], row["start"]) for row in table}
        for place in places:
            here = {
                number: row[name]
                for number, row in enumerate(table)
                if (row["target"], row["start"]) == place and name in row
            }
            if len(here) > 1:
                found.add((min(here, key=lambda number: here[number]), name))
    return found


def _weight(best: bool) -> str:
    return "font-weight:bold" if best else ""


def _line(
    found: Comparison, row: dict[str, Any], heads: Sequence[str], best: set[tuple[int, str]]
) -> str:
    number = next(k for k, other in enumerate(found.table) if other is row)
    names = [
        f'<td style="text-align:left;white-space:nowrap">{escape(text)}</td>'
        for text in (*(str(row[head]) for head in heads), trials_of(row))
    ]
    values = [
        f'<td style="text-align:right;white-space:nowrap;{_weight((number, name) in best)}">'
        f"{escape(cell)}</td>"
        for name, cell in zip(SHOWN, found.cells(row), strict=True)
    ]
    return f"<tr>{''.join(names)}{''.join(values)}</tr>"
