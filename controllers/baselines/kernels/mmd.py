"""Flow down the energy distance between the robots and the target."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.baselines.base import TRANSPORT_CELLS, Memoryless
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.targets.point_masses import PointMasses


@dataclass(frozen=True, eq=False)
class EnergyFlow(Memoryless):
    """Each robot moves by -beta (N/2) times the gradient of the energy distance in its position.

    The energy distance 2 E|X - Q| - E|X - X'| - E|Q - Q'| is the squared maximum mean discrepancy
    of the kernel -|x - y| (Székely and Rizzo, J. Statistical Planning and Inference 143, 2013;
    Sejdinovic et al., Annals of Statistics 41, 2013). Moving particles down an MMD: Arbel, Korba,
    Salim and Gretton, Maximum mean discrepancy gradient flow, NeurIPS 2019 (arXiv 1906.04370);
    with this kernel it is stippling by attraction and repulsion (Schmaltz et al., Electrostatic
    halftoning, Computer Graphics Forum 29, 2010, with another law of distance). p* attracts, the
    robots repel each other, both with a force that does not fade.

    A robot must know p* and the position of every other; no messages are counted. O(N^2 + N G^2)
    for all, G = 50 cells an axis. Known failure: needs everybody's position; and it minimises
    what ``energy`` measures.

    Attributes:
        step: beta in metres a tick.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.ALL, count=True)

    step: float = 0.3

    def goals(self, positions: Floats) -> Floats:
        """Return the ends of the moves, (N, 2) in metres."""
        attraction = _mean_direction(positions, self._cells.points, self._cells.masses.ravel())
        # The energy distance attracts to p* and repels from robots alike; both are mean directions.
        equal = np.full(len(positions), 1.0 / len(positions))
        repulsion = _mean_direction(positions, positions, equal)
        return positions - self.step * (attraction - repulsion)

    @cached_property
    def _cells(self) -> PointMasses:
        return PointMasses.of(self.problem.target, TRANSPORT_CELLS)


def _mean_direction(at: Floats, points: Floats, masses: Floats) -> Floats:
    """Return sum_c m_c (x - q_c) / |x - q_c|, (N, 2): the gradient of the mean distance.

    A point at the same place has no direction and counts as 0.
    """
    x = at[:, :1] - points[:, 0]
    y = at[:, 1:] - points[:, 1]
    distance = np.sqrt(x * x + y * y)
    pull = masses / np.where(distance > 0.0, distance, np.inf)
    return np.stack([np.sum(x * pull, axis=1), np.sum(y * pull, axis=1)], axis=1)
