"""Whether names and figures of a plot lie over each other, or outside it."""

import warnings
from itertools import combinations

from matplotlib.backends.backend_agg import FigureCanvasAgg


def faults(figure):
    """Return which texts of a figure overlap or stick out, in words; empty for a good one."""
    FigureCanvasAgg(figure)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    texts = [text for axes in figure.axes if axes.get_visible() for text in _texts(axes)]
    texts += [text for legend in figure.legends for text in legend.get_texts()]
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts]
    found = [
        f"{a!r} over {b!r}" for (a, one), (b, two) in combinations(boxes, 2) if _meet(one, two)
    ]
    width, height = figure.canvas.get_width_height()
    return found + [
        f"{name!r} sticks out"
        for name, box in boxes
        if box.x0 < -2 or box.y0 < -2 or box.x1 > width + 2 or box.y1 > height + 2
    ]


def _texts(axes):
    labels = []
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        ticks = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
        labels += [tick.label1 for tick in ticks] + [axis.label]
    labels += [axes.title, axes._left_title]
    return [text for text in labels if text.get_text() and text.get_visible()]


def _meet(one, two):
    wide = min(one.x1, two.x1) - max(one.x0, two.x0)
    high = min(one.y1, two.y1) - max(one.y0, two.y0)
    return wide > 1.0 and high > 1.0
