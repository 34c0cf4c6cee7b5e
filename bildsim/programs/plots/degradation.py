"""How each planner's result changes with the setting that a sweep varies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter

from bildsim.programs.plots.style import Look, drawn, looks
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import Results
from bildsim.programs.sweep.variables import Sweep

_COLUMNS = {"kl_fit": "kl_fit (nats)", "w2": "w2 (m)", "settling_w2_s": "w2 settles after (s)"}
_LINEAR = ("settling_w2_s",)
_NAMES_A_COLUMN = 16


def degradation_figure(
    by_value: Mapping[float, Results], sweep: Sweep, config: BenchConfig, target: str
) -> Figure:
    """Draw a row of panels a start and a panel a metric: medians over the seeds with quartiles.

    Values stand side by side, evenly: they are seldom evenly spaced. A trial that did not settle
    has no settling time, so the line ends where half of the trials did not.
    """
    starts = config.start_names
    figure = Figure(figsize=(11.6, 0.5 + 2.6 * len(starts)), layout="constrained")
    rows: Any = figure.subplots(len(starts), len(_COLUMNS), sharex=True, squeeze=False)
    found = looks(config.planner_names)
    for row, start in zip(rows, starts, strict=True):
        for axes, (column, label) in zip(row, _COLUMNS.items(), strict=True):
            for planner, look in found.items():
                _line(axes, by_value, (planner, target, start), column, look)
            _dress(axes, column, label, f"{drawn(target)}, start {drawn(start)}")
    for axes in rows[-1]:
        axes.set_xlabel(sweep.condition.label)
        axes.set_xticks(range(len(by_value)), [f"{value:g}" for value in by_value])
    handles = [
        Line2D([], [], color=look.colour, ls=look.dashes, marker="o", ms=3.5, label=look.label)
        for look in found.values()
    ]
    columns = -(-len(handles) // _NAMES_A_COLUMN)
    figure.legend(handles=handles, loc="outside right upper", ncols=columns)
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


def _dress(axes: Axes, column: str, label: str, title: str) -> None:
    axes.set_ylabel(label)
    axes.set_title(title, loc="left")
    if column in _LINEAR:
        axes.set_ylim(bottom=0.0)
        return
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())
