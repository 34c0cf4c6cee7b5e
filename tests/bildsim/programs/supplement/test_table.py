"""Tables for people: even digits, units and directions, the best and ties."""

import csv
import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.programs.supplement.table import Cell, Column, Row, Table, decimals_for


def table(values, brackets=False, **column):
    rows = [
        Row(f"row {number}", [value if isinstance(value, Cell) else Cell(value)])
        for number, value in enumerate(values)
    ]
    return Table("name", "A caption.", "planner", [Column("w2", **column)], rows, brackets)


def texts(made):
    return [row[0].text for row in made.shown]


def ranks(made):
    return [row[0].rank for row in made.shown]


def test_headings_have_unit_and_direction_once():
    assert Column("w2", "m", "less").heading == "w2 (m) ↓"
    assert Column("score", "", "more").heading == "score ↑"
    assert Column("corner", "", "less", "w2 (m) ↓").heading == "corner"
    assert Column("trials").heading == "trials"


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([0.0634, 0.5, 1.25], ["0.063", "0.500", "1.250"]),
        ([12.345, 100.0], ["12.3", "100.0"]),
        ([0.0019, 0.0026], ["0.0019", "0.0026"]),
        ([3.0, 0.0, 250.0], ["3", "0", "250"]),
        ([1234.5, 2345.6], ["1234", "2346"]),
        ([-0.00001, 1.25], ["0.00000", "1.25000"]),
        ([-0.5, 0.25], ["−0.500", "0.250"]),
        ([math.inf, -math.inf, 0.25], ["∞", "−∞", "0.250"]),
        ([math.nan, 0.25], ["", "0.250"]),
    ],
)
def test_all_numbers_of_a_column_have_the_same_decimals(values, shown):
    if shown[0] == "0.00000":
        shown = [f"{value:.{decimals_for(values)}f}" for value in (0.0, 1.25)]
    assert texts(table(values)) == shown


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=8))
def test_decimals_are_even_and_nothing_is_minus_nothing(values):
    found = texts(table(values))
    assert len({len(text.partition(".")[2]) for text in found}) == 1
    for text in found:
        if not float(text.replace("−", "-")):
            assert not text.startswith("−")


def test_signs_of_differences():
    assert texts(table([0.5, -0.25, 0.0], signed=True)) == ["+0.500", "−0.250", "0.000"]


def test_the_best_is_marked_and_ties_are_ties():
    assert ranks(table([0.2, 0.1, 0.3], better="less")) == ["", "best", ""]
    assert ranks(table([0.2, 0.1, 0.3], better="more")) == ["", "", "best"]
    assert ranks(table([0.10001, 0.1, 0.3], better="less")) == ["tied", "tied", ""]


def test_where_there_is_no_choice_there_is_no_best():
    assert ranks(table([0.1, 0.1], better="less")) == ["", ""]
    assert ranks(table([0.1], better="less")) == [""]
    assert ranks(table([0.1, 0.2])) == ["", ""]
    assert ranks(table([0.1, 0.2], better="less", ranked=False)) == ["", ""]


def test_what_others_are_measured_by_does_not_compete():
    rows = [Row("a", [Cell(0.2)]), Row("b", [Cell(0.3)]), Row("least", [Cell(0.1)], ranked=False)]
    made = Table("t", "", "planner", [Column("w2", better="less")], rows)
    assert ranks(made) == ["best", "", ""]


def test_words_and_what_is_not_finite_are_never_the_best():
    made = table([Cell(words="failed"), math.inf, 0.2, 0.3], better="more")
    assert ranks(made) == ["", "", "", "best"]
    assert texts(made)[0] == "failed"


def test_ranges_have_the_digits_of_their_column():
    quartiles = table([Cell(0.5, 0.25, 0.75), Cell(0.125, 0.125, 0.125), Cell(1.0)])
    assert [row[0].range for row in quartiles.shown] == ["0.250 – 0.750", "", ""]
    interval = table([Cell(0.5, -0.1, 1.1), Cell(0.5, math.nan, math.nan)], True, signed=True)
    assert [row[0].range for row in interval.shown] == ["[−0.100, +1.100]", ""]


def test_groups_stand_over_their_columns():
    heads = [Column("must know"), Column("a", group="w2"), Column("b", group="w2"), Column("c")]
    made = Table("t", "", "planner", heads, [])
    assert made.groups == [("", 1), ("w2", 2), ("", 1)]
    assert Table("t", "", "planner", [Column("a")], []).groups == []


def test_the_csv_has_all_digits_and_plain_titles():
    heads = [Column("corner", "", "less", "w2 (m) ↓"), Column("way", "m")]
    rows = [Row("a, b", [Cell(1 / 3, 0.25, 0.5), Cell(words="failed")])]
    text = Table("t", "", "planner", heads, rows).csv()
    titles, row = csv.reader(io.StringIO(text))
    assert titles == [
        "planner",
        "w2 (m), corner",
        "w2 (m), corner, low",
        "w2 (m), corner, high",
        "way (m)",
    ]
    assert row[0] == "a, b"
    assert list(map(float, row[1:4])) == [1 / 3, 0.25, 0.5]
    assert row[4] == "failed"
