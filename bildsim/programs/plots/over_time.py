"""KL and w2 over time, with bands over the seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bildsim.basics.arrays import Floats
from bildsim.drawing.frame_state import LEAST_KL
from bildsim.metrics.reference_scores import ReferenceScores
from bildsim.programs.plots.style import (
    GREY,
    WIDTH_IN,
    drawn,
    height_of_legend,
    legend_below,
    logarithmic,
    looks,
)
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import Results
from bildsim.programs.sweep.runner import Trial

_LABELS = {"kl_fit": "kl_fit (nats)", "w2": "w2 (m)"}


def time_figure(results: Results, config: BenchConfig, target: str) -> Figure:
    """Draw a row of panels a start, KL on the left and w2 on the right, on logarithmic scales."""
    starts = config.start_names
    found = looks(config.planner_names)
    names = height_of_legend([look.label for look in found.values()])
    figure = Figure(figsize=(WIDTH_IN, 0.4 + 2.05 * len(starts) + names), layout="constrained")
    rows: Any = figure.subplots(len(starts), 2, sharex=True, sharey="col", squeeze=False)
    for row, start in zip(rows, starts, strict=True):
        for axes, column in zip(row, _LABELS, strict=True):
            _panel(axes, results, config, (target, start), column)
            axes.set_title(f"{drawn(target, 22)}, start {drawn(start, 20)}", loc="left")
    for axes in rows[-1]:
        axes.set_xlabel("time (s)")
    handles = [
        Line2D([], [], color=look.colour, ls=look.dashes, label=look.label)
        for look in found.values()
    ]
    legend_below(figure, handles)
    return figure


def _panel(
    axes: Axes, results: Results, config: BenchConfig, place: tuple[str, str], column: str
) -> None:
    references = None
    for planner, look in looks(config.planner_names).items():
        trials = results.of((planner, *place))
        if not trials:
            continue
        references = references or trials[0].references
        times, curves = _curves(trials, column)
        low, middle, high = np.percentile(curves, [25, 50, 75], axis=0)
        axes.fill_between(times, low, high, color=look.colour, alpha=0.13, lw=0)
        axes.plot(times, middle, color=look.colour, ls=look.dashes)
    _floor(axes, references, column)
    logarithmic(axes, least=LEAST_KL)
    axes.set_ylabel(_LABELS[column])
    axes.set_xlim(0.0, config.duration)


def _curves(trials: list[Trial], column: str) -> tuple[Floats, Floats]:
    """Return the times (T,) and a curve a trial (S, T); the trials of a sweep share their times."""
    series = [trial.result["series"] for trial in trials]
    curves = np.array([item[column] for item in series], dtype=np.float64)
    return np.array(series[0]["time_s"]), curves


def _floor(axes: Axes, references: ReferenceScores | None, column: str) -> None:
    if references is None:
        return
    value = references.least_kl if column == "kl_fit" else references.quantised.get(column, 0.0)
    if value > LEAST_KL:
        axes.axhline(value, color=GREY, lw=0.9, ls=(0, (5, 3)))
