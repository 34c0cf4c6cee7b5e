"""Smooth interpolation of tables over the square, each robot in its own table."""

from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats, Ints


def interpolate(tables: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Interpolate tables at points by cubic convolution, with its exact gradient.

    Keys, Cubic convolution interpolation for digital image processing, IEEE Trans. Acoustics,
    Speech and Signal Processing 29(6), 1981 (a = -1/2): once continuously differentiable, exact for
    quadratics, and no neighbour's table is needed. Beyond the last node values are mirrored at the
    wall, as those of reflected kernels are.

    Args:
        tables: (N, G, G) or (1, G, G) values at the centres (x_j, y_i) of G x G cells of C.
        points: (N, 2) in metres, in C; point n is looked up in table n, or all in the only one.

    Returns:
        Values, (N,), and gradients, (N, 2) per metre.
    """
    size = tables.shape[-1]
    x, y = (_stencil(axis, size) for axis in points.T)
    own = np.broadcast_to(tables, (len(points), size, size))
    row = np.arange(len(points))[:, None, None]
    patch = own[row, y.nodes[:, :, None], x.nodes[:, None, :]]
    value = np.einsum("nij,ni,nj->n", patch, y.weight, x.weight)
    along_x = np.einsum("nij,ni,nj->n", patch, y.weight, x.slope)
    along_y = np.einsum("nij,ni,nj->n", patch, y.slope, x.weight)
    return value, np.stack([along_x, along_y], axis=1)


class _Stencil(NamedTuple):
    """The four nodes next to each point on one axis.

    Attributes:
        nodes: (N, 4) which nodes, mirrored into the table.
        weight: (N, 4) what they count.
        slope: (N, 4) derivatives of the weights, per metre.
    """

    nodes: Ints
    weight: Floats
    slope: Floats


def _stencil(coordinates: Floats, size: int) -> _Stencil:
    place = 0.5 * size * (coordinates + 1.0) - 0.5
    left = np.floor(place).astype(np.int64)
    t = place - left
    index = left[:, None] + np.arange(-1, 3)
    # Beyond the wall, node -1 is node 0 again, and so on.
    mirrored = np.where(index < 0, -1 - index, np.where(index >= size, 2 * size - 1 - index, index))
    # Weights and slopes are cubic polynomials of the place t between two nodes.
    powers = np.stack([np.ones_like(t), t, t**2, t**3], axis=1)
    slopes = np.stack([np.zeros_like(t), np.ones_like(t), 2.0 * t, 3.0 * t**2], axis=1)
    return _Stencil(mirrored, powers @ _KEYS, 0.5 * size * slopes @ _KEYS)


# Rows are powers of t, columns the nodes at -1, 0, 1 and 2.
_KEYS = 0.5 * np.array(
    [[0.0, 2.0, 0.0, 0.0], [-1.0, 0.0, 1.0, 0.0], [2.0, -5.0, 4.0, -1.0], [-1.0, 3.0, -3.0, 1.0]]
)
