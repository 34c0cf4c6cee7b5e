"""An optimal-transport quantiser of p*: the reference of perfect placement."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.base import FixedGoals, good_places
from bildsim.controllers.knowledge import Knowledge, Positions


@dataclass(frozen=True, eq=False)
class Quantised(FixedGoals):
    """Robot i drives to the i-th point of an optimal-transport quantiser of p*.

    The placement is `bildsim.controllers.baselines.base.good_places`; nobody chose who
    goes where, so paths are long and cross. A robot must know its own position and its place in a
    list that one computer made beforehand; it sends nothing. O(1) a robot and tick after at most
    100 transport problems at the start. Known failure: it reacts to nothing, neither to losses nor
    to jams nor to a target that moves.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.OWN, count=True, list_of_places=True)

    def places(self, positions: Floats, rng: np.random.Generator) -> Floats:
        """Return the quantiser's points in the order in which it made them, (N, 2) in metres."""
        return good_places(self.problem.target, len(positions), rng)
