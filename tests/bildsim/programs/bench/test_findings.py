"""What a comparison came to, in sentences."""

from dataclasses import replace
from itertools import product

import pytest

from bildsim.programs.bench.findings import against_reference, few_seeds, headline, what_was_run
from bildsim.programs.sweep.comparisons import comparisons
from tests.bildsim.programs.made_trials import BENCH, results

SIX = replace(BENCH, seeds="0:6", planners="static,bild-macro,cvt")


def compared(bench):
    places = list(product(bench.target_names, bench.start_names))
    return comparisons(results(bench), bench.planner_names, places)


def test_what_was_run():
    said = what_was_run(24, 2, BENCH)
    for words in (
        *("2 planners led 100 robots for 6 s", "2 targets (ring, gmm3)", "2 starts"),
        *("3 seeds each: 24 trials, 2 failed", "bullet dynamics"),
    ):
        assert words in said
    assert "none failed" in what_was_run(24, 0, BENCH)
    assert "network disk:0.4" in what_was_run(24, 0, replace(BENCH, network="disk:0.4"))


def test_who_is_best_in_how_many_cases():
    assert "reached by bild-macro in 4 of 4 cases" in headline(results(), BENCH)
    one = replace(BENCH, targets="ring", starts="corner")
    assert headline(results(one), one) == "By the distance w2, bild-macro has the least median."
    assert "ties" in headline(results(SIX), SIX)


def test_who_is_told_apart_from_the_reference():
    said = against_reference(compared(SIX), SIX)
    assert "Compared with bild-macro" in said
    assert "nobody is better; worse are static (4 of 4)" in said
    assert against_reference(compared(BENCH), BENCH) == ""


@pytest.mark.parametrize(("seeds", "words"), [("0:3", "3 seeds"), ("7", "1 seed "), ("0:5", "")])
def test_too_few_seeds(seeds, words):
    said = few_seeds(replace(BENCH, seeds=seeds))
    assert said.startswith(words)
    assert bool(said) == bool(words)
    if words:
        assert "6 seeds would do (--seeds 0:6)" in said


def test_one_planner_alone_needs_no_more_seeds():
    assert few_seeds(replace(BENCH, planners="static")) == ""
