"""Assignment of robots to the points of a quantised target, once, at the start."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.base import FixedGoals, good_places
from bildsim.controllers.knowledge import Knowledge, Positions


@dataclass(frozen=True, eq=False)
class AssignedPlaces(FixedGoals):
    """Every robot drives to its own point of a quantised p*, chosen for the least sum of squares.

    The places are `bildsim.controllers.baselines.base.good_places`; the assignment
    minimises sum_i |x_i - g_s(i)|^2 by the Hungarian method (Kuhn 1955; SciPy's solver is Crouse's,
    IEEE Trans. Aerospace and Electronic Systems 52, 2016). With squared distances straight paths of
    point robots that arrive together do not meet (Turpin, Michael and Kumar, CAPT, IJRR 33, 2014).

    One computer must know every position, once; then each robot knows its own position and place.
    No messages are counted. O(N^3) at the start, O(1) a robot and tick. Known failure: nothing
    that happens after the start is seen; places in a jam or of lost robots stay empty, and a target
    that moves leaves its places behind.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.ALL_ONCE, count=True)

    def places(self, positions: Floats, rng: np.random.Generator) -> Floats:
        """Return each robot's point, (N, 2) in metres."""
        points = good_places(self.problem.target, len(positions), rng)
        _, chosen = linear_sum_assignment(cdist(positions, points, "sqeuclidean"))
        return np.asarray(points[chosen])
