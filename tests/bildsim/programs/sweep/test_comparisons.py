"""Planners against one of them, seed by seed."""

import csv
import io
from dataclasses import replace

import pytest

from bildsim.programs.sweep.comparisons import (
    COMPARED,
    Verdict,
    comparisons,
    paired_table,
    pooled,
    reference_planner,
    starts_of,
)
from bildsim.programs.sweep.results import Results
from bildsim.programs.sweep.runner import configurations
from tests.bildsim.programs.made_trials import BENCH, results, trial

PLACES = [("ring", "uniform"), ("gmm3", "corner")]


def bench(seeds, planners="static,bild-macro,cvt"):
    return replace(BENCH, seeds=seeds, planners=planners)


def compared(settings, failing=(), metrics=("w2",)):
    found = results(settings, failing)
    return comparisons(found, settings.planner_names, PLACES, metrics)


def test_bild_macro_is_the_reference_or_else_the_first():
    assert reference_planner(("static", "bild-macro")) == "bild-macro"
    assert reference_planner(("static", "cvt")) == "static"


def test_a_comparison_a_planner_case_and_metric():
    found = compared(bench("0:6"), metrics=COMPARED)
    assert len(found) == 2 * 2 * 2
    assert {item.planner for item in found} == {"static", "cvt"}
    assert {(item.target, item.start) for item in found} == set(PLACES)


def test_differences_are_those_of_the_same_seed():
    (static, cvt, *_) = compared(bench("0:6"))
    assert static.test.mean == pytest.approx(0.6)
    assert (static.test.low, static.test.high) == pytest.approx((0.6, 0.6))
    assert static.verdict is Verdict.WORSE
    assert cvt.test.mean == 0.0
    assert cvt.verdict is Verdict.ALIKE


def test_seeds_that_failed_are_left_out_on_both_sides():
    (static, *_) = compared(bench("0:8"), failing={("static", 0), ("bild-macro", 3)})
    assert static.test.pairs == 6
    assert static.test.mean == pytest.approx(0.6)


def test_with_few_seeds_nothing_is_said():
    assert {item.verdict for item in compared(bench("0:4"))} == {Verdict.TOO_FEW}


def test_a_better_planner_is_better():
    settings = bench("0:6", "static,cvt")
    found = comparisons(results(settings), settings.planner_names, PLACES, ("w2",))
    assert [item.verdict for item in found] == [Verdict.BETTER] * 2


def test_p_values_are_adjusted_for_the_number_of_planners():
    (static, *_) = compared(bench("0:6"))
    assert static.test.rank_p == 2.0**-5
    assert static.rank_holm == 2.0 * 2.0**-5


def test_the_table_has_all_figures():
    text = paired_table(compared(bench("0:6")), "bild-macro").csv()
    row = next(csv.DictReader(io.StringIO(text)))
    assert row["planner"] == "static"
    assert row["reference"] == "bild-macro"
    assert float(row["mean_difference"]) == pytest.approx(0.6)
    assert row["verdict"] == "worse"
    assert all(row.values())


def spread_over_starts(far):
    """Trials whose w2 is ``far`` from a corner and 0.2 otherwise."""
    found = []
    for config in configurations(BENCH):
        made = trial(config)
        final = {**made.result["final"], "w2": far if config.swarm.start == "corner" else 0.2}
        found.append(replace(made, result={**made.result, "final": final}))
    return Results(found)


def test_medians_are_not_pooled_over_starts_that_differ_by_an_order():
    assert pooled(spread_over_starts(1.9), "w2", "static") == pytest.approx(1.05)
    assert pooled(spread_over_starts(2.1), "w2", "static") is None
    assert starts_of(spread_over_starts(2.1), "w2", "static") == {"corner": 2.1, "uniform": 0.2}


def test_scores_are_pooled_within_one_of_each_other():
    # Random draws have 0.5, the best placement 0.1: a score of 1 is 0.4 m.
    assert pooled(spread_over_starts(0.59), "score_w2", "static") is not None
    assert pooled(spread_over_starts(0.61), "score_w2", "static") is None


def test_what_nobody_has_is_not_pooled():
    failing = {("static", seed) for seed in range(3)}
    assert pooled(results(failing=failing), "w2", "static") is None
