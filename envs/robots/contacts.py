"""Contacts of robots with each other and with walls, whatever the dynamics."""

from dataclasses import dataclass

from bildsim.basics.arrays import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class Touching:
    """What of a tick's contacts every tick is told.

    Attributes:
        robot: which robots touch another robot, (N,).
        wall: which robots touch a wall, (N,).
        pairs: number of pairs that touch.
        overlap: the deepest overlap of all, m.
    """

    robot: Bools
    wall: Bools
    pairs: int
    overlap: float


@dataclass(frozen=True)
class Contacts:
    """Contacts of the last physics step; floor contacts are left out.

    Attributes:
        pairs: robots that touch, (K, 2), each row ascending, rows in lexicographic order.
        pair_overlap: overlap of each pair's discs, (K,), m, 0 or more.
        wall: which robots touch a wall, (N,).
        robot: which robots touch another robot, (N,).
        wall_overlap: overlap of each robot with a wall, (N,), m, 0 where there is none.
    """

    pairs: Ints
    pair_overlap: Floats
    wall: Bools
    robot: Bools
    wall_overlap: Floats

    @property
    def max_overlap(self) -> float:
        """The deepest overlap of all, m."""
        return float(max(self.pair_overlap.max(initial=0.0), self.wall_overlap.max(initial=0.0)))

    @property
    def touching(self) -> Touching:
        """The contacts in short."""
        return Touching(self.robot, self.wall, len(self.pairs), self.max_overlap)
