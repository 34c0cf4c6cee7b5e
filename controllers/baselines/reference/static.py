"""Robots that stay where they start: the reference without any motion."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.base import FixedGoals
from bildsim.controllers.knowledge import Knowledge, Positions


@dataclass(frozen=True, eq=False)
class Static(FixedGoals):
    """Every robot stays where it started.

    A robot that others push away drives back. It must know its own position; O(1) a robot and
    tick. Known failure: it is as good as its start.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.OWN, target=False)

    def places(self, positions: Floats, rng: np.random.Generator) -> Floats:
        """Return the starting positions, (N, 2) in metres."""
        return positions.copy()
