"""Plots as files."""

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from PIL import Image

from bildsim.basics.errors import RunError
from bildsim.programs.plots.files import draw_all, save, save_all
from bildsim.programs.plots.style import STYLE


def figure():
    made = Figure(figsize=(2.0, 1.0))
    made.subplots().plot([0, 1], [1, 0])
    return made


def test_a_plot_is_a_png_and_the_same_figure_gives_the_same_bytes(tmp_path):
    paths = [save(figure(), tmp_path / name) for name in ("a.png", "b.png")]
    with Image.open(paths[0]) as picture:
        assert picture.size == (400, 200)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.png"]


def test_plots_of_an_earlier_sweep_go(tmp_path):
    for name in ("old.png", "old.svg", "old.pdf", "own.svg"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "notes.txt").write_text("mine")
    (plot,) = draw_all([("new", "New", "A line.", figure)], tmp_path)
    assert (plot.path.name, plot.title, plot.caption) == ("new.png", "New", "A line.")
    names = ["new.pdf", "new.png", "new.svg", "notes.txt", "own.svg"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_a_plot_is_three_files_with_the_same_bytes_each_time(tmp_path):
    with mpl.rc_context(STYLE):
        one, two = (save_all(figure(), tmp_path / name) for name in ("a.png", "b.png"))
    for ending, begins in ((".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")):
        content = one.with_suffix(ending).read_bytes()
        assert content.startswith(begins)
        assert content == two.with_suffix(ending).read_bytes()


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
    assert sorted(path.name for path in tmp_path.glob("*.png")) == sorted(names)
    assert len(list(tmp_path.iterdir())) == 3 * len(names)
    assert all(name.startswith("time_") for name in names)
