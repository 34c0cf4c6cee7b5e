"""The tables of an attribution."""

import csv
import io
from itertools import pairwise

import pytest
from rich.console import Console

from bildsim.programs.attribute.tables import parts_csv, printed, rungs_csv
from tests.bildsim.programs.attribute.made import ALL, SHARES


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_a_row_a_trial_and_step():
    rows = read(rungs_csv(ALL))
    assert len(rows) == 2 * 5
    assert [row["added"] for row in rows[:5]] == list(SHARES.names)
    assert rows[0]["kl_fit_part"] == ""
    for before, row in pairwise(rows[:5]):
        part = float(row["kl_fit"]) - float(before["kl_fit"])
        assert float(row["kl_fit_part"]) == pytest.approx(part, abs=1e-15)


def test_parts_end_with_the_whole_gap_that_they_add_up_to():
    rows = read(parts_csv([SHARES]))
    assert rows[-1]["part"] == "whole gap"
    assert {row["seeds"] for row in rows} == {"2"}
    total = sum(float(row["w2"]) for row in rows[:-1])
    assert total == pytest.approx(float(rows[-1]["w2"]), abs=1e-12)


def test_the_table_for_people():
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(printed(SHARES))
    said = console.export_text()
    assert "bild-macro, gmm3, start uniform, mean of 2 seeds" in said
    for words in ("ideal", "+ wheels", "+0.1000", "-0.0500", "= whole gap", "as asked for"):
        assert words in said
