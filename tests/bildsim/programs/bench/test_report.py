"""The report of a comparison."""

import re
from dataclasses import replace
from itertools import product

import pytest

from bildsim.controllers.registry import PLANNER_NAMES
from bildsim.programs.bench.figures import drawings
from bildsim.programs.bench.report import report
from bildsim.programs.plots.files import draw_all
from bildsim.programs.supplement.page import rendered, table_files
from bildsim.programs.sweep.comparisons import comparisons
from tests.bildsim.programs.made_trials import BENCH, results
from tests.pages import seen_at


def made(bench=BENCH, plots=(), failing=()):
    found = results(bench, failing)
    places = list(product(bench.target_names, bench.start_names))
    return report(found, bench, plots, comparisons(found, bench.planner_names, places))


@pytest.fixture(scope="module")
def text():
    return rendered(made())


def test_planners_and_their_medians_are_there(text):
    for planner in ("static", "bild-macro"):
        assert text.count(planner) > 2
    assert "0.210" in text
    assert "0.810" in text


def test_it_says_what_was_run_and_what_came_of_it(text):
    assert "2 planners led 100 robots for 6 s" in text
    assert "reached by bild-macro in 4 of 4 cases" in text
    assert "python -m bildsim.bench --planners static,bild-macro" in text


def test_every_anchor_that_is_linked_exists(text):
    links = set(re.findall(r'href="#([^"]+)"', text))
    assert links
    assert links <= set(re.findall(r'id="([^"]+)"', text))


def test_few_seeds_are_a_warning_that_says_how_many_would_do(text):
    assert "3 seeds cannot tell planners apart" in text
    assert "--seeds 0:6" in text
    many = rendered(made(replace(BENCH, seeds="0:6")))
    assert "cannot tell planners apart" not in many
    assert "Compared with bild-macro seed by seed" in many


def test_trials_that_failed_alike_share_a_row():
    page = made(failing={("static", 0), ("static", 2)})
    text = rendered(page)
    assert text.count("robot 3 is lost") == 4
    assert "0, 2" in text
    assert "12 trials" not in text
    assert "8 failed" in text


def test_where_nothing_was_done_it_says_so():
    failing = {(planner, seed) for planner in ("static", "bild-macro") for seed in range(3)}
    text = rendered(made(failing=failing))
    assert "24 failed" in text
    assert "By the distance" not in text


def test_tables_are_files_of_their_own():
    names = table_files(made().sections).keys()
    assert {
        "scores.csv",
        "scores.tex",
        "distances.tex",
        "knowledge.tex",
        "cost_corner.csv",
    } <= names
    assert {"paired_w2_uniform.tex", "w2_corner.csv"} <= names


@pytest.mark.parametrize("planners", ["static,bild-macro", ",".join(PLANNER_NAMES)])
def test_it_looks_right_in_a_browser_wide_and_narrow(tmp_path, planners):
    bench = replace(BENCH, planners=planners, seeds="0:6")
    drawn = [item for item in drawings(results(bench), bench) if item[0] in ("score_w2", "cost")]
    page = made(bench, draw_all(drawn, tmp_path / "plots"), failing={("static", 1)})
    path = tmp_path / "report.html"
    path.write_text(rendered(page), encoding="utf-8")
    assert {width: found.faults for width, found in seen_at(path, 1280, 390).items()} == {
        1280: [],
        390: [],
    }
