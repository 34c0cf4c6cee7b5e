"""How the plots of a sweep look: one colour and line a planner, in all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bildsim.basics.names import short

GREY, BLACK, FAINT = "#767676", "#222222", "#c8c8c8"
DPI = 130
# The keys are a type of their own, another one in each version of matplotlib.
STYLE: Any = {
    "font.size": 9,
    "axes.labelsize": 9,
    "axes.titlesize": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.3,
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
