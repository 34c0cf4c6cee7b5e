"""The tables of a comparison."""

from dataclasses import replace

import pytest

from bildsim.programs.bench.tables import (
    NOT_POOLED,
    NOT_STATED,
    heading,
    needs,
    quality_tables,
    target_table,
)
from bildsim.programs.sweep.results import Results
from tests.bildsim.programs.made_trials import BENCH, IID, LEAST_KL, QUANTISED, results


def column(table, title, group=""):
    number = [(head.title, head.group) for head in table.columns].index((title, group))
    return {row.name: cells[number] for row, cells in zip(table.rows, table.shown, strict=True)}


def moved(start, w2):
    """Trials that ended with another w2 where they began at ``start``."""
    found = results()
    for trial in found.trials:
        if trial.config.swarm.start == start:
            trial.result["final"]["w2"] = w2
    return Results(found.trials)


def test_headings_say_unit_and_direction():
    assert heading("w2") == "w2 (m) ↓"
    assert heading("score_w2") == "score by w2 ↑"


def test_scores_and_distances_have_a_column_a_start_and_one_for_all():
    scores, distances = quality_tables(results(), BENCH)
    assert scores.columns[0].title == "must know"
    assert scores.groups[1] == ("score by w2 ↑", 3)
    assert distances.groups[1] == ("w2 (m) ↓", 3)
    found = column(distances, "corner", "w2 (m) ↓")
    assert found["bild-macro"].text == "0.210"
    assert found["bild-macro"].rank == "best"


def test_medians_are_not_pooled_over_starts_that_differ_by_an_order():
    _, distances = quality_tables(moved("corner", 9.0), BENCH)
    found = column(distances, "all", "w2 (m) ↓")
    assert found["bild-macro"].text == NOT_POOLED
    assert not any(item.rank for item in found.values())
    assert "order of magnitude" in distances.caption


def test_with_one_start_the_metric_is_the_heading():
    bench = replace(BENCH, starts="corner")
    _, distances = quality_tables(results(bench), bench)
    assert [head.heading for head in distances.columns][:3] == [
        *("must know", "w2 (m) ↓", "kl_fit (nats) ↓")
    ]
    assert distances.groups == []


def test_trials_that_failed_are_counted():
    scores, _ = quality_tables(results(failing={("static", 1)}), BENCH)
    found = column(scores, "failed")
    assert {name: item.text for name, item in found.items()} == {"static": "4", "bild-macro": "0"}


def test_a_planner_of_which_nothing_was_done_has_failed():
    failing = {("static", seed) for seed in range(3)}
    _, distances = quality_tables(results(failing=failing), BENCH)
    for title in ("corner", "all"):
        assert column(distances, title, "w2 (m) ↓")["static"].text == "failed"


def test_by_target_there_are_quartiles_and_what_there_is_to_reach():
    table = target_table(results(), BENCH, "corner", "w2")
    found = column(table, "ring", "w2 (m) ↓")
    assert found["bild-macro"].range == "0.205 – 0.215"
    assert float(found["best known placement"].text) == pytest.approx(QUANTISED)
    assert float(found["random draws, mean"].text) == pytest.approx(IID)
    least = column(target_table(results(), BENCH, "corner", "kl_fit"), "ring", "kl_fit (nats) ↓")
    assert float(least["least possible"].text) == pytest.approx(LEAST_KL)


def test_what_must_be_known_is_said_in_words():
    assert needs("ot_lloyd") == "p*, N, all positions"
    assert needs(f"{__name__}:Mute") == NOT_STATED


class Mute:
    """A planner that declares nothing."""

    init = plan = report = lambda *_: None
