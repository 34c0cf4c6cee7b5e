"""Where the robots ended, over the target density."""

import numpy as np

from bildsim.programs.plots.final import final_figure
from tests.bildsim.programs.made_trials import BENCH, results


def test_a_row_a_planner_and_a_column_a_target():
    figure = final_figure(results(), BENCH, "corner")
    assert len(figure.axes) == 4
    assert [axes.get_title() for axes in figure.axes[:2]] == ["ring", "gmm3"]
    assert figure.axes[0].get_ylabel() == "static"


def test_robots_are_drawn_where_they_ended_with_their_w2():
    axes = final_figure(results(), BENCH, "corner").axes[0]
    (robots,) = axes.collections
    np.testing.assert_allclose(robots.get_offsets()[3], [0.3, -0.3])
    assert axes.get_xlabel() == "w2 0.800"


def test_a_trial_that_failed_is_said():
    axes = final_figure(results(failing={("static", 0)}), BENCH, "corner").axes[0]
    assert [text.get_text() for text in axes.texts] == ["failed"]
    assert not axes.collections
