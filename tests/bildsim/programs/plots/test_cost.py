"""Score against planning time, bytes sent and path length."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.programs.plots.cost import cost_figure
from bildsim.programs.sweep.results import Results
from tests.bildsim.programs.made_trials import BENCH, IID, QUANTISED, results


def marks(axes):
    return [line for line in axes.lines if line.get_marker() in ("o", "s", "v", "^")]


ALL = replace(
    BENCH, planners="bild-macro,ergodic,ot_lloyd,ot_assign,quantised,cvt,static", targets="ring"
)


def panels(figure):
    return dict(zip(("time", "way", "free", "sent"), figure.axes, strict=True))


def test_a_panel_a_cost_and_a_mark_a_planner_and_start():
    found = panels(cost_figure(results(), BENCH))
    labels = [found[name].get_xlabel().split(" (")[0] for name in ("time", "way", "sent")]
    assert labels == ["planner's time", "way driven", "sent"]
    assert {name: len(marks(axes)) for name, axes in found.items()} == {
        "time": 4,
        "way": 4,
        "free": 2,
        "sent": 2,
    }


def test_marks_stand_at_the_medians():
    axes = panels(cost_figure(results(), BENCH))["way"]
    scores = {IID - 0.21, IID - 0.81}
    expected = sorted(score / (IID - QUANTISED) for score in scores)
    found = sorted({round(float(np.ravel(m.get_ydata())[0]), 6) for m in marks(axes)})
    assert found == pytest.approx(expected, abs=1e-6)


def test_who_sends_nothing_is_not_drawn_as_if_that_were_free():
    found = panels(cost_figure(results(), BENCH))
    assert {float(np.ravel(mark.get_xdata())[0]) for mark in marks(found["sent"])} == {1e6}
    assert found["sent"].get_xscale() == "log"
    ticks = [text.get_text() for text in found["free"].get_xticklabels()]
    assert ticks == ["own\nposition only"]


def silent(*planners):
    """All trials, of whom these send nothing."""
    made = results(ALL).trials
    for each in made:
        sent = 0.0 if each.config.planner in planners else 1e6
        each.result["final"]["bytes_sent"] = sent
    return Results(made)


def test_planners_that_need_every_position_stand_in_a_column_that_says_so():
    found = panels(cost_figure(silent("static", "quantised", "cvt", "ot_assign"), ALL))
    ticks = [text.get_text().replace("\n", " ") for text in found["free"].get_xticklabels()]
    assert ticks == ["own position only", "told its place", "senses others", "needs all positions"]
    columns = [round(float(np.ravel(mark.get_xdata())[0])) for mark in marks(found["free"])]
    # ot_lloyd too, which sends here: what it needs is more than what it sends.
    assert sorted(columns) == [0, 0, 1, 1, 2, 2, 3, 3, 3, 3]
    assert len(marks(found["sent"])) == 4


def test_who_sends_nothing_and_says_nothing_has_a_column():
    found = panels(cost_figure(silent("bild-macro"), ALL))
    assert "not\nstated" in [text.get_text() for text in found["free"].get_xticklabels()]


def test_where_nobody_sends_anything_the_panel_says_so():
    found = panels(cost_figure(silent(*ALL.planner_names), ALL))
    assert [text.get_text() for text in found["sent"].texts] == ["no planner of this comparison"]
