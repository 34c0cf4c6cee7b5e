"""Orthonormal cosines on an axis of C = [-1, 1]^2, and the weights of their products."""

import numpy as np

from bildsim.basics.arrays import Floats


def values(coordinates: Floats, order: int) -> Floats:
    """Return h_k cos(k pi (x + 1) / 2) for k = 0..order, (N, order + 1), at (N,) metres.

    h_0^2 = 1/2 and else h_k = 1, so that the square of each has the integral 1 over [-1, 1].
    """
    return np.asarray(_norms(order) * np.cos(_phase(coordinates, order)))


def derivatives(coordinates: Floats, order: int) -> Floats:
    """Return the derivatives of ``values``, (N, order + 1), in 1/m."""
    factors = -0.5 * np.pi * np.arange(order + 1.0) * _norms(order)
    return np.asarray(factors * np.sin(_phase(coordinates, order)))


def sobolev_weights(order: int) -> Floats:
    """Return (1 + a^2 + b^2)^(-3/2) for wave numbers a, b <= order: coarse waves count more.

    The weights of Mathew and Mezić, Metrics for ergodicity and design of ergodic dynamics for
    multi-agent systems, Physica D 240, 2011, equation 7.
    """
    squares = np.arange(order + 1.0) ** 2
    return np.asarray((1.0 + np.add.outer(squares, squares)) ** -1.5)


def _phase(coordinates: Floats, order: int) -> Floats:
    return 0.5 * np.pi * (coordinates[:, None] + 1.0) * np.arange(order + 1.0)


def _norms(order: int) -> Floats:
    return np.where(np.arange(order + 1) == 0, np.sqrt(0.5), 1.0)
