"""Compiled passes of Algorithm 1 over a range of robots; none holds Python's global lock.

Each pass writes only the rows of its own robots and reads the others' old rows, so robots can be
divided among threads in any way without changing a bit of the result.
"""

from typing import NamedTuple

import numba
import numpy as np

from bildsim import kernels
from bildsim.arrays import Floats, Ints
from bildsim.lanes import WIDTH, element, load, spread, store, total

_inlined = numba.njit(inline="always")
_STRIP = 4 * WIDTH


class Links(NamedTuple):
    """The weights a_ij in compressed sparse rows, self loops included."""

    indptr: Ints
    indices: Ints
    weights: Floats


class Fields(NamedTuple):
    """What the robots hold, a row a robot.

    Attributes:
        y, r: (N, m) as in the paper.
        q: (N, m (m + 1) / 2) packed upper triangles; of no length where nobody asks for them.
        slope: (N, m) grad_2 g_i(x_i, y_i).
        covariance: (N, m (m + 1) / 2) Cov[phi] at y_i: H without its ridge.
    """

    y: Floats
    r: Floats
    q: Floats
    slope: Floats
    covariance: Floats


class _Mixed(NamedTuple):
    """What ``_mix`` reads and writes, in memory order."""

    old: Floats
    after: Floats
    before: Floats
    new: Floats


@_inlined
def _mix_strip(robot: int, column: int, width: int, links: Links, fields: _Mixed) -> None:
    """Mix 32 columns from ``column``, whose sums stay in registers."""
    own = robot * width + column
    old, after, before, new = fields
    s0 = load(after, own) - load(before, own)
    s1 = load(after, own + WIDTH) - load(before, own + WIDTH)
    s2 = load(after, own + 2 * WIDTH) - load(before, own + 2 * WIDTH)
    s3 = load(after, own + 3 * WIDTH) - load(before, own + 3 * WIDTH)
    for k in range(element(links.indptr, robot), element(links.indptr, robot + 1)):
        weight = element(links.weights, k)
        n = element(links.indices, k) * width + column
        s0 = s0 + load(old, n) * weight
        s1 = s1 + load(old, n + WIDTH) * weight
        s2 = s2 + load(old, n + 2 * WIDTH) * weight
        s3 = s3 + load(old, n + 3 * WIDTH) * weight
    store(new, own, s0)
    store(new, own + WIDTH, s1)
    store(new, own + 2 * WIDTH, s2)
    store(new, own + 3 * WIDTH, s3)


@_inlined
def _mix_rest(robot: int, column: int, width: int, links: Links, fields: _Mixed) -> None:
    """Mix the columns from ``column`` to the last, fewer than 32."""
    old, after, before, new = fields
    while column + WIDTH <= width:
        own = robot * width + column
        lanes = load(after, own) - load(before, own)
        for k in range(element(links.indptr, robot), element(links.indptr, robot + 1)):
            n = element(links.indices, k) * width + column
            lanes = lanes + load(old, n) * element(links.weights, k)
        store(new, own, lanes)
        column += WIDTH
    while column < width:
        own = robot * width + column
        single = after[own] - before[own]
        for k in range(links.indptr[robot], links.indptr[robot + 1]):
            single += old[links.indices[k] * width + column] * links.weights[k]
        new[own] = single
        column += 1


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _mix(
    first: int, last: int, links: Links, old: Floats, after: Floats, before: Floats, new: Floats
) -> None:
    """Write sum_j a_ij old[j] + after[i] - before[i] into the rows first..last-1 of ``new``.

    Strip by strip of 32 columns, so that what a robot reads of its neighbours is still in the
    nearest cache when the next robot reads it.
    """
    width = old.shape[1]
    fields = _Mixed(old.reshape(-1), after.reshape(-1), before.reshape(-1), new.reshape(-1))
    column = 0
    while column + _STRIP <= width:
        for i in range(first, last):
            _mix_strip(i, column, width, links, fields)
        column += _STRIP
    for i in range(first, last):
        _mix_rest(i, column, width, links, fields)


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
    statistics: Floats,
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
        statistics: (N, m) phi(x_i^{k+1}).
        gamma_y: largest step size of (7).
        curvature_limit: a robot's step times the Frobenius norm of its H(y_i) stays below this.
        regularisation: w.
        log_target: (G, G) ln p*, or (0, 0) where grad f is not asked for.
        result: gets ln Z, E[phi], Cov[phi] and grad f at the new y_i; its
            Cov[phi] is the array of ``new``.
        tables: the density family's constants.
    """
    # Three compiled functions rather than one: the compiler would work on the second one twice.
    _learn(first, last, links, old, new, gamma_y, curvature_limit, regularisation)
    kernels.evaluate(first, last, new.y, log_target, result, tables)
    _track(first, last, links, old, new, result.mean, statistics, regularisation)


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
    _mix(first, last, links, old.y, old.y, old.y, new.y)
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
    mean: Floats,
    statistics: Floats,
    regularisation: float,
) -> None:
    """Do (8) and (9), once E[phi] and Cov[phi] at the new y are known."""
    for i in range(first, last):
        for k in range(mean.shape[1]):
            ridge = regularisation * new.y[i, k]
            new.slope[i, k] = mean[i, k] - statistics[i, k] + ridge
    _mix(first, last, links, old.r, new.slope, old.slope, new.r)
    if old.q.shape[1] > 0:
        _mix(first, last, links, old.q, new.covariance, old.covariance, new.q)
