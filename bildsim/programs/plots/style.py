"""How the plots of a sweep look: one colour and line a planner, in all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, NullLocator

from bildsim.basics.names import short

GREY, BLACK, FAINT = "#767676", "#222222", "#c8c8c8"
DPI, PRINT_DPI = 130, 200
WIDTH_IN = 7.2
"""Of all figures: two columns of a journal, so that letters keep their size in print."""
# The keys are a type of their own, another one in each version of matplotlib.
STYLE: Any = {
    "font.size": 8,
    "axes.labelsize": 8,
    "axes.titlesize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "lines.linewidth": 1.3,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    # Letters that can be searched in PDF; and the same bytes of SVG each time.
    "pdf.fonttype": 42,
    "svg.hashsalt": "bildsim",
    "figure.facecolor": "white",
}
# The first eight are those of Okabe and Ito without yellow, which the colour-blind can tell apart;
# with dashes there are twice as many lines.
_COLOURS = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#222222",
    "#56B4E9",
    "#E69F00",
    "#8C510A",
    "#6A3D9A",
)
_DASHES: tuple[Any, ...] = ("solid", (0, (4, 1.6)), (0, (1.2, 1.2)))
_STARTS = {"uniform": "o", "corner": "s", "centre": "^", "wrong": "D"}
_MARKS_OF_FILES = ("P", "X", "v", "*", "<", ">", "p", "h")


@dataclass(frozen=True)
class Look:
    """How a planner is drawn.

    Attributes:
        label: what it is called.
        colour: of its lines and marks.
        dashes: of its lines.
    """

    label: str
    colour: str
    dashes: Any

    @property
    def fill(self) -> str:
        """What marks are filled with: planners that share a colour differ in this."""
        return self.colour if self.dashes == "solid" else "white"


def looks(planners: Sequence[str]) -> dict[str, Look]:
    """Return the look of each planner; no two of them have both colour and dashes alike.

    A planner of the user's own is called by its class, where that is enough to know it.
    """
    short = [name.rpartition(":")[2] for name in planners]
    found = {}
    for number, name in enumerate(planners):
        label = short[number] if short.count(short[number]) == 1 else name
        dashes = _DASHES[number // len(_COLOURS) % len(_DASHES)]
        found[name] = Look(label, _COLOURS[number % len(_COLOURS)], dashes)
    return found


def markers(starts: Sequence[str]) -> dict[str, str]:
    """Return the mark of each start; files of places have marks of their own, in order."""
    files = iter(_MARKS_OF_FILES * len(starts))
    return {start: _STARTS.get(start) or next(files) for start in starts}


def drawn(name: str, most: int = 28) -> str:
    """Return the name of a target or a start as it is drawn: short, and no formula."""
    return short(name, most).replace("$", r"\$")


def legend_below(figure: Figure, handles: Sequence[Any]) -> None:
    """Put names under the panels, in as many columns as the width has room for."""
    longest = max(len(handle.get_label()) for handle in handles)
    # A letter of 7.5 points is about 0.06 in wide; the sample before it and the gap take the rest.
    columns = int(figure.get_figwidth() / (0.06 * longest + 0.42))
    rows = -(-len(handles) // max(1, columns))
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=-(-len(handles) // rows),
        columnspacing=1.2,
        handletextpad=0.5,
    )


def height_of_legend(names: Sequence[str], width: float = WIDTH_IN) -> float:
    """Return how high (in) `legend_below` makes the names."""
    columns = max(1, int(width / (0.06 * max(map(len, names)) + 0.42)))
    return 0.12 + 0.16 * -(-len(names) // columns)


def logarithmic(axes: Axes, which: Literal["x", "y"] = "y", least: float = 0.0) -> None:
    """Give an axis a logarithmic scale, with figures where there is room for them.

    Args:
        axes: where.
        which: of its axes.
        least: lines leave the panel where they are smaller.
    """
    axes.set(**{f"{which}scale": "log"})
    low, high = axes.get_ylim() if which == "y" else axes.get_xlim()
    if low < least:
        low, high = least, max(high, 10.0 * least)
        axes.set(**{f"{which}lim": (low, high)})
    axis = axes.yaxis if which == "y" else axes.xaxis
    # Figures side by side take more room than one above the other.
    few = high < (300.0 if which == "y" else 15.0) * low
    subs = (1.0, 2.0, 5.0) if few else (1.0,)
    axis.set_major_locator(LogLocator(subs=subs, numticks=9))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())
