"""Lloyd's method for the square of p*, whose quantisers have the density p*."""

from dataclasses import dataclass
from functools import cached_property

from bildsim.controllers.baselines.voronoi.cvt import Voronoi
from bildsim.controllers.baselines.voronoi.partition import Partition


@dataclass(frozen=True, eq=False)
class SquaredVoronoi(Voronoi):
    """Each robot drives to the centroid of the p*^2-mass of its own Voronoi cell.

    In d dimensions the best N-point quantisers of a weight f have a density that tends to
    f^(d / (d + 2)) as N grows (Zador, IEEE Trans. Information Theory 28(2), 1982): the square root
    in the plane. Lloyd's method with the weight p*^2 therefore aims at p*. The motion is that of
    Cortés et al. 2004; see `bildsim.controllers.baselines.voronoi.cvt.Voronoi`, also for
    what a robot must know and what it costs.

    Known failure: squaring makes valleys of p* deeper, so robots cross them even more slowly, and
    modes keep the number of robots that reached them first.
    """

    @cached_property
    def partition(self) -> Partition:
        """The grid whose points are shared out, weighted by p*^2."""
        return Partition.of(self.problem.target, exponent=2.0)
