"""Tables for people: directions and units in the header, even digits, the best marked."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import floor, isfinite, isnan, log10
from typing import Literal

import numpy as np

Better = Literal["less", "more", ""]
ARROWS = {"less": "↓", "more": "↑", "": ""}
_FIGURES, _MOST_DECIMALS = 3, 4


@dataclass(frozen=True)
class Column:
    """A column after that of the names.

    Attributes:
        title: its heading.
        unit: of its numbers; empty for words and for numbers without one.
        better: whether less or more is better; empty where neither is.
        group: a heading that it shares with the columns next to it.
        ranked: whether the best is marked. Costs have a direction, and the least is had by standing
            still.
        decimals: of all its numbers; by their size unless given.
        signed: whether positive numbers have a plus.
    """

    title: str
    unit: str = ""
    better: Better = ""
    group: str = ""
    ranked: bool = True
    decimals: int | None = None
    signed: bool = False

    @property
    def heading(self) -> str:
        """Title, unit and direction in one line; a direction that its group has is not repeated."""
        unit = f" ({self.unit})" if self.unit else ""
        arrow = ARROWS[self.better]
        return f"{self.title}{unit} {'' if self.group.endswith(arrow) else arrow}".strip()


@dataclass(frozen=True)
class Cell:
    """A number with its range, or words.

    Attributes:
        value: the number; None for words.
        low: lower end of its range; None where there is none.
        high: upper end.
        words: what stands there in place of a number.
        mark: a sign after it, such as * for a difference that is there.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    words: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Row:
    """A row: what it is of, and its cells.

    Attributes:
        name: the first column.
        cells: one a column.
        ranked: whether it competes for the best; what others are measured by does not.
    """

    name: str
    cells: Sequence[Cell]
    ranked: bool = True


@dataclass(frozen=True)
class Shown:
    """A cell as it is shown.

    Attributes:
        text: the number with its column's digits, or the words.
        range: the ends of its range with the same digits; empty where there is none.
        mark: a sign after it.
        rank: ``best`` or ``tied`` (as good as the best in all digits shown), else empty.
        is_number: whether it is one.
    """

    text: str
    range: str = ""
    mark: str = ""
    rank: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        name: of its files, without an ending.
        caption: what it shows, a sentence or more.
        stub: heading of the names.
        columns: the others.
        rows: with as many cells each.
        brackets: whether ranges are confidence intervals, in brackets, and no quartiles.
    """

    name: str
    caption: str
    stub: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    brackets: bool = False

    @property
    def groups(self) -> list[tuple[str, int]]:
        """The headings over the titles with how many columns each stands over; empty for none."""
        found: list[tuple[str, int]] = []
        for column in self.columns:
            if found and found[-1][0] == column.group:
                found[-1] = (column.group, found[-1][1] + 1)
            else:
                found.append((column.group, 1))
        return found if any(group for group, _ in found) else []

    @cached_property
    def shown(self) -> list[list[Shown]]:
        """The cells of each row as they are shown."""
        columns = [self._shown(number) for number in range(len(self.columns))]
        return [[column[row] for column in columns] for row in range(len(self.rows))]

    def has_ranges(self, number: int) -> bool:
        """Whether any cell of a column has a range."""
        return any(row[number].range for row in self.shown)

    def is_number(self, number: int) -> bool:
        """Whether a column holds numbers, which stand to the right, and not words alone."""
        return any(row[number].is_number for row in self.shown)

    def _shown(self, number: int) -> list[Shown]:
        column = self.columns[number]
        cells = [row.cells[number] for row in self.rows]
        decimals = column.decimals
        if decimals is None:
            decimals = decimals_for([cell.value for cell in cells if cell.value is not None])
        texts = [_text(cell.value, cell.words, decimals, column.signed) for cell in cells]
        ranks = self._ranks(number, texts)
        return [
            Shown(
                text, self._range(cell, decimals, column), cell.mark, rank, cell.value is not None
            )
            for cell, text, rank in zip(cells, texts, ranks, strict=True)
        ]

    def _ranks(self, number: int, texts: Sequence[str]) -> list[str]:
        column = self.columns[number]
        rivals = {
            k: value
            for k, row in enumerate(self.rows)
            if row.ranked and (value := row.cells[number].value) is not None and isfinite(value)
        }
        ranks = [""] * len(texts)
        if not column.better or not column.ranked or len(rivals) < 2:
            return ranks
        choose = min if column.better == "less" else max
        best = choose(rivals, key=lambda k: rivals[k])
        alike = [k for k in rivals if texts[k] == texts[best]]
        for k in alike:
            ranks[k] = "best" if len(alike) == 1 else "tied"
        # Where all are alike there is no best.
        return [""] * len(texts) if len(alike) == len(rivals) else ranks

    def _range(self, cell: Cell, decimals: int, column: Column) -> str:
        if cell.value is None or cell.low is None or cell.high is None or isnan(cell.low):
            return ""
        low, high = (_text(end, "", decimals, column.signed) for end in (cell.low, cell.high))
        if self.brackets:
            return f"[{low}, {high}]"
        return "" if low == high else f"{low} – {high}"

    def csv(self) -> str:
        """Return the table for a CSV file: all digits, and columns for the ends of ranges."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([self.stub, *self._csv_titles()])
        for row in self.rows:
            writer.writerow([row.name, *self._csv_cells(row)])
        return text.getvalue()

    def _csv_titles(self) -> Iterator[str]:
        for number, column in enumerate(self.columns):
            unit = f" ({column.unit})" if column.unit else ""
            group = column.group.rstrip(f" {''.join(ARROWS.values())}")
            title = f"{group}, {column.title}" if group else column.title
            yield f"{title}{unit}"
            if self.has_ranges(number):
                yield from (f"{title}, {end}" for end in ("low", "high"))

    def _csv_cells(self, row: Row) -> Iterator[str]:
        for number, cell in enumerate(row.cells):
            # What is not shown is empty, as readers of numbers expect.
            words = "" if cell.words == "—" else cell.words
            yield words if cell.value is None else repr(float(cell.value))
            if self.has_ranges(number):
                for end in (cell.low, cell.high):
                    yield "" if end is None or isnan(end) else repr(float(end))


def decimals_for(values: Sequence[float]) -> int:
    """Return how many decimals a column needs: three figures of its middling number."""
    sizes = [abs(value) for value in values if value and isfinite(value)]
    if not sizes or all(value == round(value) for value in sizes):
        return 0
    middle = float(np.median(sizes))
    return min(_MOST_DECIMALS, max(0, _FIGURES - 1 - floor(log10(middle))))


def _text(value: float | None, words: str, decimals: int, signed: bool) -> str:
    if value is None:
        return words
    if not isfinite(value):
        return "" if isnan(value) else ("∞" if value > 0.0 else "-∞").replace("-", "−")
    # No number is shown as less than nothing: -0.00.
    rounded = round(value, decimals) or 0.0
    text = f"{rounded:{'+' if signed and rounded else ''}.{decimals}f}"
    return text.replace("-", "−")
