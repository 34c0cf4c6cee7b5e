"""Kernel density estimates on C whose kernels are reflected at the walls, and a divergence.

A plain Gaussian kernel beside a wall loses mass to the outside and makes the estimate too small
there. Adding the kernel's mirror images keeps all of the mass in C (Silverman 1986, section 2.10).
"""

import math

import numpy as np
from scipy.special import rel_entr

from bildsim.arrays import Floats
from bildsim.cells import Cells

NARROW, STANDARD, WIDE = BANDWIDTHS = (0.09, 0.12, 0.20)
"""Bandwidths for 100 robots in metres; which planner comes first can depend on h, so show all."""


def scaled_bandwidth(at_hundred: float, robots: int) -> float:
    """Return h = h_100 (N / 100)^(-1/6) in metres.

    The exponent is that of the best bandwidth in two dimensions (Silverman 1986); the factor is
    fixed, because a bandwidth that follows the robots would judge each planner by another rule.

    Args:
        at_hundred: h_100, the bandwidth for 100 robots, in metres.
        robots: N.
    """
    return at_hundred * math.pow(robots / 100.0, -1.0 / 6.0)


def standard_bandwidth(robots: int) -> float:
    """Return h = 0.12 (N / 100)^(-1/6) in metres; see :func:`scaled_bandwidth`."""
    return scaled_bandwidth(STANDARD, robots)


def reflected_kernel(at: Floats, centres: Floats, bandwidth: float) -> Floats:
    """Return the Gaussian kernel on [-1, 1] with reflection at both ends, per metre.

    K(u; x) = g(u - x) + g(u - (2 - x)) + g(u - (-2 - x)), g the normal density of standard
    deviation h. Further images are left out: with h <= 0.3 they add less than 1e-9.

    Args:
        at: where to evaluate the kernels, (G,) in metres.
        centres: where the kernels stand, (N,) in metres.
        bandwidth: h in metres.

    Returns:
        One kernel a column, (G, N).
    """
    images = np.stack([centres, 2.0 - centres, -2.0 - centres])
    scaled = (at[:, None, None] - images) / bandwidth
    kernels: Floats = np.exp(-0.5 * scaled**2).sum(axis=1)
    return kernels / (math.sqrt(2.0 * math.pi) * bandwidth)


def reflected_kde(at: Floats, positions: Floats, bandwidth: float) -> Floats:
    """Return the estimate (1/N) sum_i K(x; x_i) K(y; y_i), per square metre.

    Args:
        at: coordinates along one axis in metres, (G,); the same on both axes.
        positions: where the robots are, (N, 2) in metres.
        bandwidth: h in metres.

    Returns:
        The density at the points (x_j, y_i), (G, G); y grows with i.
    """
    along_x = reflected_kernel(at, positions[:, 0], bandwidth)
    along_y = reflected_kernel(at, positions[:, 1], bandwidth)
    return along_y @ along_x.T / len(positions)


def js_kde(positions: Floats, cells: Cells, bandwidth: float | None = None) -> float:
    """Return the Jensen-Shannon divergence, in nats, between the swarm's KDE and the blurred p*.

    JS = KL(p || m) / 2 + KL(q || m) / 2 with m = (p + q) / 2 (Lin 1991): between 0 and ln 2. Both
    sides go through the same reflected kernel, so that a swarm which matches p* as closely as the
    kernel can see scores 0; robots drawn from p* do not, they clump.

    Args:
        positions: where the robots are, (N, 2) in metres.
        cells: the target.
        bandwidth: h in metres; ``standard_bandwidth(N)`` if not given.
    """
    h = standard_bandwidth(len(positions)) if bandwidth is None else bandwidth
    kernel = reflected_kernel(cells.centres, cells.centres, h)
    swarm = reflected_kde(cells.centres, positions, h)
    return jensen_shannon(swarm, kernel @ cells.masses @ kernel.T)


def jensen_shannon(p: Floats, q: Floats) -> float:
    """Return the Jensen-Shannon divergence in nats; p and q, of one shape, are normalised first."""
    p, q = p / p.sum(), q / q.sum()
    middle = 0.5 * (p + q)
    return 0.5 * float(rel_entr(p, middle).sum() + rel_entr(q, middle).sum())
