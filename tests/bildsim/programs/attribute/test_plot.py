"""What each step from ideal motion on costs, as stacked bars."""

import pytest

from bildsim.programs.attribute.plot import attribution_figure
from tests.bildsim.programs.attribute.made import SHARES


def test_a_panel_a_metric_and_a_name_a_step():
    figure = attribution_figure([SHARES])
    assert len(figure.axes) == 4
    (legend,) = figure.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["ideal", *(f"+ {name}" for name in SHARES.names[1:]), "as asked for"]


def test_bars_are_as_long_as_the_parts():
    axes = attribution_figure([SHARES]).axes[0]
    widths = [bar.get_width() for bar in axes.patches]
    expected = [SHARES.values["kl_fit"][0].mean, *(p.mean for p in SHARES.parts["kl_fit"])]
    assert widths == pytest.approx(expected)


def test_what_makes_it_better_is_drawn_below():
    axes = attribution_figure([SHARES]).axes[0]
    heights = [bar.get_y() for bar in axes.patches]
    assert heights[-1] < min(heights[:-1])
