"""Kernel density estimates on C whose kernels are reflected at the walls.

A plain Gaussian kernel beside a wall loses mass to the outside and makes the estimate too small
there. Adding the kernel's mirror images keeps all of the mass in C (Silverman 1986, section 2.10).
"""

import math

import numpy as np

from bildsim.basics.arrays import Floats

NARROW, STANDARD, WIDE = BANDWIDTHS = (0.09, 0.12, 0.20)
"""Bandwidths for 100 robots in metres; which planner comes first can depend on h, so show all."""


def scaled_bandwidth(at_hundred: float, robots: int) -> float:
    """Return h = h_100 (N / 100)^(-1/6) in metres.

    The exponent is that of the best bandwidth in two dimensions (Silverman 1986); the factor is
    fixed, because a bandwidth that follows the robots would measure each planner by another rule.

    Args:
        at_hundred: h_100, the bandwidth for 100 robots, in metres.
        robots: N.
    """
    return at_hundred * math.pow(robots / 100.0, -1.0 / 6.0)


def standard_bandwidth(robots: int) -> float:
    """Return h = 0.12 (N / 100)^(-1/6) in metres; see `scaled_bandwidth`."""
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
