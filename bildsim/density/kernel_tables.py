"""What the compiled passes over the density grid read and write: constants and scratch arrays."""

from typing import NamedTuple

from bildsim.basics.arrays import Floats, Ints
from bildsim.numerics.compiling import inlined, inlined_early
from bildsim.numerics.lanes import scratch, spread, store


class Tables(NamedTuple):
    """Constants of a density family, laid out for the kernels (kappa the order, K = kappa + 1).

    Attributes:
        polynomials: (G, 2K - 1) P_d at the grid's nodes.
        fold: ((G + 1) // 2,) one-dimensional quadrature weights, halved for a node that is its own
            mirror image.
        degree_x, degree_y: (m,) degrees a, b of each statistic.
        products: (T, 2K - 1) coefficient of P_f in the t-th of the T = K (K + 1) / 2 products.
        factors: (T, 2) the degrees a <= b of each product.
        second: (m (m + 1) / 2,) where E[phi_k phi_h], k <= h, row by row, stands among the T x T
            second moments: the index in x times T plus that in y.
        own, theta: (m,) 0..m-1, and where y_k stands among the K x K coefficients.
        blocked: nodes at which there is no density, as places in `Workspace.grid`.
    """

    polynomials: Floats
    fold: Floats
    degree_x: Ints
    degree_y: Ints
    products: Floats
    factors: Ints
    second: Ints
    own: Ints
    theta: Ints
    blocked: Ints


class Workspace(NamedTuple):
    """Scratch arrays for one thread, (n, 8): eight robots a row."""

    y: Floats
    theta: Floats
    rows: Floats
    grid: Floats
    column: Floats
    half: Floats
    sums: Floats
    partial: Floats
    second: Floats
    mean: Floats
    gradient: Floats
    packed: Floats
    line: Floats


@inlined
def axis_size(tables: Tables) -> int:
    """Return K, the number of polynomials an axis."""
    degrees: int = tables.polynomials.shape[1]
    return (degrees + 1) // 2


@inlined_early
def workspace(tables: Tables) -> Workspace:
    """Allocate the scratch arrays that the passes need."""
    nodes, degrees = tables.polynomials.shape
    products = tables.products.shape[0]
    statistics, size = tables.own.size, axis_size(tables)
    theta = scratch(size * size)
    store(theta, 0, spread(0.0))  # the constant statistic, which no y sets
    return Workspace(
        scratch(statistics),
        theta,
        scratch(nodes * size),
        scratch(nodes * nodes),
        scratch(2 * nodes + 2),
        scratch(4 * degrees),
        scratch(degrees * degrees + size * size),
        scratch(products * degrees),
        scratch(products * products),
        scratch(statistics),
        scratch(statistics),
        scratch(tables.second.size),
        scratch(3),
    )
