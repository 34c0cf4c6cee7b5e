"""Flow down the density error by the heat equation, so that excess diffuses away."""

from dataclasses import dataclass

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.kernels.kde_flow import KernelFlow
from bildsim.controllers.baselines.kernels.kernel_density import Field


@dataclass(frozen=True, eq=False)
class HeatFlow(KernelFlow):
    """Each robot moves by -alpha grad(p_h - p*_h) / p_h.

    Then the error e = p - p* obeys the heat equation de/dt = alpha Laplace(e) and dies out evenly:
    Eren and Açıkmeşe, Velocity field generation for density control of swarms using heat equation
    and smoothing kernels, CDC 2017. Kernels, bandwidth, what a
    robot must know and what it costs are those of
    `bildsim.controllers.baselines.kernels.kde_flow.KernelFlow`.

    Known failure: where few robots are, p_h is small and the speed unbounded, so the limit on the
    step decides; where none are, nothing pulls: the gradient of p* is weighed by p* itself, so far
    modes are felt less than by ``kde_flow``.

    Attributes:
        gain: alpha as a multiple of h^2 a tick.
    """

    gain: float = 0.3

    @staticmethod
    def excess(swarm: Field, target: Field) -> Floats:
        """Return what the robots run down, (N, 2) per metre: grad(p_h - p*_h) / p_h."""
        return (swarm.gradient - target.gradient) / swarm.value[:, None]
