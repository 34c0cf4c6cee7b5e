"""Tables of paired comparisons."""

from dataclasses import replace
from itertools import product

from bildsim.programs.bench.paired import counted, paired_by_start
from bildsim.programs.sweep.comparisons import comparisons
from tests.bildsim.programs.made_trials import BENCH, results


def compared(bench):
    places = list(product(bench.target_names, bench.start_names))
    return comparisons(results(bench), bench.planner_names, places)


SIX = replace(BENCH, seeds="0:6", planners="static,bild-macro,cvt")


def test_cases_are_counted():
    table = counted(compared(SIX), SIX)
    assert table.groups == [("w2", 3), ("kl_fit", 3)]
    shown = {
        row.name: [cell.text for cell in cells]
        for row, cells in zip(table.rows, table.shown, strict=True)
    }
    assert shown == {
        "static": ["0", "0", "4", "0", "4", "0"],
        "cvt": ["0", "4", "0", "0", "4", "0"],
    }


def test_with_few_seeds_nothing_is_counted():
    assert counted(compared(BENCH), BENCH) is None


def test_differences_have_signs_intervals_and_a_star_where_they_are_told_apart():
    table = paired_by_start(compared(SIX), SIX, "corner", "w2")
    cell = table.shown[0][0]
    assert (cell.text, cell.mark) == ("+0.600", "*")
    assert cell.range == "[+0.600, +0.600]"
    assert table.shown[1][0].mark == ""
    assert "bild-macro" in table.caption
    few = paired_by_start(compared(BENCH), BENCH, "corner", "w2")
    assert few.shown[0][0].mark == ""


def test_a_planner_that_failed_has_no_difference():
    failing = {("static", seed) for seed in range(6)}
    places = list(product(SIX.target_names, SIX.start_names))
    found = comparisons(results(SIX, failing), SIX.planner_names, places)
    assert paired_by_start(found, SIX, "corner", "w2").shown[0][0].text == "failed"
