"""Lloyd's method: every robot goes to the centroid of its Voronoi cell."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.base import Memoryless
from bildsim.controllers.baselines.voronoi.partition import Partition
from bildsim.controllers.knowledge import Knowledge, Positions


@dataclass(frozen=True, eq=False)
class Voronoi(Memoryless):
    """Each robot drives to the centroid of the p*-mass of its own Voronoi cell.

    Cortés, Martínez, Karataş and Bullo, Coverage control for mobile sensing networks, IEEE Trans.
    Robotics and Automation 20(2), 2004, section II, as a discrete-time Lloyd descent of the
    locational cost sum_i int_{V_i} |q - x_i|^2 p*.

    A robot must know p* and sense its Voronoi neighbours, however far they are; it sends nothing.
    O(N P) for all N robots and P = 10^4 grid points.

    Known failures: centroidal Voronoi cells hold unequal masses (in the plane robots settle with a
    density near the square root of p*), so the swarm does not take the density p*; and robots
    behind others have small cells in poor places, so that a swarm in a corner spreads slowly.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.CELLS)

    def goals(self, positions: Floats) -> Floats:
        """Return the centroids, (N, 2) in metres."""
        return self.partition.regions(positions).centroids

    @cached_property
    def partition(self) -> Partition:
        """The grid whose points are shared out, weighted by p*."""
        return Partition.of(self.problem.target)
