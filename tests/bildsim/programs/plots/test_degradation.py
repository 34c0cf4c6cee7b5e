"""How each planner bears more and more of a setting."""

import numpy as np
import pytest

from bildsim.programs.plots.degradation import degradation_figure
from bildsim.programs.sweep.variables import Sweep
from tests.bildsim.programs.made_trials import BENCH, results

SWEEP = Sweep.parse("loss=0,.2,.4")


def test_values_stand_side_by_side_and_lines_are_medians():
    by_value = {value: results() for value in SWEEP.values}
    figure = degradation_figure(by_value, SWEEP, BENCH, "ring")
    assert len(figure.axes) == 2 * 3
    axes = figure.axes[1]
    assert axes.get_ylabel() == "w2 (m)"
    assert sorted(line.get_ydata()[0] for line in axes.lines) == pytest.approx([0.21, 0.81])
    ticks = [text.get_text() for text in figure.axes[-1].get_xticklabels()]
    assert ticks == ["0", "0.2", "0.4"]


def test_lines_end_where_trials_failed():
    failing = {("static", seed) for seed in range(3)}
    found = (results(), results(), results(failing=failing))
    by_value = dict(zip(SWEEP.values, found, strict=True))
    axes = degradation_figure(by_value, SWEEP, BENCH, "ring").axes[1]
    (broken,) = [line for line in axes.lines if line.get_ydata()[0] > 0.5]
    assert np.isnan(broken.get_ydata()).tolist() == [False, False, True]
