"""Planners whose robots flow down what kernels say of the swarm and the target.

``kde_flow`` goes down the logarithm of the density ratio, ``heat`` down the difference,
``kde_consensus`` down a density that robots agree on, ``mmd`` down the energy distance;
``kernel_density`` and ``interpolation`` give densities and their gradients.
"""

from bildsim.controllers.baselines.kernels.heat import HeatFlow
from bildsim.controllers.baselines.kernels.kde_consensus import ConsensusFlow
from bildsim.controllers.baselines.kernels.kde_flow import KernelFlow
from bildsim.controllers.baselines.kernels.mmd import EnergyFlow

__all__ = ["ConsensusFlow", "EnergyFlow", "HeatFlow", "KernelFlow"]
