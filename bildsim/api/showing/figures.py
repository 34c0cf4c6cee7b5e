"""Figures of a run, for notebooks and files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as MatplotlibFigure

from bildsim.obstacles.reading import obstacles_of
from bildsim.programs.plots.floor import draw_floor, draw_obstacles, floor_of
from bildsim.programs.plots.run_curves import draw_curves
from bildsim.programs.plots.style import BLACK, DPI, GREY, STYLE, drawn

if TYPE_CHECKING:
    from bildsim.api.result import Result

_ROBOTS, _OUTSIDE = "#D55E00", "#9a9a9a"
_LONGEST_TITLE = 80


class Figure(MatplotlibFigure):
    """A figure of matplotlib that a notebook shows, whether or not pyplot was imported there."""

    def _repr_png_(self) -> bytes:
        file = io.BytesIO()
        self.savefig(file, format="png")
        return file.getvalue()


def styled(size: tuple[float, float]) -> Figure:
    """Return a new figure of that size (inches) as all of them are."""
    return Figure(figsize=size, dpi=DPI, layout="constrained")


def result_figure(result: Result) -> Figure:
    """Draw the robots at the end over p*, and the metrics over time beside them."""
    with mpl.rc_context(STYLE):
        figure = styled((12.4, 4.9))
        parts: Any = figure.subfigures(1, 2, width_ratios=[1.0, 1.9], wspace=0.02)
        left, right = parts
        axes = left.subplots()
        draw_swarm(axes, result)
        axes.set_title(f"after {result.trajectory.end} s", loc="left")
        draw_curves(right, result.series)
        figure.suptitle(drawn(result.title, _LONGEST_TITLE), fontsize=11, x=0.01, ha="left")
    return figure


def draw_swarm(axes: Axes, result: Result, time_s: float | None = None) -> None:
    """Draw the robots at a time (s) over p*; at the end for None.

    Args:
        axes: where.
        result: whose robots.
        time_s: when (s).
    """
    if result.target is not None:
        draw_floor(axes, floor_of(result.target_at(time_s)))
    draw_obstacles(axes, obstacles_of(result.config.swarm.obstacle))
    trajectory = result.trajectory
    tick = trajectory.tick_at(time_s)
    active, places = trajectory.active[tick], trajectory.position[tick]
    size = min(26.0, 2600.0 / len(places))
    for chosen, colour in ((~active, _OUTSIDE), (active, _ROBOTS)):
        x, y = places[chosen].T
        axes.scatter(x, y, s=size, c=colour, edgecolors="white", linewidths=0.4)
    axes.set(xlim=(-1.05, 1.05), ylim=(-1.05, 1.05), aspect="equal")
    axes.set(xticks=[-1.0, 0.0, 1.0], yticks=[-1.0, 0.0, 1.0], xlabel="x (m)", ylabel="y (m)")
    if result.unit_m != 1.0:
        labels = [f"{result.unit_m * place:g}" for place in (-1.0, 0.0, 1.0)]
        axes.set(xticklabels=labels, yticklabels=labels)
    axes.grid(visible=False)
    axes.tick_params(colors=BLACK)
    for spine in axes.spines.values():
        spine.set(visible=True, color=GREY, linewidth=0.5)
