"""The curves of one run."""

import io

import numpy as np

from bildsim.drawing.frame_state import LEAST_KL
from bildsim.programs.plots.run_curves import curves_figure

TIMES = np.arange(4.0)
ROWS = {
    "time_s": TIMES,
    "kl_fit": np.array([1.0, 0.1, 0.01, 0.0]),
    "w2": np.array([0.4, 0.3, 0.2, 0.1]),
    "energy": np.array([0.1, 0.05, 0.01, 0.005]),
    "speed_m_s": np.array([0.0, 0.1, 0.05, 0.0]),
    "contacts": np.array([0.0, 2.0, 1.0, 0.0]),
    "wall_contacts": np.zeros(4),
    "active": np.full(4, 10.0),
}


def drawn(rows=ROWS):
    """Return the lines of each panel by label, once the figure was drawn."""
    figure = curves_figure(rows, "ring, 10 robots")
    figure.savefig(io.BytesIO(), format="png")
    return figure, [
        {line.get_label(): np.asarray(line.get_ydata()) for line in axes.lines}
        for axes in figure.axes
    ]


def test_each_metric_has_its_line():
    figure, (divergence, distance, speed, numbers) = drawn()
    assert figure.get_suptitle() == "ring, 10 robots"
    np.testing.assert_array_equal(divergence["to the target"][:3], ROWS["kl_fit"][:3])
    np.testing.assert_array_equal(distance["2-Wasserstein"], ROWS["w2"])
    assert len(speed) == 1
    assert set(numbers) == {"touching pairs", "at a wall"}


def test_a_perfect_fit_leaves_the_logarithmic_axis_downwards():
    figure, (divergence, *_) = drawn()
    assert divergence["to the target"][-1] == ROWS["kl_fit"][-1] == 0.0
    assert figure.axes[0].get_ylim()[0] > LEAST_KL
    figure, _ = drawn(ROWS | {"kl_fit": np.array([1.0, 1e-3, 1e-6, 0.0])})
    assert figure.axes[0].get_ylim()[0] == LEAST_KL
    figure, _ = drawn(ROWS | {"kl_fit": np.full(4, 1e-7)})
    low, high = figure.axes[0].get_ylim()
    assert low == LEAST_KL < high


def test_what_a_planner_does_not_know_is_left_out():
    _, (divergence, *_) = drawn(ROWS | {"kl_estimate": np.full(4, np.nan)})
    assert set(divergence) == {"to the target"}
    _, (divergence, *_) = drawn(ROWS | {"kl_estimate": np.full(4, 0.5)})
    assert set(divergence) == {"to the target", "estimates to the fit"}


def test_the_dead_are_counted_where_there_are_some():
    _, (*_, numbers) = drawn(ROWS | {"active": np.array([10.0, 10.0, 8.0, 8.0])})
    np.testing.assert_array_equal(numbers["dead or not there yet"], [0, 0, 2, 2])


def test_a_run_of_one_row_is_drawn():
    _, panels = drawn({name: values[:1] for name, values in ROWS.items()})
    assert len(panels) == 4
