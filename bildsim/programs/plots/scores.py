"""Scores by planner, target and start."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.stats import rankdata

from bildsim.programs.plots.style import (
    FAINT,
    GREY,
    WIDTH_IN,
    Look,
    drawn,
    height_of_legend,
    legend_below,
    looks,
    markers,
)
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import SCORE, Results, Spread

_WORST, _BEST = -1.5, 1.25
_PANELS_A_ROW, _NARROW_IN = 3, 3.5


def score_figure(results: Results, config: BenchConfig, metric: str) -> Figure:
    """Draw a panel a target with a row a planner and a mark a start, the best planner on top."""
    targets, starts = config.target_names, config.start_names
    planners = _ranked(results, config, SCORE + metric)
    columns = min(_PANELS_A_ROW, len(targets))
    rows = -(-len(targets) // columns)
    height = max(0.2, 0.1 * (len(starts) + 1)) * len(planners)
    names = [f"start {drawn(start)}" for start in starts]
    # One target alone needs no more than a column of a journal.
    width = WIDTH_IN if columns > 1 else _NARROW_IN
    size = (width, 0.5 + rows * (height + 0.45) + height_of_legend(names, width))
    figure = Figure(figsize=size, layout="constrained")
    panels: Any = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for number, axes in enumerate(panels.flat):
        if number >= len(targets):
            axes.set_visible(False)
            continue
        _panel(axes, results, config, planners, targets[number], metric)
        last_of_column = number + columns >= len(targets)
        axes.tick_params(labelbottom=last_of_column)
        axes.set_xlabel(f"score by {metric} (no unit)" if last_of_column else "")
    handles = [
        Line2D([], [], ls="none", marker=mark, color=GREY, ms=5, label=f"start {drawn(start)}")
        for start, mark in markers(starts).items()
    ]
    legend_below(figure, handles)
    return figure


def _ranked(results: Results, config: BenchConfig, column: str) -> list[str]:
    """Return the planners by their mean rank over targets and starts, the best last.

    Rows are drawn upwards. Ranks, because a median over starts that differ much is one of none.
    """
    planners = config.planner_names
    total = np.zeros(len(planners))
    for place in product(config.target_names, config.start_names):
        spreads = [results.spread(column, (planner, *place)) for planner in planners]
        total += rankdata([-np.inf if spread is None else spread.median for spread in spreads])
    return [planners[number] for number in np.argsort(total, kind="stable")]


def _panel(
    axes: Axes, results: Results, config: BenchConfig, planners: list[str], target: str, metric: str
) -> None:
    found, starts = looks(config.planner_names), config.start_names
    axes.axvline(0.0, color=GREY, lw=0.8, ls=(0, (1, 1.2)))
    axes.axvline(1.0, color=GREY, lw=0.8)
    offsets = 0.5 - (np.arange(len(starts)) + 1.0) / (len(starts) + 1.0)
    for row, planner in enumerate(planners):
        if row:
            axes.axhline(row - 0.5, color=FAINT, lw=0.5)
        for (start, mark), offset in zip(markers(starts).items(), offsets, strict=True):
            spread = results.spread(SCORE + metric, (planner, target, start))
            _mark(axes, spread, row + offset, found[planner], mark)
    axes.set_title(drawn(target, 22), loc="left", fontweight="bold")
    axes.set_xlim(_WORST, _BEST)
    axes.set_xticks([-1.0, 0.0, 1.0])
    axes.set_xticks([-1.5, -0.5, 0.5], minor=True)
    axes.set_ylim(-0.5, len(planners) - 0.5)
    axes.set_yticks(range(len(planners)), [found[planner].label for planner in planners])
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")


def _mark(axes: Axes, spread: Spread | None, y: float, look: Look, mark: str) -> None:
    if spread is None:
        axes.text(0.01, y, "failed", color=GREY, fontsize=7, va="center")
        return
    written = {"color": look.colour, "fontsize": 7, "va": "center"}
    if spread.median < _WORST:
        axes.text(_WORST + 0.03, y, f"◂ {spread.median:.1f}", written)
        return
    if spread.median > _BEST:
        axes.text(_BEST, y, f"{spread.median:.1f} ▸", written, ha="right")
        return
    low, high = max(spread.low, _WORST), min(spread.high, _BEST)
    axes.plot([low, high], [y, y], color=look.colour, lw=1.6, alpha=0.55, solid_capstyle="butt")
    whole: Any = {"ms": 4.6, "mec": "white", "mew": 0.4, "zorder": 3, "clip_on": False}
    axes.plot(spread.median, y, mark, color=look.colour, **whole)
