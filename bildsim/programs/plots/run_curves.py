"""One run's metrics over its time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.ticker import MaxNLocator

from bildsim.basics.arrays import Floats
from bildsim.drawing.frame_state import LEAST_KL
from bildsim.programs.plots.style import DPI, STYLE, drawn, logarithmic

_LONGEST_TITLE = 80


@dataclass(frozen=True)
class _Panel:
    """What one panel shows.

    Attributes:
        label: of its vertical axis.
        lines: what each line is called, and in which colour it is, by column.
        log: whether its axis is logarithmic; lines leave it below the solvers' errors.
    """

    label: str
    lines: Mapping[str, tuple[str, str]]
    log: bool = False


_PANELS = (
    _Panel(
        "KL divergence (nats)",
        {
            "kl_fit": ("to the target", "#0072B2"),
            "kl_estimate": ("estimates to the fit", "#D55E00"),
            "disagreement": ("among estimates", "#E69F00"),
        },
        log=True,
    ),
    _Panel(
        "distance to the target (m)",
        {"w2": ("2-Wasserstein", "#009E73"), "energy": ("energy distance", "#CC79A7")},
        log=True,
    ),
    _Panel("mean speed (m/s)", {"speed_m_s": ("", "#222222")}),
    _Panel(
        "robots or pairs now",
        {
            "contacts": ("touching pairs", "#D55E00"),
            "wall_contacts": ("at a wall", "#56B4E9"),
            "outside": ("dead or not there yet", "#8C510A"),
        },
    ),
)


def curves_figure(rows: Mapping[str, Floats], title: str, *, narrow: bool = False) -> Figure:
    """Draw one run's metrics over time: how far from the target, how fast, how close to others.

    Args:
        rows: columns of metrics.csv by name, (T,) each, ``time_s`` and ``active`` among them; what
            is not there or not finite is left out.
        title: what stands above.
        narrow: whether panels stand above each other, as a telephone's screen has it.
    """
    size, columns = ((4.8, 10.0), 1) if narrow else ((9.6, 5.2), 2)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=size, dpi=DPI, layout="constrained")
        draw_curves(figure, rows, columns)
        figure.suptitle(drawn(title, _LONGEST_TITLE), fontsize=11)
    return figure


def draw_curves(figure: FigureBase, rows: Mapping[str, Floats], columns: int = 2) -> None:
    """Draw the panels of `curves_figure` into a figure or a part of one, 1 or 2 a row."""
    panels: Any = figure.subplots(len(_PANELS) // columns, columns, sharex=True, squeeze=False)
    shown = dict(rows)
    if "active" in shown:
        # As many as ever were there: who died is missing at the end, who comes late at the start.
        shown["outside"] = np.max(shown["active"]) - shown["active"]
    for axes, panel in zip(panels.ravel(), _PANELS, strict=True):
        _draw(axes, panel, shown)
    for axes in panels[-1]:
        axes.set_xlabel("time (s)")


def _draw(axes: Axes, panel: _Panel, rows: Mapping[str, Floats]) -> None:
    times = rows["time_s"]
    for column, (label, colour) in panel.lines.items():
        values = np.asarray(rows.get(column, np.full(len(times), np.nan)), dtype=np.float64)
        if not np.isfinite(values).any() or (column == "outside" and not values.any()):
            continue
        axes.plot(times, values, color=colour, label=label)
    axes.set_ylabel(panel.label)
    if len(times) > 1:
        axes.set_xlim(times[0], times[-1])
    if not panel.log:
        axes.set_ylim(bottom=0.0)
        if panel.label.startswith("robots"):
            axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=1))
            axes.set_ylim(top=max(1.0, axes.get_ylim()[1]))
    else:
        logarithmic(axes, least=LEAST_KL)
    if any(label for label, _ in panel.lines.values()) and axes.lines:
        # Names stand where the title would, which keeps them room; panels are not moved for them.
        axes.set_title(" ", fontsize=8)
        legend = axes.legend(
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=len(panel.lines),
            borderaxespad=0.1,
            columnspacing=1.2,
            handlelength=1.4,
            fontsize=8,
        )
        legend.set_in_layout(False)
