"""z_i = q_i^-1 grad f(y_i) for N robots (Remark 3): eight factorisations side by side, compiled.

q = W^T D^-1 W with W upper triangular and D its diagonal: Cholesky's factorisation without roots,
so q is positive definite just if every pivot is positive. Two are made of each robot's q_i, (m, m)
given as m (m + 1) / 2 numbers: of q_i - w I, whose pivots say whether P_{>= w} changes q_i, and of
q_i itself, to solve with. Rows go in blocks of four: a 4 x 4 block stays in registers while the
rows above are subtracted.

In NumPy this is ``np.linalg.cholesky(q - w I)`` and ``np.linalg.solve(q, gradient)``, a call of
LAPACK a robot; the kernel is 12 times as fast (``python -m benchmarks.round_cost``, m = 48,
one thread). Both give the same z_i but for rounding
(`tests/controllers/bild_macro/solvers/test_direct.py`).
"""

from typing import NamedTuple, TypeAlias

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Ints
from bildsim.numerics.compiling import inlined, kernel
from bildsim.numerics.lanes import WIDTH, Lanes, fill, load, minimum, scratch, spread, store
from bildsim.numerics.transpose import gather_rows, scatter_rows

_compiled = kernel(__file__)

_BLOCK = 4
Row: TypeAlias = tuple[Lanes, Lanes, Lanes, Lanes]


class Factors(NamedTuple):
    """W, D^-1, and four columns of D^-1 W, of eight matrices of ``size`` rows: (n, 8) each."""

    size: int
    upper: Floats
    inverse: Floats
    panel: Floats


class _Coefficients(NamedTuple):
    """The part of D^-1 W above the diagonal of a 4 x 4 block."""

    c01: Lanes
    c02: Lanes
    c03: Lanes
    c12: Lanes
    c13: Lanes
    c23: Lanes


@inlined
def _load_row(lanes: Floats, n: int) -> Row:
    return load(lanes, n), load(lanes, n + 1), load(lanes, n + 2), load(lanes, n + 3)


@inlined
def _store_row(lanes: Floats, n: int, row: Row) -> None:
    store(lanes, n, row[0])
    store(lanes, n + 1, row[1])
    store(lanes, n + 2, row[2])
    store(lanes, n + 3, row[3])


@inlined
def _less(row: Row, factor: Lanes, other: Row) -> Row:
    """Return row - factor * other."""
    return (
        row[0] - factor * other[0],
        row[1] - factor * other[1],
        row[2] - factor * other[2],
        row[3] - factor * other[3],
    )


@inlined
def _fill_panel(first: int, work: Factors) -> None:
    """Copy the finished rows' columns first..first+3, divided by the rows' pivots.

    These are the factors by which each finished row is subtracted from the next four; in a panel of
    their own they are read in the order of memory.
    """
    for k in range(first):
        row, share = _load_row(work.upper, k * work.size + first), load(work.inverse, k)
        scaled = (row[0] * share, row[1] * share, row[2] * share, row[3] * share)
        _store_row(work.panel, k * _BLOCK, scaled)


@inlined
def _eliminated(
    first: int, column: int, matrix: Floats, work: Factors
) -> tuple[Row, Row, Row, Row]:
    """Return a 4 x 4 block of the matrix less the share of the rows before ``first``."""
    size, upper, panel = work.size, work.upper, work.panel
    n = first * size + column
    r0, r1 = _load_row(matrix, n), _load_row(matrix, n + size)
    r2, r3 = _load_row(matrix, n + 2 * size), _load_row(matrix, n + 3 * size)
    for k in range(first):
        above, factors = _load_row(upper, k * size + column), _load_row(panel, k * _BLOCK)
        r0, r1 = _less(r0, factors[0], above), _less(r1, factors[1], above)
        r2, r3 = _less(r2, factors[2], above), _less(r3, factors[3], above)
    return r0, r1, r2, r3


@inlined
def _factor_diagonal(
    first: int, shift: float, matrix: Floats, work: Factors
) -> tuple[Lanes, _Coefficients]:
    """Factor the 4 x 4 block on the diagonal; return its least pivot and its coefficients."""
    size = work.size
    r0, r1, r2, r3 = _eliminated(first, first, matrix, work)
    # Gaussian elimination of a symmetric 4 x 4 block, written out: p are pivots, i their inverses,
    # and c_ab what row a is multiplied by before it is taken from row b.
    p0 = r0[0] - shift
    i0 = 1.0 / p0
    c01, c02, c03 = r0[1] * i0, r0[2] * i0, r0[3] * i0
    r1, r2, r3 = _less(r1, c01, r0), _less(r2, c02, r0), _less(r3, c03, r0)
    p1 = r1[1] - shift
    i1 = 1.0 / p1
    c12, c13 = r1[2] * i1, r1[3] * i1
    r2, r3 = _less(r2, c12, r1), _less(r3, c13, r1)
    p2 = r2[2] - shift
    i2 = 1.0 / p2
    c23 = r2[3] * i2
    r3 = _less(r3, c23, r2)
    p3 = r3[3] - shift
    i3 = 1.0 / p3
    # Row 3 of the block has only its pivot, which is kept as an inverse: nobody reads the others.
    n = first * size + first
    _store_row(work.upper, n, r0)
    _store_row(work.upper, n + size, r1)
    _store_row(work.upper, n + 2 * size, r2)
    _store_row(work.inverse, first, (i0, i1, i2, i3))
    least = minimum(minimum(minimum(p0, p1), p2), p3)
    return least, _Coefficients(c01, c02, c03, c12, c13, c23)


