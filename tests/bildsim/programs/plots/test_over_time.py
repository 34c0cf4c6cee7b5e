"""KL and w2 over time, with bands over the seeds."""

import numpy as np

from bildsim.programs.plots.over_time import time_figure
from tests.bildsim.programs.made_trials import BENCH, LEAST_KL, results


def test_a_row_a_start_with_kl_on_the_left_and_w2_on_the_right():
    figure = time_figure(results(), BENCH, "ring")
    titles = [axes.get_title("left") for axes in figure.axes]
    assert titles == ["ring, start uniform"] * 2 + ["ring, start corner"] * 2
    assert [axes.get_ylabel() for axes in figure.axes[:2]] == ["kl_fit (nats)", "w2 (m)"]
    assert all(axes.get_yscale() == "log" for axes in figure.axes)


def test_curves_are_medians_and_the_least_kl_is_dashed():
    axes = time_figure(results(), BENCH, "gmm3").axes[0]
    curves = [line for line in axes.lines if len(line.get_xdata()) == 4]
    assert len(curves) == 2
    for curve in curves:
        np.testing.assert_allclose(curve.get_ydata(), [1.0, 0.5, 0.3, 0.25])
    levels = [line for line in axes.lines if len(set(line.get_ydata())) == 1]
    assert LEAST_KL in {float(line.get_ydata()[0]) for line in levels}


def test_planners_that_failed_have_no_curve():
    failing = {("static", seed) for seed in range(3)}
    axes = time_figure(results(failing=failing), BENCH, "ring").axes[1]
    assert sum(len(line.get_xdata()) == 4 for line in axes.lines) == 1
