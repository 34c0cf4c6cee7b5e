"""The figure of a comparison: curves over time with bands, and every trial's end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter

from bildsim.api.showing.figures import Figure, styled
from bildsim.programs.plots.style import STYLE, Look, drawn, looks

if TYPE_CHECKING:
    from bildsim.api.comparison import Comparison

_LABELS = {"kl_fit": "KL to the target (nats)", "w2": "W2 to the target (m)"}
_LEAST = 1e-4
_COLUMNS, _LONGEST_LABEL = 4, 26


def comparison_figure(found: Comparison) -> Figure:
    """Draw a row a target and start: KL and W2 over time, and W2 at the end, a mark a trial."""
    places = found.places
    known = looks(found.labels)
    legend_rows = -(-len(known) // _COLUMNS)
    size = (12.0, 0.3 + 0.25 * legend_rows + max(2.6, 0.22 * len(known) + 1.0) * len(places))
    with mpl.rc_context(STYLE):
        figure = styled(size)
        rows: Any = figure.subplots(len(places), 3, squeeze=False, width_ratios=[1.25, 1.25, 1.0])
        for row, place in zip(rows, places, strict=True):
            for axes, metric in zip(row, _LABELS, strict=False):
                _curves(axes, found, place, metric, known)
            _ends(row[2], found, place, known)
            row[0].set_title(drawn(f"{place[0]}, start {place[1]}", 60), loc="left")
        for axes in rows[-1][:2]:
            axes.set_xlabel("time (s)")
        handles = [
            Line2D([], [], color=look.colour, ls=look.dashes, label=drawn(look.label, 40))
            for look in known.values()
        ]
        figure.legend(handles=handles, loc="outside upper center", ncols=_COLUMNS)
    return figure


def _curves(
    axes: Axes, found: Comparison, place: tuple[str, str], metric: str, known: dict[str, Look]
) -> None:
    for label, look in known.items():
        times, curves = found.curves(label, place, metric)
        if not len(times):
            continue
        low, middle, high = np.percentile(np.maximum(curves, _LEAST), [25, 50, 75], axis=0)
        axes.fill_between(times, low, high, color=look.colour, alpha=0.13, lw=0)
        axes.plot(times, middle, color=look.colour, ls=look.dashes)
        axes.set_xlim(times[0], times[-1])
    axes.set_ylabel(_LABELS[metric])
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())


def _ends(axes: Axes, found: Comparison, place: tuple[str, str], known: dict[str, Look]) -> None:
    """Draw W2 at the end: a mark a trial, a line at the median; who failed has none."""
    for height, (label, look) in enumerate(known.items()):
        ends = np.array([result.final["w2"] for result in found.of(label, *place)])
        axes.plot(ends, np.full(len(ends), height), "o", color=look.colour, ms=4, alpha=0.65)
        if len(ends):
            middle = float(np.median(ends))
            axes.plot([middle, middle], [height - 0.3, height + 0.3], color=look.colour, lw=2)
        else:
            axes.text(0.02, height, "failed", transform=axes.get_yaxis_transform(), va="center")
    names = [drawn(look.label, _LONGEST_LABEL) for look in known.values()]
    axes.set_yticks(range(len(known)), names)
    axes.set_ylim(len(known) - 0.5, -0.5)
    axes.set_xlim(left=0.0)
    axes.set_xlabel("W2 at the end (m), a mark a seed")
