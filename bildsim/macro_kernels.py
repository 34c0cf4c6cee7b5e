"""Compiled passes of Algorithm 1 over a range of robots; none holds Python's global lock.

Each pass writes only the rows of its own robots and reads the others' old rows, so robots can be
divided among threads in any way without changing a bit of the result.
"""

from typing import NamedTuple

import numba
import numpy as np

from bildsim import kernels
from bildsim.arrays import Bools, Floats, Ints
from bildsim.lanes import WIDTH, element, load, scratch, spread, store, total

_inlined = numba.njit(inline="always")
_STRIP = 4 * WIDTH


class Links(NamedTuple):
    """The weights a_ij in compressed sparse rows, self loops included."""

    indptr: Ints
    indices: Ints
    weights: Floats


class Fields(NamedTuple):
    """What the robots hold, a row a robot (names as in the paper; H without its ridge)."""

    y: Floats
    r: Floats
    q: Floats
    mean: Floats
    covariance: Floats


@_inlined
def _mix_strip(robot: int, column: int, width: int, links: Links, old: Floats, new: Floats) -> None:
    """Mix the 32 columns from ``column``, whose sums stay in registers."""
    s0, s1, s2, s3 = spread(0.0), spread(0.0), spread(0.0), spread(0.0)
    for k in range(links.indptr[robot], links.indptr[robot + 1]):
        weight = element(links.weights, k)
        n = element(links.indices, k) * width + column
        s0 = s0 + load(old, n) * weight
        s1 = s1 + load(old, n + WIDTH) * weight
        s2 = s2 + load(old, n + 2 * WIDTH) * weight
        s3 = s3 + load(old, n + 3 * WIDTH) * weight
    n = robot * width + column
    store(new, n, s0)
    store(new, n + WIDTH, s1)
    store(new, n + 2 * WIDTH, s2)
    store(new, n + 3 * WIDTH, s3)


@_inlined
def _mix_rest(robot: int, column: int, width: int, links: Links, old: Floats, new: Floats) -> None:
    """Mix the columns from ``column`` to the last, fewer than 32."""
    while column + WIDTH <= width:
        lanes = spread(0.0)
        for k in range(links.indptr[robot], links.indptr[robot + 1]):
            lanes = lanes + load(old, links.indices[k] * width + column) * links.weights[k]
        store(new, robot * width + column, lanes)
        column += WIDTH
    while column < width:
        single = 0.0
        for k in range(links.indptr[robot], links.indptr[robot + 1]):
            single += old[links.indices[k] * width + column] * links.weights[k]
        new[robot * width + column] = single
        column += 1


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _mix(first: int, last: int, links: Links, old: Floats, new: Floats) -> None:
    """Write sum_j a_ij old[j] into the rows first..last-1 of ``new``.

    Strip by strip of 32 columns, so that what a robot reads of its neighbours is still in the
    nearest cache when the next robot reads it.
    """
    width = old.shape[1]
    flat_old, flat_new = old.reshape(-1), new.reshape(-1)
    column = 0
    while column + _STRIP <= width:
        for i in range(first, last):
            _mix_strip(i, column, width, links, flat_old, flat_new)
        column += _STRIP
    for i in range(first, last):
        _mix_rest(i, column, width, links, flat_old, flat_new)


@_inlined
def _norm(packed: Floats, size: int, ridge: float) -> float:
    """Return the Frobenius norm of a packed symmetric matrix plus ``ridge`` times I."""
    lanes = spread(0.0)
    n = 0
    while n + WIDTH <= packed.size:
        lanes = lanes + load(packed, n) * load(packed, n)
        n += WIDTH
    squares = total(lanes)
    while n < packed.size:
        squares += packed[n] * packed[n]
        n += 1
    squares *= 2.0
    n = 0
    for k in range(size):
        squares += (packed[n] + ridge) ** 2 - 2.0 * packed[n] ** 2
        n += size - k
    return float(np.sqrt(squares))


