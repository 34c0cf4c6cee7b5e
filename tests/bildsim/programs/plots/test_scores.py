"""Scores by planner, target and start."""

import pytest

from bildsim.programs.plots.scores import score_figure
from tests.bildsim.programs.made_trials import BENCH, IID, QUANTISED, results


def test_a_panel_a_target_with_the_best_planner_on_top():
    figure = score_figure(results(), BENCH, "w2")
    assert [axes.get_title("left") for axes in figure.axes] == ["ring", "gmm3"]
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == ["static", "bild-macro"]


def test_a_mark_is_the_median_over_the_seeds():
    axes = score_figure(results(), BENCH, "w2").axes[0]
    marks = [line for line in axes.lines if line.get_marker() in ("o", "s")]
    expected = (IID - 0.21) / (IID - QUANTISED)
    assert [float(mark.get_xdata()[0]) for mark in marks if mark.get_ydata()[0] > 0.5] == (
        pytest.approx([expected, expected])
    )


def test_what_failed_is_said_and_not_drawn():
    failing = {("static", seed) for seed in range(3)}
    axes = score_figure(results(failing=failing), BENCH, "w2").axes[0]
    assert [text.get_text() for text in axes.texts] == ["failed", "failed"]


def test_marks_at_the_end_of_the_axis_are_whole():
    axes = score_figure(results(), BENCH, "w2").axes[0]
    marks = [line for line in axes.lines if line.get_marker() in ("o", "s")]
    assert marks
    assert not any(mark.get_clip_on() for mark in marks)
