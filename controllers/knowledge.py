"""What a planner must know: an advantage that no count of bytes shows.

A planner that one computer works out for all robots sends nothing over the network and yet needs
every position at one place. Each class of planner therefore declares what it needs, as a class
attribute ``knows``; reports of comparisons say it beside its results.
"""

from dataclasses import dataclass
from enum import Enum


class Positions(Enum):
    """Whose positions a planner needs, in words."""

    OWN = "own"
    NEARBY = "others nearby"
    CELLS = "Voronoi neighbours"
    ALL_ONCE = "all, at the start"
    ALL = "all"


class Reach(Enum):
    """What kind of planner that makes it."""

    ALONE = "own position only"
    NETWORK = "neighbours' messages"
    SENSES = "senses others"
    CENTRAL = "needs all positions"
    PLANNED = "told its place"


@dataclass(frozen=True)
class Knowledge:
    """What a robot, or the computer that plans for all, must know.

    Attributes:
        positions: whose. ``NEARBY`` and ``CELLS`` are sensed: robots within a range, and those with
            a common border of cells, however far away they are.
        target: p*.
        count: N, how many robots there are, at least for settings that depend on it.
        messages: what the neighbours on the network send.
        channel: whether all that is sent goes over the problem's channel, so that it can be lost.
        list_of_places: its place in a list that one computer made for all beforehand.
    """

    positions: Positions
    target: bool = True
    count: bool = False
    messages: bool = False
    channel: bool = False
    list_of_places: bool = False

    @property
    def reach(self) -> Reach:
        """Return what kind of planner that makes it, the most demanding kind first."""
        if self.positions in (Positions.ALL, Positions.ALL_ONCE):
            return Reach.CENTRAL
        if self.list_of_places:
            return Reach.PLANNED
        if self.positions is not Positions.OWN:
            return Reach.SENSES
        return Reach.NETWORK if self.messages else Reach.ALONE

    def __str__(self) -> str:
        """Say it in a few words, such as ``p*, N, all positions``."""
        words = ["p*"] if self.target else []
        words += ["N"] if self.count else []
        words += [_POSITIONS[self.positions]]
        words += ["messages"] if self.messages else []
        words += ["a list of places"] if self.list_of_places else []
        return ", ".join(words)


_POSITIONS = {
    Positions.OWN: "own position",
    Positions.NEARBY: "positions nearby",
    Positions.CELLS: "Voronoi neighbours",
    Positions.ALL_ONCE: "all positions at the start",
    Positions.ALL: "all positions",
}
