"""Planners that compare the swarm with the target in cosines: ergodic coverage.

``ergodic`` descends the ergodic metric of the positions at this moment, ``smc`` that of all paths;
``cosine_basis`` holds the functions.
"""

from bildsim.controllers.baselines.spectral.cosine_basis import Cosines
from bildsim.controllers.baselines.spectral.ergodic import ErgodicDescent
from bildsim.controllers.baselines.spectral.smc import SpectralCoverage

__all__ = ["Cosines", "ErgodicDescent", "SpectralCoverage"]
