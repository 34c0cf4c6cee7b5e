"""The figures of the paper's section V."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from bildsim.basics.errors import RunError
from bildsim.programs.reproduce import figures
from tests.bildsim.programs.reproduce.made import ROBOTS, run

RUNS = {"ours": run()}


def test_convergence_is_what_was_recorded():
    figure = figures.convergence_figure(RUNS)
    left, right = figure.axes
    for axes, column in ((left, "gradient_norm"), (right, "displacement_m")):
        np.testing.assert_array_equal(axes.lines[0].get_ydata(), run().history.column(column))
    assert left.get_yscale() == right.get_yscale() == "log"


def test_snapshots_show_all_robots():
    figure = figures.snapshot_figure(run(), np.exp(run().loop.algorithm.log_target))
    shown = [
        {tuple(place) for place in marks.get_offsets().tolist()}
        for axes in figure.axes
        for marks in axes.collections
        if len(marks.get_offsets()) == ROBOTS
    ]
    for shot in run().history.snapshots:
        assert {tuple(place) for place in shot.positions.tolist()} in shown


def test_stability_has_a_curve_a_run():
    figure = figures.stability_figure(RUNS)
    assert all(axes.lines for axes in figure.axes if axes.get_visible())


def test_files_are_the_same_bytes_each_time(tmp_path):
    for name in ("a", "b"):
        figures.save(figures.convergence_figure(RUNS), tmp_path, name)
    for suffix in ("png", "pdf"):
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()
    with pytest.raises(RunError, match="cannot be written"):
        figures.save(Figure(), tmp_path / "a.png", "c")
