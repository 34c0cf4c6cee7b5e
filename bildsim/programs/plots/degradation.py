"""How each planner's result changes with the setting that a sweep varies."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bildsim.programs.plots.style import (
    WIDTH_IN,
    Look,
    drawn,
    height_of_legend,
    legend_below,
    logarithmic,
    looks,
)
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import Results
from bildsim.programs.sweep.variables import Sweep

_COLUMNS = {"kl_fit": "kl_fit (nats)", "w2": "w2 (m)", "settling_w2_s": "w2 settles after (s)"}
_LINEAR = ("settling_w2_s",)
_MOST_NAMED, _LETTERS = 6, 30


def degradation_figure(
    by_value: Mapping[float, Results], sweep: Sweep, config: BenchConfig, target: str
) -> Figure:
    """Draw a row of panels a start and a panel a metric: medians over the seeds with quartiles.

    Values stand side by side, evenly: they are seldom evenly spaced. A trial that did not settle
    has no settling time, so the line ends where half of the trials did not.
    """
    starts = config.start_names
    found = looks(config.planner_names)
    names = height_of_legend([look.label for look in found.values()])
    figure = Figure(figsize=(WIDTH_IN, 0.5 + 2.05 * len(starts) + names), layout="constrained")
    rows: Any = figure.subplots(len(starts), len(_COLUMNS), sharex=True, squeeze=False)
    for row, start in zip(rows, starts, strict=True):
        for axes, (column, label) in zip(row, _COLUMNS.items(), strict=True):
            for planner, look in found.items():
                _line(axes, by_value, (planner, target, start), column, look)
            _dress(axes, column, label)
        row[0].set_title(f"{drawn(target)}, start {drawn(start)}", loc="left")
    for axes in rows[-1]:
        axes.set_xlabel(_in_lines(sweep.condition.label))
        named = range(0, len(by_value), 1 + (len(by_value) - 1) // _MOST_NAMED)
        axes.set_xticks(named, [f"{list(by_value)[number]:g}" for number in named])
    handles = [
        Line2D([], [], color=look.colour, ls=look.dashes, marker="o", ms=3.5, label=look.label)
        for look in found.values()
    ]
    legend_below(figure, handles)
    return figure


def _line(
    axes: Axes,
    by_value: Mapping[float, Results],
    group: tuple[str, str, str],
    column: str,
    look: Look,
) -> None:
    spreads = [
        results.spread(column, group) if column in results.columns else None
        for results in by_value.values()
    ]
    nothing = (np.nan, np.nan, np.nan)
    rows = [nothing if s is None else (s.low, s.median, s.high) for s in spreads]
    values = np.array(rows, dtype=np.float64)
    values[~np.isfinite(values)] = np.nan
    low, middle, high = values.T
    places = np.arange(len(rows))
    axes.fill_between(places, low, high, color=look.colour, alpha=0.13, lw=0)
    axes.plot(places, middle, color=look.colour, ls=look.dashes, marker="o", ms=3.5)


def _dress(axes: Axes, column: str, label: str) -> None:
    axes.set_ylabel(label)
    if column in _LINEAR:
        axes.set_ylim(bottom=0.0)
    else:
        logarithmic(axes)


def _in_lines(label: str) -> str:
    """Break a label that is wider than its panel."""
    return "\n".join(wrap(label, _LETTERS))
