"""What each obstacle costs, as stacked bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bildsim.programs.attribute.ablation import MEANINGS, Shares
from bildsim.programs.plots.style import BLACK, STYLE, WIDTH_IN, drawn, legend_below

_PANELS = (
    ("kl_fit", "kl_fit at the end (nats)"),
    ("w2", "w2 at the end (m)"),
    ("kl_fit_mean", "kl_fit, mean over the run (nats)"),
    ("w2_mean", "w2, mean over the run (m)"),
)
# Okabe and Ito's, which the colour-blind can tell apart; the first is what is there from the start.
_COLOURS = (
    "#d9d9d9",
    "#E69F00",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
    "#009E73",
    "#56B4E9",
    "#8C510A",
    "#6A3D9A",
    "#222222",
)
_ROW, _HEIGHT = 0.62, 0.42


def attribution_figure(found: Sequence[Shares]) -> Figure:
    """Draw a row a case and a panel a metric: the ideal value in grey, and each obstacle's part.

    Parts that make it better are drawn below the others, from the left end of the bar back. The
    black mark is where the run that was asked for ended, with the standard error of its mean.
    """
    with mpl.rc_context(STYLE):
        height = 1.3 + 2 * (0.5 + _ROW * len(found))
        figure = Figure(figsize=(WIDTH_IN, height), layout="constrained")
        panels: Any = figure.subplots(2, 2, sharey=True)
        for axes, (metric, label) in zip(panels.flat, _PANELS, strict=True):
            _panel(axes, found, metric)
            axes.set_xlabel(label)
        names = list(dict.fromkeys(name for item in found for name in item.names))
        handles: list[Any] = [
            Patch(color=_colour(name), label=name if name == names[0] else f"+ {name}")
            for name in names
        ]
        end = Line2D([], [], ls="none", marker="|", ms=10, color=BLACK, label="as asked for")
        legend_below(figure, [*handles, end])
        return figure


def _colour(name: str) -> str:
    return _COLOURS[list(MEANINGS).index(name)]


def _panel(axes: Axes, found: Sequence[Shares], metric: str) -> None:
    for row, item in enumerate(reversed(found)):
        first = item.values[metric][0].mean
        axes.barh(row, first, _HEIGHT, color=_colour(item.names[0]))
        worse, better = first, first
        for name, part in zip(item.names[1:], item.parts[metric], strict=True):
            colour = _colour(name)
            if part.mean >= 0.0:
                axes.barh(row, part.mean, _HEIGHT, left=worse, color=colour)
                worse += part.mean
            else:
                below = row - 0.75 * _HEIGHT
                axes.barh(below, part.mean, 0.4 * _HEIGHT, left=better, color=colour)
                better += part.mean
        end = item.values[metric][-1]
        axes.errorbar(end.mean, row, xerr=end.error, color=BLACK, fmt="|", ms=13, mew=1.4, lw=0.9)
    labels = ["\n".join(drawn(name, 20) for name in item.case) for item in reversed(found)]
    axes.set_yticks(range(len(found)), labels)
    axes.set_ylim(-0.75, len(found) - 0.4)
    # Room for the marks of the last runs at the right end.
    axes.set_xlim(0.0, 1.03 * axes.get_xlim()[1])
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
