"""What the compiled fit reads: a family's constants and a target, in rows of eight numbers."""

from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Ints
from bildsim.density import legendre
from bildsim.density.grid import Grid
from bildsim.numerics.aligned import aligned_empty
from bildsim.numerics.lanes import WIDTH


class FitTables(NamedTuple):
    """Constants of a density family for `bildsim.density.fit_kernels`.

    Kappa is the order and K = kappa + 1. A row along x takes V groups of eight nodes, padded with
    nodes of no weight; D = 2 kappa + 1 polynomials take E groups and K of them F. There are
    T = K (K + 1) / 2 products P_a P_b with a <= b.

    Attributes:
        along: (G, D) P_d at the nodes.
        fold: (H,) quadrature weights of the nodes below the middle, y <= 0, H = (G + 1) // 2; half
            of it for one that is its own mirror image.
        across: (K V, 8) P_a at the nodes along x, row by row.
        weighted: (G E, 8) P_d at a node times its weight, node after node.
        products: (D K F, 8) coefficient of P_f in P_b P_d, f by f, b by b.
        factors: (T, 2) degrees a <= b of each product.
        coefficients: (T, D) the same coefficients, product after product.
        place: (m,) where y_k stands among the K x K coefficients, b K + a.
        mean: (m,) where E[phi_k] stands among moments whose rows are E groups long, K of them used.
        blocked: nodes at which there is no density, as places in a grid of rows of V groups.
    """

    along: Floats
    fold: Floats
    across: Floats
    weighted: Floats
    products: Floats
    factors: Ints
    coefficients: Floats
    place: Ints
    mean: Ints
    blocked: Ints


def fit_tables(order: int, grid: Grid, degrees: Ints, blocked: Bools | None = None) -> FitTables:
    """Return the constants of the family of that order.

    Args:
        order: kappa.
        grid: the quadrature grid.
        degrees: (m, 2) degrees (a, b) of each statistic.
        blocked: (G, G) nodes at which there is no density; None where it is everywhere.
    """
    size, nodes = order + 1, grid.size
    along = legendre.values(grid.nodes, 2 * order)
    half = (nodes + 1) // 2
    mirrored = np.arange(half) != (nodes - 1) / 2
    upper = [(a, b) for a in range(size) for b in range(a, size)]
    sums = legendre.product_coefficients(order)
    coefficients = np.array([sums[a, b] for a, b in upper])
    rows, columns = np.nonzero(np.zeros((nodes, nodes)) if blocked is None else blocked)
    return FitTables(
        along=along,
        fold=np.where(mirrored, 1.0, 0.5) * grid.weights[:half],
        across=in_groups(along[:, :size].T),
        weighted=in_groups(along * grid.weights[:, None]),
        products=in_groups(np.moveaxis(sums, 2, 0).reshape(-1, size)),
        factors=np.array(upper),
        coefficients=coefficients,
        place=degrees[:, 1] * size + degrees[:, 0],
        mean=degrees[:, 1] * (WIDTH * -(-along.shape[1] // WIDTH)) + degrees[:, 0],
        blocked=rows * (WIDTH * -(-nodes // WIDTH)) + columns,
    )


def folded_target(log_target: Floats, grid: Grid) -> Floats:
    """Return ln p*, (G, G), as sums and differences of mirror nodes, (G V, 8).

    They go with those of the density: half the sum of rows i and G - 1 - i stands in row i, half
    their difference in row G - 1 - i, each times the weights along x.
    """
    mirror = log_target[::-1]
    half = (grid.size + 1) // 2
    rows = np.concatenate([log_target[:half] + mirror[:half], mirror[half:] - log_target[half:]])
    return in_groups(0.5 * rows * grid.weights)


def in_groups(rows: Floats) -> Floats:
    """Return rows (n, length) in groups of eight, padded with zeros: (n ceil(length / 8), 8)."""
    count, length = rows.shape
    wide = -(-length // WIDTH)
    result = aligned_empty(count * wide, WIDTH)
    padded = result.reshape(count, wide * WIDTH)
    padded[:, :length] = rows
    padded[:, length:] = 0.0
    return result
