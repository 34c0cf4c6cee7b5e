"""Independent draws from p*: the reference without any coordination."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.base import FixedGoals
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.targets.sampling import Sampler


@dataclass(frozen=True, eq=False)
class IndependentDraws(FixedGoals):
    """Every robot draws a place from p* for itself and drives there: the score to beat.

    It is the zero of normalised scores (Anderson et al., Quantifying robotic swarm coverage, 2019,
    with another error). A robot must know its own position and p*, nobody else; it sends nothing.
    O(1) a robot and tick. Known failure: draws clump and leave gaps; and they are made
    once, so nobody follows a target that moves.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.OWN)

    def places(self, positions: Floats, rng: np.random.Generator) -> Floats:
        """Return one draw a robot, (N, 2) in metres."""
        return Sampler(self.problem.target).draw(len(positions), rng)