def round_pass(
    first: int,
    last: int,
    links: Links,
    old: Fields,
    new: Fields,
    statistics_change: Floats,
    gamma_y: float,
    curvature_limit: float,
    regularisation: float,
    log_target: Floats,
    result: kernels.Evaluation,
    tables: kernels.Tables,
) -> None:
    """Do (7), (8), (9) for the robots first..last-1: read ``old``, write their rows of ``new``.

    Args:
        first: first robot.
        last: one past the last robot.
        links: the communication weights.
        old: what the robots held before the round.
        new: what they hold after it.
        statistics_change: (N, m) phi(x_i^{k+1}) - phi(x_i^k).
        gamma_y: largest step size of (7).
        curvature_limit: a robot's step times the Frobenius norm of its H(y_i) stays below this.
        regularisation: w.
        log_target: (G, G) ln p*, or (0, 0) where grad f is not asked for.
        result: gets ln Z, E[phi], Cov[phi] and grad f at the new y_i; shares arrays with ``new``.
        tables: the density family's constants.
    """
    # Three compiled functions rather than one: the compiler would work on the second one twice.
    _learn(first, last, links, old, new, gamma_y, curvature_limit, regularisation)
    kernels.evaluate(first, last, new.y, log_target, result, tables)
    _track(first, last, links, old, new, statistics_change, regularisation)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _learn(
    first: int,
    last: int,
    links: Links,
    old: Fields,
    new: Fields,
    gamma_y: float,
    curvature_limit: float,
    regularisation: float,
) -> None:
    """Do (7)."""
    size = old.y.shape[1]
    _mix(first, last, links, old.y, new.y)
    for i in range(first, last):
        step = gamma_y
        if curvature_limit < np.inf:
            step = min(step, curvature_limit / _norm(old.covariance[i], size, regularisation))
        for k in range(size):
            new.y[i, k] -= step * old.r[i, k]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _track(
    first: int,
    last: int,
    links: Links,
    old: Fields,
    new: Fields,
    statistics_change: Floats,
    regularisation: float,
) -> None:
    """Do (8) and (9), once E[phi] and Cov[phi] at the new y are known."""
    _mix(first, last, links, old.r, new.r)
    _mix(first, last, links, old.q, new.q)
    for i in range(first, last):
        for k in range(old.y.shape[1]):
            ridge = regularisation * (new.y[i, k] - old.y[i, k])
            change = new.mean[i, k] - old.mean[i, k] + ridge
            new.r[i, k] += change - statistics_change[i, k]
        for n in range(old.q.shape[1]):
            new.q[i, n] += new.covariance[i, n] - old.covariance[i, n]


@_inlined
def _unpack(packed: Floats, shift: float, size: int, stride: int, upper: Floats) -> None:
    """Write the packed upper triangle minus ``shift`` times I into rows of ``stride`` numbers.

    Behind the matrix stands the identity, which factors into itself.
    """
    for n in range(0, upper.size, WIDTH):
        store(upper, n, spread(0.0))
    n = 0
    for k in range(size):
        for h in range(k, size):
            upper[k * stride + h] = packed[n]
            n += 1
        upper[k * stride + k] -= shift
    for k in range(size, stride):
        upper[k * stride + k] = 1.0


