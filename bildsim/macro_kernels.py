"""Compiled passes of Algorithm 1 over a range of robots; none holds Python's global lock.

Each pass writes only the rows of its own robots and reads the others' old rows, so robots can be
divided among threads in any way without changing a bit of the result.
"""

from typing import NamedTuple

import numba
import numpy as np

from bildsim import kernels
from bildsim.arrays import Bools, Floats, Ints

_FAST = {"contract"}


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


@numba.njit(cache=True, fastmath=_FAST)  # type: ignore[untyped-decorator]
def _mix(row: Floats, robot: int, links: Links, values: Floats) -> None:
    """Write sum_j a_ij values[j] into ``row``, neighbours in order, four at a time."""
    first, last = links.indptr[robot], links.indptr[robot + 1]
    row[:] = 0.0
    k = first
    while k + 4 <= last:
        a0, a1 = links.weights[k], links.weights[k + 1]
        a2, a3 = links.weights[k + 2], links.weights[k + 3]
        v0, v1 = values[links.indices[k]], values[links.indices[k + 1]]
        v2, v3 = values[links.indices[k + 2]], values[links.indices[k + 3]]
        for n in range(row.size):
            row[n] += a0 * v0[n] + a1 * v1[n] + a2 * v2[n] + a3 * v3[n]
        k += 4
    while k < last:
        a0, v0 = links.weights[k], values[links.indices[k]]
        for n in range(row.size):
            row[n] += a0 * v0[n]
        k += 1


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _norm(packed: Floats, size: int, ridge: float) -> float:
    """Return the Frobenius norm of a packed symmetric matrix plus ``ridge`` times I."""
    squares = 0.0
    n = 0
    for k in range(size):
        squares += (packed[n] + ridge) ** 2
        n += 1
        for _ in range(k + 1, size):
            squares += 2.0 * packed[n] ** 2
            n += 1
    return float(np.sqrt(squares))


@numba.njit(cache=True, fastmath=_FAST, nogil=True)  # type: ignore[untyped-decorator]
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
        tables: the density family's constants.
    """
    work = kernels.workspace(tables)
    for i in range(first, last):
        y, r, q = new.y[i], new.r[i], new.q[i]
        _mix(y, i, links, old.y)
        step = min(gamma_y, curvature_limit / _norm(old.covariance[i], y.size, regularisation))
        for k in range(y.size):
            y[k] -= step * old.r[i, k]
        kernels.moments_and_covariance(y, new.mean[i], new.covariance[i], tables, work)
        _mix(r, i, links, old.r)
        for k in range(y.size):
            gradient_change = new.mean[i, k] - old.mean[i, k] + regularisation * (y[k] - old.y[i, k])
            r[k] += gradient_change - statistics_change[i, k]
        _mix(q, i, links, old.q)
        for n in range(q.size):
            q[n] += new.covariance[i, n] - old.covariance[i, n]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def evaluate_pass(
    first: int, last: int, y: Floats, mean: Floats, covariance: Floats, tables: kernels.Tables
) -> None:
    """Write E_y[phi] and the packed Cov_y[phi] of the robots first..last-1."""
    work = kernels.workspace(tables)
    for i in range(first, last):
        kernels.moments_and_covariance(y[i], mean[i], covariance[i], tables, work)


@numba.njit(cache=True, fastmath=_FAST)  # type: ignore[untyped-decorator]
def _cholesky(packed: Floats, shift: float, upper: Floats) -> bool:
    """Factor the packed matrix minus ``shift`` times I as U^T U; False if it is not definite.

    The outer-product form walks along rows of U, which lie together in memory.
    """
    size = upper.shape[0]
    n = 0
    for k in range(size):
        for h in range(k, size):
            upper[k, h] = packed[n]
            n += 1
        upper[k, k] -= shift
    for k in range(size):
        pivot = upper[k, k]
        if not pivot > 0.0:
            return False
        root = 1.0 / np.sqrt(pivot)
        for h in range(k, size):
            upper[k, h] *= root
        for p in range(k + 1, size):
            factor = upper[k, p]
            for h in range(p, size):
                upper[p, h] -= factor * upper[k, h]
    return True


@numba.njit(cache=True, fastmath=_FAST)  # type: ignore[untyped-decorator]
def _solve(upper: Floats, vector: Floats) -> None:
    """Overwrite ``vector`` with (U^T U)^-1 vector."""
    size = upper.shape[0]
    for k in range(size):
        vector[k] /= upper[k, k]
        for h in range(k + 1, size):
            vector[h] -= upper[k, h] * vector[k]
    for k in range(size - 1, -1, -1):
        for h in range(k + 1, size):
            vector[k] -= upper[k, h] * vector[h]
        vector[k] /= upper[k, k]


@numba.njit(cache=True, fastmath=_FAST)  # type: ignore[untyped-decorator]
def _objective_gradient(
    y: Floats,
    mean: Floats,
    covariance: Floats,
    log_target: Floats,
    gradient: Floats,
    cross: Floats,
    tables: kernels.Tables,
    work: kernels.Workspace,
) -> None:
    """Write grad f(y) = Cov_y[phi] y - Cov_y(phi, ln p*) into ``gradient``."""
    kernels.exponentiate(kernels.log_density(y, tables, work), tables, work)
    kernels.grid_covariance(log_target, mean, cross, tables, work)
    for k in range(y.size):
        gradient[k] = -cross[k]
    n = 0
    for k in range(y.size):
        gradient[k] += covariance[n] * y[k]
        n += 1
        for h in range(k + 1, y.size):
            gradient[k] += covariance[n] * y[h]
            gradient[h] += covariance[n] * y[k]
            n += 1


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def direction_pass(
    first: int,
    last: int,
    fields: Fields,
    log_target: Floats,
    regularisation: float,
    gradient: Floats,
    direction: Floats,
    solved: Bools,
    tables: kernels.Tables,
) -> None:
    """Write grad f(y_i) and z_i = q_i^-1 grad f(y_i) where q_i >= w I; mark the others unsolved.

    The paper's projection leaves a q_i that is at least w I unchanged, which a Cholesky
    factorisation of q_i - w I decides; only the others need an eigendecomposition.
    """
    work = kernels.workspace(tables)
    size = fields.y.shape[1]
    cross = np.empty(size)
    upper = np.empty((size, size))
    for i in range(first, last):
        _objective_gradient(
            fields.y[i], fields.mean[i], fields.covariance[i], log_target, gradient[i], cross,
            tables, work,
        )  # fmt: skip
        direction[i] = gradient[i]
        solved[i] = _cholesky(fields.q[i], regularisation, upper)
        if solved[i] and _cholesky(fields.q[i], 0.0, upper):
            _solve(upper, direction[i])
