"""What reports are made of."""

import math

import pytest

from bildsim.programs.bench.html import Section, cell, cells, number, rendered
from bildsim.programs.sweep.results import Spread
from tests.bildsim.programs.made_trials import BENCH, results


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0.12345, "0.1235"), (12.3456, "12.35"), (7.0, "7"), (math.inf, "inf"), (math.nan, "")),
        *((1234.0, "1.23 k"), (2.5e6, "2.5 M"), (-3e9, "-3 G"), (-0.5, "-0.5000")),
    ],
)
def test_numbers_for_people(value, text):
    assert number(value) == text


def test_the_best_is_the_least_but_for_scores_and_costs_have_none():
    spreads = {"a": Spread(1.0, 1.0, 1.0), "b": Spread(2.0, 2.0, 2.5), "c": None}
    best = {
        column: [name for name, made in cells(spreads, column).items() if made.best]
        for column in ("w2", "score_w2", "bytes_sent")
    }
    assert best == {"w2": ["a"], "score_w2": ["b"], "bytes_sent": []}
    assert cells(spreads, "w2")["c"].text == "failed"


def test_quartiles_are_shown_where_they_differ():
    assert cell(Spread(1.0, 1.5, 2.0), best=False).range == "1 – 2"
    assert cell(Spread(1.0, 1.0, 1.0), best=False).range == ""


def test_a_page_needs_nothing_else_and_escapes_what_it_is_given():
    page = rendered("<b>what</b> ran", BENCH, [results()], [Section("a", "Tables & more")])
    assert "&lt;b&gt;what&lt;/b&gt; ran" in page
    assert "Tables &amp; more" in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_trials_that_failed_alike_share_a_row():
    found = results(failing={("static", 0), ("static", 2)})
    page = rendered("x", BENCH, [found], [])
    assert page.count("robot 3 is lost") == 4
    assert "0, 2" in page
