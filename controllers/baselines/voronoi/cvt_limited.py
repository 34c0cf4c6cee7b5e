"""Lloyd's method for robots that sense only so far."""

from dataclasses import dataclass
from typing import ClassVar

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.base import require_within
from bildsim.controllers.baselines.voronoi.cvt import Voronoi
from bildsim.controllers.knowledge import Knowledge, Positions


@dataclass(frozen=True, eq=False)
class LimitedVoronoi(Voronoi):
    """Each robot drives to the p*-centroid of its Voronoi cell cut to a disc around itself.

    Cortés, Martínez and Bullo, Spatially-distributed coverage optimization and control with
    limited-range interactions, ESAIM: Control, Optimisation and Calculus of Variations 11(4), 2005:
    the cell within half the sensing range is known exactly from the robots within that
    range. It descends the locational cost with the squared distance capped at (range / 2)^2.

    A robot must know p* and sense the robots within ``sensing_range``; it sends nothing. O(N P)
    for N robots and P = 10^4 grid points. Known failures: those of
    `bildsim.controllers.baselines.voronoi.cvt.Voronoi`, and mass further away than the disc
    draws nobody.

    Attributes:
        sensing_range: how far a robot senses others (m); the disc has half this radius.

    Raises:
        UsageError: an option is out of range.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.NEARBY)

    sensing_range: float = 0.5

    def __post_init__(self) -> None:
        require_within(self, {"sensing_range": (1e-3, 10.0)})

    def goals(self, positions: Floats) -> Floats:
        """Return the centroids of the cut cells, (N, 2) in metres."""
        return self.partition.regions(positions, reach=0.5 * self.sensing_range).centroids
