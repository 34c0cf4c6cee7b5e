"""What quality costs: thinking, talking, driving, and knowing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bildsim.controllers.knowledge import Reach
from bildsim.controllers.registry import knowledge_of
from bildsim.programs.plots.style import (
    FAINT,
    GREY,
    WIDTH_IN,
    Look,
    drawn,
    height_of_legend,
    legend_below,
    logarithmic,
    looks,
    markers,
)
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import SCORE, Results, Spread

NOT_STATED = "not stated"
_TIME, _WAY, _BYTES = "plan_mean_ms", "path_length_m", "bytes_sent"
_LABELS = {
    _TIME: "planner's time (ms a robot a tick)",
    _WAY: "way driven (m a robot)",
    _BYTES: "sent (bytes a robot)",
}
# Most demanding last: bytes are not all that knowing costs.
_FREE = (
    Reach.ALONE.value,
    Reach.PLANNED.value,
    Reach.SENSES.value,
    Reach.CENTRAL.value,
    NOT_STATED,
)
_WORST, _FAIR, _BEST = -1.5, -0.3, 1.25


def cost_figure(results: Results, config: BenchConfig) -> Figure:
    """Draw a panel a cost, with the score by w2 (w2 itself where there are no scores) upwards.

    A planner that sends nothing is not drawn at 0 bytes: what it must know instead is a column of
    a panel of its own. So is one that needs every position in one place, whatever it sends.
    """
    quality = f"{SCORE}w2" if f"{SCORE}w2" in results.columns else "w2"
    found, marks = looks(config.planner_names), markers(config.start_names)
    names = [look.label for look in found.values()]
    names += [f"start {drawn(start)}" for start in marks]
    height = 5.1 + height_of_legend(names)
    figure = Figure(figsize=(WIDTH_IN, height), layout="constrained")
    panels: Any = figure.subplots(2, 2, sharey=True)
    time, way, free, sent = panels.flat
    columns = _columns(results, config.planner_names)
    for axes, column in ((time, _TIME), (way, _WAY), (sent, _BYTES)):
        for planner, look in found.items():
            if column != _BYTES or planner not in columns:
                for start, mark in marks.items():
                    place = _spread(results, (planner, start), column)
                    value = _spread(results, (planner, start), quality)
                    _mark(axes, place, value, look, mark, quality != "w2")
        axes.set_xlabel(_LABELS[column])
    logarithmic(time, "x")
    _scale_bytes(sent, all(planner in columns for planner in found))
    _strip(free, results, columns, found, marks, quality)
    for axes in (time, free):
        axes.set_ylabel("score by w2 (no unit)" if quality != "w2" else "w2 (m)")
    if quality != "w2":
        # Nobody far below random draws: then the upper part has all the room.
        medians = [line.get_ydata()[0] for line in time.lines]
        time.set_ylim(_WORST if min(medians, default=0.0) < _FAIR else _FAIR, _BEST)
    handles = [_handle("o", look.colour, look) for look in found.values()]
    handles += [_handle(mark, GREY, f"start {drawn(start)}") for start, mark in marks.items()]
    legend_below(figure, handles)
    return figure


def _columns(results: Results, planners: Sequence[str]) -> dict[str, str]:
    """Return by planner what it needs in place of messages; others are compared by their bytes."""
    found = {}
    for planner in planners:
        knows = knowledge_of(planner)
        spread = results.spread(_BYTES, *results.groups_of(planner))
        silent = spread is not None and spread.high == 0.0
        if knows is not None and knows.reach is Reach.CENTRAL:
            found[planner] = Reach.CENTRAL.value
        elif silent:
            said = knows is not None and knows.reach is not Reach.NETWORK
            found[planner] = knows.reach.value if knows is not None and said else NOT_STATED
    return found


def _strip(
    axes: Axes,
    results: Results,
    columns: Mapping[str, str],
    found: Mapping[str, Look],
    marks: Mapping[str, str],
    quality: str,
) -> None:
    """Draw planners that are not compared by their bytes side by side in columns."""
    present = [name for name in _FREE if name in columns.values()]
    for number, name in enumerate(present):
        inside = [planner for planner in found if columns.get(planner) == name]
        places = number + (np.arange(len(inside)) + 1.0) / (len(inside) + 1.0) - 0.5
        for planner, x in zip(inside, places, strict=True):
            for start, mark in marks.items():
                value = _spread(results, (planner, start), quality)
                _mark(axes, Spread(x, x, x), value, found[planner], mark, quality != "w2")
        if number:
            axes.axvline(number - 0.5, color=FAINT, lw=0.7)
    axes.set_xticks(range(len(present)), [_two_lines(name) for name in present])
    axes.set_xlim(-0.5, max(1, len(present)) - 0.5)
    axes.tick_params(axis="x", length=0)
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("sends nothing, and needs instead")
    if not present:
        _say(axes, "none")


def _two_lines(name: str) -> str:
    first, *rest = name.split(" ")
    return f"{first}\n{' '.join(rest)}"


def _scale_bytes(axes: Axes, empty: bool) -> None:
    if empty:
        axes.set_xticks([])
        _say(axes, "no planner of this comparison")
        return
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    if high < 100.0 * low:  # one planner alone: a tick or two to read it by
        axes.set_xlim(low / 10.0, 10.0 * high)


def _say(axes: Axes, words: str) -> None:
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", color=GREY)


def _mark(
    axes: Axes, x: Spread | None, y: Spread | None, look: Look, mark: str, scored: bool
) -> None:
    if x is None or y is None:
        return
    bar = {"color": look.colour, "lw": 1.0, "alpha": 0.4, "zorder": 2}
    axes.plot([x.low, x.high], [y.median, y.median], **bar)  # type: ignore[arg-type]
    axes.plot([x.median, x.median], [y.low, y.high], **bar)  # type: ignore[arg-type]
    fill = look.fill
    if not scored or _WORST <= y.median <= _BEST:
        axes.plot(x.median, y.median, mark, color=look.colour, mfc=fill, ms=5, zorder=3)
        return
    # Not within the axis: a small arrow at its end.
    end, arrow = (_WORST, "v") if y.median < _WORST else (_BEST, "^")
    axes.plot(x.median, end, arrow, color=look.colour, mfc=fill, ms=4.5, clip_on=False)


def _spread(results: Results, who: tuple[str, str], column: str) -> Spread | None:
    groups = [group for group in results.groups if (group[0], group[2]) == who]
    if column in results.columns:
        return results.spread(column, *groups)
    walls = [trial.result["wall"][column] for group in groups for trial in results.of(group)]
    return Spread.of(np.array(walls)) if walls else None


def _handle(shape: str, colour: str, name: Look | str) -> Line2D:
    if isinstance(name, str):
        return Line2D([], [], ls="none", marker=shape, color=colour, ms=5, label=name)
    return Line2D(
        [], [], ls="none", marker=shape, color=colour, mfc=name.fill, ms=5, label=name.label
    )
