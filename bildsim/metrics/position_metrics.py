"""How well the robots' positions match p*, measured independently of any planner's own model."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from bildsim.basics.arrays import Floats
from bildsim.density.kde import NARROW, WIDE, scaled_bandwidth
from bildsim.density.legendre_family import LegendreFamily
from bildsim.metrics import cosines
from bildsim.metrics.jensen_shannon import js_kde
from bildsim.targets.optimal_transport import w2
from bildsim.targets.point_masses import CELLS, PointMasses
from bildsim.targets.target import Target

ERGODIC_ORDER = 10
POSITION_METRICS = ("js_kde", "js_kde_09", "js_kde_20", "w2", "energy", "ergodic", "locational")
"""Names of what `PositionMetrics.values` returns: metrics of positions and p* alone."""
_BLOCK = 256


@dataclass(frozen=True, eq=False)
class PositionMetrics:
    """The metrics of a swarm against one target, with all that depends on the target alone kept.

    Every one is 0 or least where the swarm matches p* best, and takes positions, (N, 2) in metres.

    Attributes:
        cells: the target's shares in equal cells, at whose centres all metrics look.
    """

    cells: PointMasses

    @classmethod
    def of(cls, target: Target, cells: int = CELLS) -> "PositionMetrics":
        """Return the metrics of a target on ``cells`` x ``cells`` cells (by default 0.05 m)."""
        return cls(PointMasses.of(target, cells))

    def values(self, positions: Floats) -> dict[str, float]:
        """Return every metric's value by the names of ``POSITION_METRICS``."""
        robots = len(positions)
        return {
            "js_kde": self.js_kde(positions),
            "js_kde_09": self.js_kde(positions, scaled_bandwidth(NARROW, robots)),
            "js_kde_20": self.js_kde(positions, scaled_bandwidth(WIDE, robots)),
            "w2": self.w2(positions),
            "energy": self.energy_distance(positions),
            "ergodic": self.ergodic(positions),
            "locational": self.locational(positions),
        }

    def w2(self, positions: Floats) -> float:
        """Return the 2-Wasserstein distance in metres."""
        return w2(positions, self.cells)

    def js_kde(self, positions: Floats, bandwidth: float | None = None) -> float:
        """Return a Jensen-Shannon divergence in nats; see `bildsim.metrics.js_kde`."""
        return js_kde(positions, self.cells, bandwidth)

    def energy_distance(self, positions: Floats) -> float:
        """Return 2 E|X - Q| - E|X - X'| - E|Q - Q'| in metres.

        X, X' are robots drawn independently with equal chance, Q, Q' cells drawn by their share of
        p*. Never negative, and 0 only where the distributions agree (Székely and Rizzo 2013).
        """
        mass = self.cells.masses.ravel()
        blocks = _blocks(positions)
        across = sum(float((cdist(block, self.cells.points) @ mass).sum()) for block in blocks)
        within = sum(float(cdist(block, positions).sum()) for block in blocks)
        across, within = across / len(positions), within / len(positions) ** 2
        return float(2.0 * across - within - self._spread)

    def ergodic(self, positions: Floats) -> float:
        """Return sum_k (1 + |k|^2)^(-3/2) (c_k - mu_k)^2, in 1 / square metres.

        c_k and mu_k are the means, over the robots and under p*, of the cosine f_k with wave
        numbers k = (k_1, k_2), 0 to 10 each, normalised to a unit integral of its square over C
        (Mathew and Mezić 2011, equations 3 to 7, for positions in place of trajectories).
        """
        x, y = (cosines.values(positions[:, axis], ERGODIC_ORDER) for axis in (0, 1))
        difference = np.einsum("na,nb->ab", y, x) / len(positions) - self._cosine_means
        return float(np.sum(cosines.sobolev_weights(ERGODIC_ORDER) * difference**2))

    def locational(self, positions: Floats) -> float:
        """Return the integral of min_i |q - x_i|^2 p*(q) over C, in square metres.

        The locational cost of coverage control (Cortés, Martínez, Karataş and Bullo 2004).
        """
        distance, _ = cKDTree(positions).query(self.cells.points)
        return float(self.cells.masses.ravel() @ distance**2)

    @cached_property
    def _spread(self) -> float:
        """E|Q - Q'| under p*, in metres."""
        mass = self.cells.masses.ravel()
        return float(mass @ cdist(self.cells.points, self.cells.points) @ mass)

    @cached_property
    def _cosine_means(self) -> Floats:
        """The means of the cosines under p*: element [a, b] has wave numbers b in x and a in y."""
        axis = cosines.values(self.cells.centres, ERGODIC_ORDER)
        return np.asarray(axis.T @ self.cells.masses @ axis)


def _blocks(positions: Floats) -> list[Floats]:
    """Cut the robots into blocks whose distances to ten thousand points are 20 MB."""
    return [positions[first : first + _BLOCK] for first in range(0, len(positions), _BLOCK)]


def kl_fit(
    positions: Floats, family: LegendreFamily, log_target: Floats, regularisation: float
) -> float:
    """Return KL(p(.; theta(x)) || p*) in nats, theta(x) the exact fit at the positions.

    BILD-MACRO's own objective (arXiv 2604.11712, equations (5) and (24)): it tells how well that
    planner does what it sets out to do, and rewards it against the others.

    Args:
        positions: where the robots are, (N, 2) in metres, inside C.
        family: the exponential family of the fit.
        log_target: ln p* on the family's grid, (G, G).
        regularisation: w, the ridge of the fit.
    """
    theta = family.fit(family.statistics(positions).mean(axis=0), regularisation)
    return family.kl(theta, log_target)


def minimum_gap(positions: Floats, radius: float) -> float:
    """Return the smallest gap between two robots' discs in metres.

    The distance between centres less twice the radius: negative where two discs overlap, infinite
    for a single robot.

    Args:
        positions: centres of the discs, (N, 2) in metres.
        radius: of every disc, in metres.
    """
    if len(positions) < 2:
        return float("inf")
    distance, _ = cKDTree(positions).query(positions, k=2)
    return float(distance[:, 1].min()) - 2.0 * radius


def step_lengths(before: Floats, after: Floats) -> Floats:
    """Return how far each robot moved in metres, (N,), in a straight line between (N, 2) arrays.

    Adding them up over a run gives each robot's path length.
    """
    return np.asarray(np.linalg.norm(after - before, axis=-1))
