"""Flow down the logarithm of the ratio of the swarm's density to the target's."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import ClassVar

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.base import Memoryless, require_within
from bildsim.controllers.baselines.kernels.kernel_density import Field, KernelDensity
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.step_limit import off_the_walls
from bildsim.density.kde import standard_bandwidth


@dataclass(frozen=True, eq=False)
class KernelFlow(Memoryless):
    """Each robot moves by -alpha grad ln(p_h / p*_h), both densities blurred by one kernel.

    p_h = (1/N) sum_j K_h(., x_j), p*_h = K_h * p*, with kernels reflected at the walls and a
    bandwidth of 5/3 of the metric ``js_kde``'s, chosen on gmm3 from a corner. In the limit of many
    robots and narrow kernels this is the Wasserstein gradient flow of KL(p || p*) (Jordan,
    Kinderlehrer and Otto, SIAM J. Mathematical Analysis 29, 1998); as a swarm's law with smoothing
    kernels it is the sibling of `bildsim.controllers.baselines.kernels.heat.HeatFlow`.

    A robot must know p* and sense all robots within 3 h on each axis (0.6 m for N = 100); it sends
    nothing. O(N^2 + N G^2) for all, G = 100 cells an axis.

    Known failure: where nobody is in range the swarm feels only p*, so islands of robots keep
    their number; at rest robots know the density only as finely as h, and h was chosen by hand.

    Attributes:
        gain: alpha as a multiple of h^2 a tick; above about 1 robots overshoot each other.
        widening: h as a multiple of the metrics' bandwidth, 0.12 m for N = 100.

    Raises:
        UsageError: an option is out of range.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.NEARBY, count=True)

    gain: float = 0.5
    widening: float = 5.0 / 3.0

    def __post_init__(self) -> None:
        require_within(self, {"widening": (0.01, 100.0)})

    def goals(self, positions: Floats) -> Floats:
        """Return the ends of the moves, (N, 2) in metres."""
        bandwidth = self.widening * standard_bandwidth(len(positions))
        density = self._densities(bandwidth)
        inside = off_the_walls(positions)
        downhill = self.excess(density.swarm(inside, inside), density.target(inside))
        return positions - self.gain * bandwidth**2 * downhill

    @staticmethod
    def excess(swarm: Field, target: Field) -> Floats:
        """Return what the robots run down, (N, 2) per metre: grad ln(p_h / p*_h)."""
        return swarm.log_gradient - target.log_gradient

    @cached_property
    def _densities(self) -> Callable[[float], KernelDensity]:
        """The estimator for a bandwidth, made once."""
        return lru_cache(partial(KernelDensity.of, self.problem.target))
