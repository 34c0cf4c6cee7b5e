"""Plots as files."""

import pytest
from matplotlib.figure import Figure
from PIL import Image

from bildsim.basics.errors import RunError
from bildsim.programs.plots.files import draw_all, save


def figure():
    made = Figure(figsize=(2.0, 1.0))
    made.subplots().plot([0, 1], [1, 0])
    return made


def test_a_plot_is_a_png_and_the_same_figure_gives_the_same_bytes(tmp_path):
    paths = [save(figure(), tmp_path / name) for name in ("a.png", "b.png")]
    with Image.open(paths[0]) as picture:
        assert picture.size == (260, 130)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.png"]


def test_plots_of_an_earlier_sweep_go(tmp_path):
    (tmp_path / "old.png").write_bytes(b"x")
    (tmp_path / "notes.txt").write_text("mine")
    (plot,) = draw_all([("new", "New", "A line.", figure)], tmp_path)
    assert (plot.path.name, plot.title, plot.caption) == ("new.png", "New", "A line.")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.png", "notes.txt"]


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(RunError, match="cannot be written: not a directory"):
        draw_all([("a", "A", "", figure)], tmp_path / "file" / "plots")


def test_plots_are_named_after_targets_and_starts_wherever_these_lie(tmp_path):
    labels = ["gmm3", "photo.png", "a/own.npy", "aown.npy", "c:\\own.npy", "n" * 250, "caf\udce9"]
    plots = draw_all([(f"time_{label}", label, "", figure) for label in labels], tmp_path)
    names = [plot.path.name for plot in plots]
    assert names[:2] == ["time_gmm3.png", "time_photo.png.png"]
    assert len(set(names)) == len(labels)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    assert all(name.startswith("time_") for name in names)
