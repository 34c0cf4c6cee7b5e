"""What quality costs: thinking, talking and driving."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bildsim.programs.plots.style import GREY, Look, drawn, looks, markers
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import SCORE, Results, Spread

_COSTS = {
    "plan_mean_ms": "planner's time (ms a robot a tick)",
    "bytes_sent": "sent (bytes a robot)",
    "path_length_m": "way driven (m a robot)",
}
_SILENT_BYTES = 1e3
_WORST, _BEST = -1.5, 1.25
_NAMES_A_COLUMN = 14


def cost_figure(results: Results, config: BenchConfig) -> Figure:
    """Draw a panel a cost, with the score by w2 (w2 itself where there are no scores) upwards."""
    scored = f"{SCORE}w2" in results.columns
    quality = f"{SCORE}w2" if scored else "w2"
    found = looks(config.planner_names)
    figure = Figure(figsize=(12.2, 3.9), layout="constrained")
    panels: Any = figure.subplots(1, len(_COSTS), sharey=True)
    for axes, (column, label) in zip(panels, _COSTS.items(), strict=True):
        for planner, look in found.items():
            for start, mark in markers(config.start_names).items():
                _mark(axes, results, (planner, start), (column, quality), look, mark)
        axes.set_xlabel(label)
        _scale(axes, column)
    panels[0].set_ylabel("score by w2 (no unit)" if scored else "w2 (m)")
    if scored:
        panels[0].set_ylim(_WORST, _BEST)
    handles = [
        *(_handle("o", look.colour, look) for look in found.values()),
        *(
            _handle(mark, GREY, f"start {drawn(start)}")
            for start, mark in markers(config.start_names).items()
        ),
    ]
    columns = -(-len(handles) // _NAMES_A_COLUMN)
    figure.legend(handles=handles, loc="outside right upper", ncols=columns)
    return figure


def _handle(shape: str, colour: str, name: Look | str) -> Line2D:
    if isinstance(name, str):
        return Line2D([], [], ls="none", marker=shape, color=colour, label=name)
    fill = _fill(name)
    return Line2D([], [], ls="none", marker=shape, color=colour, mfc=fill, label=name.label)


def _fill(look: Look) -> str:
    """Return what a mark is filled with: planners that share a colour differ in this."""
    return look.colour if look.dashes == "solid" else "white"


def _scale(axes: Axes, column: str) -> None:
    if column == "plan_mean_ms":
        axes.set_xscale("log")
    elif column == "bytes_sent":
        # Who says nothing has a place too, at the left end.
        _, most = axes.get_xlim()
        most = max(3.0 * most, 1e2 * _SILENT_BYTES)
        axes.set_xscale("symlog", linthresh=_SILENT_BYTES)
        axes.set_xlim(-0.3 * _SILENT_BYTES, most)
        powers = [10.0**power for power in range(4, 16) if 10.0**power <= most]
        axes.set_xticks([0.0, *powers[:: 1 + len(powers) // 5]])


def _mark(
    axes: Axes,
    results: Results,
    who: tuple[str, str],
    columns: tuple[str, str],
    look: Look,
    mark: str,
) -> None:
    groups = [group for group in results.groups if (group[0], group[2]) == who]
    x, y = _spread(results, groups, columns[0]), _spread(results, groups, columns[1])
    if x is None or y is None:
        return
    bar = {"color": look.colour, "lw": 1.0, "alpha": 0.4, "zorder": 2}
    axes.plot([x.low, x.high], [y.median, y.median], **bar)  # type: ignore[arg-type]
    axes.plot([x.median, x.median], [y.low, y.high], **bar)  # type: ignore[arg-type]
    if columns[1] != "w2" and not _WORST <= y.median <= _BEST:
        # Not within the axis: a small arrow at its end.
        end, arrow = (_WORST, "v") if y.median < _WORST else (_BEST, "^")
        axes.plot(x.median, end, arrow, color=look.colour, mfc=_fill(look), ms=4.5, clip_on=False)
        return
    axes.plot(x.median, y.median, mark, color=look.colour, mfc=_fill(look), ms=6, zorder=3)


def _spread(results: Results, groups: list[tuple[str, str, str]], column: str) -> Spread | None:
    if column in results.columns:
        return results.spread(column, *groups)
    walls = [trial.result["wall"][column] for group in groups for trial in results.of(group)]
    return Spread.of(np.array(walls)) if walls else None
