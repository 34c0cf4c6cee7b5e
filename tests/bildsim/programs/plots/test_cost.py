"""Score against planning time, bytes sent and path length."""

import numpy as np
import pytest

from bildsim.programs.plots.cost import cost_figure
from tests.bildsim.programs.made_trials import BENCH, IID, QUANTISED, results


def marks(axes):
    return [line for line in axes.lines if line.get_marker() in ("o", "s", "v", "^")]


def test_a_panel_a_cost_and_a_mark_a_planner_and_start():
    figure = cost_figure(results(), BENCH)
    labels = [axes.get_xlabel().split(" (")[0] for axes in figure.axes]
    assert labels == ["planner's time", "sent", "way driven"]
    assert all(len(marks(axes)) == 4 for axes in figure.axes)


def test_marks_stand_at_the_medians():
    axes = cost_figure(results(), BENCH).axes[1]
    scores = {IID - 0.21, IID - 0.81}
    expected = sorted(score / (IID - QUANTISED) for score in scores)
    found = sorted({round(float(np.ravel(m.get_ydata())[0]), 6) for m in marks(axes)})
    assert found == pytest.approx(expected, abs=1e-6)


def test_who_says_nothing_has_a_place():
    axes = cost_figure(results(), BENCH).axes[1]
    low, _ = axes.get_xlim()
    places = {float(np.ravel(mark.get_xdata())[0]) for mark in marks(axes)}
    assert places == {0.0, 1e6}
    assert low < 0.0
