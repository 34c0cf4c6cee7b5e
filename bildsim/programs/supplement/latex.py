"""Tables for a paper written in LaTeX, with the lines of the package booktabs."""

from __future__ import annotations

from collections.abc import Iterator

from bildsim.basics.names import shown
from bildsim.programs.supplement.table import Column, Shown, Table

_SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "*": r"\textasteriskcentered{}",
    "−": "$-$",
    "–": "--",
    "—": "---",
    "…": r"\ldots{}",
    "↓": r"$\downarrow$",
    "↑": r"$\uparrow$",
    "∞": r"$\infty$",
    "×": r"$\times$",
    "²": r"\textsuperscript{2}",
    "✓": r"$\bullet$",
}


def escaped(text: str) -> str:
    """Return text as LaTeX that prints it."""
    return "".join(_SIGNS.get(sign, sign) for sign in shown(text))


def latex(table: Table) -> str:
    """Return a table as a float of LaTeX, which needs the package booktabs."""
    return "\n".join(_lines(table)) + "\n"


def _lines(table: Table) -> Iterator[str]:
    ranges = [table.has_ranges(number) for number in range(len(table.columns))]
    spec = "".join("r@{~}l" if two else _align(table, k) for k, two in enumerate(ranges))
    yield "% needs \\usepackage{booktabs}; made by bildsim"
    yield r"\begin{table}"
    yield r"\centering\footnotesize"
    yield rf"\caption{{{escaped(table.caption)}}}"
    yield rf"\label{{tab:{_label(table.name)}}}"
    yield rf"\begin{{tabular}}{{l{spec}}}"
    yield r"\toprule"
    yield from _groups(table, ranges)
    titles = [_title(column, ranged) for column, ranged in zip(table.columns, ranges, strict=True)]
    yield " & ".join([escaped(table.stub), *titles]) + r" \\"
    yield r"\midrule"
    compete = True
    for row, cells in zip(table.rows, table.shown, strict=True):
        if compete and not row.ranked:
            yield r"\midrule"
        compete = row.ranked
        words = [_cell(cell, ranged) for cell, ranged in zip(cells, ranges, strict=True)]
        yield " & ".join([escaped(row.name), *words]) + r" \\"
    yield r"\bottomrule"
    yield r"\end{tabular}"
    yield r"\end{table}"


def _align(table: Table, number: int) -> str:
    return "r" if table.is_number(number) else "l"


def _groups(table: Table, ranges: list[bool]) -> Iterator[str]:
    if not table.groups:
        return
    cells, rules, place, column = [""], [], 0, 2
    for group, count in table.groups:
        width = count + sum(ranges[place : place + count])
        cells.append(rf"\multicolumn{{{width}}}{{c}}{{{escaped(group)}}}")
        if group:
            rules.append(rf"\cmidrule(lr){{{column}-{column + width - 1}}}")
        place, column = place + count, column + width
    yield " & ".join(cells) + r" \\"
    yield "".join(rules)


def _title(column: Column, ranged: bool) -> str:
    text = escaped(column.heading)
    return rf"\multicolumn{{2}}{{c}}{{{text}}}" if ranged else text


def _cell(cell: Shown, ranged: bool) -> str:
    text = escaped(cell.text) + (f"$^{{{cell.mark}}}$" if cell.mark else "")
    if cell.rank == "best":
        text = rf"\textbf{{{text}}}"
    elif cell.rank == "tied":
        text = rf"\textbf{{{text}}}$^{{=}}$"
    return f"{text} & {escaped(cell.range)}" if ranged else text


def _label(name: str) -> str:
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name)
