"""Figures of a run."""

import numpy as np
from matplotlib.figure import Figure as MatplotlibFigure

from bildsim.api.showing.figures import draw_swarm, result_figure, styled


def test_the_robots_stand_where_they_ended(small):
    figure = result_figure(small)
    assert isinstance(figure, MatplotlibFigure)
    swarm = figure.subfigs[0].axes[0]
    dead, alive = (np.asarray(marks.get_offsets()) for marks in swarm.collections)
    np.testing.assert_allclose(alive, small.positions())
    assert len(dead) == 1
    assert len(swarm.images) == 1
    assert len(figure.subfigs[1].axes) == 4
    assert "ring, bild-macro, 8 robots" in figure.get_suptitle()


def test_a_notebook_shows_it_as_a_picture(small):
    assert small.plot()._repr_png_().startswith(b"\x89PNG")


def test_any_moment_can_be_drawn(small):
    axes = styled((3.0, 3.0)).subplots()
    draw_swarm(axes, small, 0.0)
    np.testing.assert_allclose(np.asarray(axes.collections[1].get_offsets()), small.positions(0.0))


def test_matplotlib_is_left_as_it_was(small):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    result_figure(small)
    assert dict(mpl.rcParams) == before