@inlined
def factor(shift: float, matrix: Floats, work: Factors) -> Lanes:
    """Factor eight matrices minus ``shift`` times I; return the least pivot of each, or NaN.

    Once a pivot is not positive those below mean nothing, but none of them hides it.
    """
    size, least = work.size, spread(np.inf)
    for first in range(0, size, _BLOCK):
        _fill_panel(first, work)
        pivot, c = _factor_diagonal(first, shift, matrix, work)
        least = minimum(least, pivot)
        for column in range(first + _BLOCK, size, _BLOCK):
            # The rows above first, then the block's own rows from each other.
            r0, r1, r2, r3 = _eliminated(first, column, matrix, work)
            r1 = _less(r1, c.c01, r0)
            r2 = _less(_less(r2, c.c02, r0), c.c12, r1)
            r3 = _less(_less(_less(r3, c.c03, r0), c.c13, r1), c.c23, r2)
            n = first * size + column
            _store_row(work.upper, n, r0)
            _store_row(work.upper, n + size, r1)
            _store_row(work.upper, n + 2 * size, r2)
            _store_row(work.upper, n + 3 * size, r3)
    return least


@inlined
def solve_factored(work: Factors, vector: Floats) -> None:
    """Overwrite (size, 8) right-hand sides with the solutions."""
    size, upper = work.size, work.upper
    # Forwards, W^T D^-1 u = b: column k of the lower factor is row k of W, in memory's order.
    for k in range(size):
        known = load(vector, k) * load(work.inverse, k)
        store(vector, k, known)
        for h in range(k + 1, size):
            store(vector, h, load(vector, h) - load(upper, k * size + h) * known)
    # Backwards, W z = D (D^-1 u): four partial sums, so that additions need not wait for another.
    for k in range(size - 1, -1, -1):
        row, h = k * size, k + 1
        s0, s1, s2, s3 = spread(0.0), spread(0.0), spread(0.0), spread(0.0)
        while h % _BLOCK != 0:
            s0 = s0 + load(upper, row + h) * load(vector, h)
            h += 1
        while h < size:
            s0 = s0 + load(upper, row + h) * load(vector, h)
            s1 = s1 + load(upper, row + h + 1) * load(vector, h + 1)
            s2 = s2 + load(upper, row + h + 2) * load(vector, h + 2)
            s3 = s3 + load(upper, row + h + 3) * load(vector, h + 3)
            h += _BLOCK
        later = ((s0 + s1) + (s2 + s3)) * load(work.inverse, k)
        store(vector, k, load(vector, k) - later)


@inlined
def padded(rows: int) -> int:
    """Return how many rows the blocks of four need that hold a matrix of ``rows`` rows."""
    return (rows + _BLOCK - 1) // _BLOCK * _BLOCK


@inlined
def room_for_factors(size: int) -> Factors:
    """Return scratch arrays for the factors of eight matrices of ``size`` rows, a multiple of 4."""
    return Factors(size, scratch(size * size), scratch(size), scratch(size * _BLOCK))


@inlined
def identities(size: int) -> Floats:
    """Return eight identity matrices, (size^2, 8)."""
    matrix = scratch(size * size)
    fill(matrix, 0, size * size, 0.0)
    for k in range(size):
        store(matrix, k * size + k, spread(1.0))
    return matrix


@inlined
def _places(rows: int, size: int) -> Ints:
    """Return where the entries of a packed triangle of ``rows`` rows stand among size^2."""
    places, n = np.empty(rows * (rows + 1) // 2, dtype=np.int64), 0
    for k in range(rows):
        for h in range(k, rows):
            places[n] = k * size + h
            n += 1
    return places


@_compiled
def direction_pass(
    first: int,
    last: int,
    q: Floats,
    gradient: Floats,
    regularisation: float,
    direction: Floats,
    solved: Bools,
) -> None:
    """Write z_i = q_i^-1 grad f(y_i) where q_i > w I, and mark the others unsolved.

    The paper's projection leaves such a q_i unchanged, which a factorisation of q_i - w I decides;
    only the others need an eigendecomposition.

    Args:
        first: first robot.
        last: one past the last robot.
        q: (N, m (m + 1) / 2) packed upper triangles.
        gradient: (N, m) grad f(y_i).
        regularisation: w.
        direction: (N, m) gets z_i.
        solved: (N,) gets whether z_i is the answer.
    """
    rows = gradient.shape[1]
    size = padded(rows)
    # What gather_rows does not write stays as it is: the identity, which factors into itself.
    matrix, places, own = identities(size), _places(rows, size), np.arange(rows)
    work = room_for_factors(size)
    vector, pivots = scratch(size), scratch(2)
    for start in range(first, last, WIDTH):
        count = min(WIDTH, last - start)
        gather_rows(q, start, count, matrix, places)
        # The second overwrites the first, of which only the pivots count.
        store(pivots, 0, factor(regularisation, matrix, work))
        store(pivots, 1, factor(0.0, matrix, work))
        fill(vector, rows, size, 0.0)
        gather_rows(gradient, start, count, vector, own)
        solve_factored(work, vector)
        scatter_rows(vector, direction, start, count)
        # A NaN in q_i gives one in the pivots, and so an unsolved robot.
        for lane in range(count):
            solved[start + lane] = pivots[0, lane] > 0.0 and pivots[1, lane] > 0.0
