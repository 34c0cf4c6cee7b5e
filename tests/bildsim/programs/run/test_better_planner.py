"""Which planner would have served better."""

import io
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from rich.console import Console

from bildsim.controllers.registry import PLANNER_NAMES
from bildsim.programs.run.better_planner import Score, better_planner, say_better, table
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.targets.target import TARGET_NAMES

TARGETS, STARTS = ("gmm3", "ring"), ("uniform", "corner")
# W2 and KL by planner; ot_lloyd needs a computer that sees all robots.
VALUES = {
    "bild-macro": (0.095, 0.019),
    "moment-cells": (0.073, 0.025),
    "laguerre": (0.072, 0.031),
    "ot_lloyd": (0.060, 0.032),
}
SCORES = [
    Score(planner, target, start, *values)
    for (planner, values), target, start in product(VALUES.items(), TARGETS, STARTS)
]


def run_of(planner="bild-macro", target="gmm3", start="corner", **more):
    return RunConfig(planner=planner, target=target, swarm=SwarmSettings(start=start), **more)


def test_of_those_that_are_level_the_one_with_the_least_kl_is_named():
    found = better_planner(run_of(), SCORES)
    assert (found.planner, found.own) == ("moment-cells", "bild-macro")
    assert found.where == "on gmm3 from corner"
    assert found.knows == "p*, N, positions nearby, messages"
    assert (found.w2, found.own_w2) == (0.073, 0.095)


@pytest.mark.parametrize("planner", ["moment-cells", "laguerre", "ot_lloyd"])
def test_nobody_is_told_who_ran_one_that_is_level(planner):
    assert better_planner(run_of(planner), SCORES) is None


def test_who_ran_a_central_planner_hears_of_the_others():
    slow = [
        replace(score, w2=0.2) if score.planner == "ot_lloyd" else score
        for score in [*SCORES, *(replace(s, planner="mmd", w2=0.05) for s in SCORES[:4])]
    ]
    assert better_planner(run_of("ot_lloyd"), slow).planner == "mmd"
    assert better_planner(run_of("bild-macro"), slow).planner == "moment-cells"


def test_where_the_table_lacks_the_place_all_that_it_has_count(tmp_path):
    several = "over {} pairs of target and start"
    assert better_planner(run_of(target="expfam"), SCORES).where == several.format(len(TARGETS))
    assert better_planner(run_of(start="centre"), SCORES).where == several.format(len(STARTS))
    film = run_of(target_file=tmp_path / "picture.png", start=str(tmp_path / "places.csv"))
    assert better_planner(film, SCORES).where == several.format(len(TARGETS) * len(STARTS))


@pytest.mark.parametrize("target", ["moving_gauss", "split", "switch"])
def test_of_targets_that_move_it_says_nothing(target):
    assert better_planner(run_of(target=target), SCORES) is None


def test_of_planners_that_it_does_not_know_it_says_nothing():
    assert better_planner(run_of("markov"), SCORES) is None
    assert better_planner(run_of("mine:Planner"), SCORES) is None


def test_one_that_was_not_tried_everywhere_is_left_out():
    part = [score for score in SCORES if (score.planner, score.start) != ("laguerre", "corner")]
    found = better_planner(run_of("bild-macro", start="centre"), [
        replace(score, w2=0.01) if score.planner == "laguerre" else score for score in part
    ])  # fmt: skip
    assert found.planner == "moment-cells"


def test_the_table_that_comes_with_it_is_sound():
    scores = table()
    assert {score.planner for score in scores} <= set(PLANNER_NAMES)
    assert {score.target for score in scores} <= set(TARGET_NAMES)
    assert {score.start for score in scores} == {"uniform", "corner", "wrong"}
    places = {(score.target, score.start) for score in scores}
    assert len(scores) == len({score.planner for score in scores}) * len(places)
    assert all(0.0 < score.w2 < 3.0 and score.kl_fit >= 0.0 for score in scores)


def test_a_line_says_it():
    text = io.StringIO()
    say_better(run_of(), Console(file=text, width=500))
    said = text.getvalue()
    assert said.startswith("planners moment-cells would have served better: ")
    assert " m with bild-macro (medians" in said
    assert said.count("\n") == 1


def test_a_line_of_many_places_says_so():
    text = io.StringIO()
    say_better(
        run_of(target_file=Path("picture.png"), start="centre"), Console(file=text, width=500)
    )
    assert "over 18 pairs of target and start W2 is" in text.getvalue()


def test_of_another_arena_it_says_nothing():
    config = run_of()
    assert better_planner(config, SCORES) is not None
    wide = replace(config, swarm=replace(config.swarm, arena_width=8.0))
    assert better_planner(wide, SCORES) is None