@_inlined
def _eliminate(row: int, stride: int, upper: Floats) -> None:
    """Subtract the finished rows' share from four rows of the matrix, which stay in registers."""
    for column in range(row // WIDTH * WIDTH, stride, WIDTH):
        n = row * stride + column
        s0, s1 = load(upper, n), load(upper, n + stride)
        s2, s3 = load(upper, n + 2 * stride), load(upper, n + 3 * stride)
        for k in range(row):
            done, factor = load(upper, k * stride + column), k * stride + row
            s0 = s0 - done * element(upper, factor)
            s1 = s1 - done * element(upper, factor + 1)
            s2 = s2 - done * element(upper, factor + 2)
            s3 = s3 - done * element(upper, factor + 3)
        store(upper, n, s0)
        store(upper, n + stride, s1)
        store(upper, n + 2 * stride, s2)
        store(upper, n + 3 * stride, s3)


@_inlined
def _factor_four(first: int, stride: int, upper: Floats, inverse: Floats) -> bool:
    """Factor four rows among themselves once the rows before them are eliminated.

    First the 4 x 4 triangle on the diagonal, in numbers, then all columns by its coefficients.
    """
    n0 = first * stride + first
    n1, n2, n3 = n0 + stride, n0 + 2 * stride, n0 + 3 * stride
    p0 = upper[n0]
    i0 = 1.0 / np.sqrt(p0)
    u01, u02, u03 = upper[n0 + 1] * i0, upper[n0 + 2] * i0, upper[n0 + 3] * i0
    p1 = upper[n1 + 1] - u01 * u01
    i1 = 1.0 / np.sqrt(p1)
    u12, u13 = (upper[n1 + 2] - u01 * u02) * i1, (upper[n1 + 3] - u01 * u03) * i1
    p2 = upper[n2 + 2] - u02 * u02 - u12 * u12
    i2 = 1.0 / np.sqrt(p2)
    u23 = (upper[n2 + 3] - u02 * u03 - u12 * u13) * i2
    p3 = upper[n3 + 3] - u03 * u03 - u13 * u13 - u23 * u23
    i3 = 1.0 / np.sqrt(p3)
    inverse[first], inverse[first + 1] = i0, i1
    inverse[first + 2], inverse[first + 3] = i2, i3
    for column in range(first // WIDTH * WIDTH, stride, WIDTH):
        n = first * stride + column
        s0 = load(upper, n) * i0
        s1 = (load(upper, n + stride) - s0 * u01) * i1
        s2 = (load(upper, n + 2 * stride) - s0 * u02 - s1 * u12) * i2
        s3 = (load(upper, n + 3 * stride) - s0 * u03 - s1 * u13 - s2 * u23) * i3
        store(upper, n, s0)
        store(upper, n + stride, s1)
        store(upper, n + 2 * stride, s2)
        store(upper, n + 3 * stride, s3)
    # A NaN behind a negative pivot fails the comparison, too.
    definite: bool = p0 > 0.0 and p1 > 0.0 and p2 > 0.0 and p3 > 0.0
    return definite


@_inlined
def _cholesky(packed: Floats, shift: float, size: int, upper: Floats, inverse: Floats) -> bool:
    """Factor the packed matrix minus ``shift`` times I as U^T U; False if it is not definite.

    Args:
        packed: the upper triangle, row by row.
        shift: what to take off the diagonal.
        size: rows of the matrix.
        upper: U in rows of inverse.size numbers; what stands left of the diagonal means nothing.
        inverse: 1 / U_kk; its size is ``size`` rounded up to eight.
    """
    stride = inverse.size
    _unpack(packed, shift, size, stride, upper)
    definite = True
    row = 0
    while definite and row < stride:
        _eliminate(row, stride, upper)
        definite = _factor_four(row, stride, upper, inverse)
        row += 4
    return definite


@_inlined
def _solve(upper: Floats, inverse: Floats, rest: Floats, vector: Floats) -> None:
    """Overwrite ``vector`` with (U^T U)^-1 vector; ``rest`` is scratch as long as ``inverse``."""
    stride, size = inverse.size, vector.size
    for k in range(size):
        rest[k] = vector[k]
    for k in range(size):
        known = rest[k] * inverse[k]
        vector[k] = known
        for column in range(k // WIDTH * WIDTH, stride, WIDTH):
            lanes = load(rest, column) - load(upper, k * stride + column) * known
            store(rest, column, lanes)
    for column in range(0, stride, WIDTH):
        store(rest, column, spread(0.0))
    for k in range(size - 1, -1, -1):
        later = k // WIDTH * WIDTH + WIDTH
        lanes = spread(0.0)
        for column in range(later, stride, WIDTH):
            lanes = lanes + load(rest, column) * load(upper, k * stride + column)
        known = vector[k] - total(lanes)
        for h in range(k + 1, min(later, size)):
            known -= upper[k * stride + h] * vector[h]
        vector[k] = known * inverse[k]
        rest[k] = vector[k]


@numba.njit(cache=True, nogil=True, error_model="numpy")
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

    The paper's projection leaves such a q_i unchanged, which a Cholesky factorisation of
    q_i - w I decides; only the others need an eigendecomposition.
    """
    size = gradient.shape[1]
    groups = (size + WIDTH - 1) // WIDTH
    upper = scratch(groups * groups * WIDTH).reshape(-1)
    inverse, rest = scratch(groups).reshape(-1), scratch(groups).reshape(-1)
    for i in range(first, last):
        for k in range(size):
            direction[i, k] = gradient[i, k]
        definite, shift = True, regularisation
        for _ in range(2):
            if definite:
                definite = _cholesky(q[i], shift, size, upper, inverse)
                shift = 0.0
        solved[i] = definite
        if definite:
            _solve(upper, inverse, rest, direction[i])
