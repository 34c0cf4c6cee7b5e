"""Cholesky factor and solve of a symmetric matrix (m, m), m even, in plain loops.

A = L L', of which the lower triangle is kept, its diagonal as reciprocals. Besides: what
`bildsim.controllers.bild_macro.solvers.direct` does, a robot at a time and robots side by side.
"""

import numpy as np

from benchmarks.plain.compiled import loops, sums
from bildsim.basics.arrays import Bools, Floats


@loops
def row_by_row(matrix: Floats) -> bool:
    """Factorise: what rows above have done to one is taken off as soon as each is known."""
    size = len(matrix)
    for k in range(size):
        # Of a symmetric matrix row k of the upper triangle; it becomes a row of L'.
        row = matrix[k]
        if not row[k] > 0.0:
            return False
        inverse = 1.0 / np.sqrt(row[k])
        for n in range(k + 1, size):
            row[n] *= inverse
        row[k] = inverse
        for i in range(k + 1, size):
            factor, below = row[i], matrix[i]
            for n in range(i, size):
                below[n] -= factor * row[n]
    for k in range(size):
        for n in range(k):
            matrix[k, n] = matrix[n, k]
    return True


@sums
def in_tiles(matrix: Floats) -> bool:
    """Factorise: entries are products of rows, in tiles of two rows by four columns."""
    for i in range(0, len(matrix), 2):
        p, q, j = matrix[i], matrix[i + 1], 0
        while j + 4 <= i:
            u, v, w, x = matrix[j], matrix[j + 1], matrix[j + 2], matrix[j + 3]
            a, b, c, d, e, f, g, h = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
            for k in range(j):
                s, t = p[k], q[k]
                a, b, c, d = a + s * u[k], b + s * v[k], c + s * w[k], d + s * x[k]
                e, f, g, h = e + t * u[k], f + t * v[k], g + t * w[k], h + t * x[k]
            for row, s, t, y, z in ((p, a, b, c, d), (q, e, f, g, h)):
                s = (row[j] - s) * u[j]
                t = (row[j + 1] - t - s * v[j]) * v[j + 1]
                y = (row[j + 2] - y - s * w[j] - t * w[j + 1]) * w[j + 2]
                z = row[j + 3] - z - s * x[j] - t * x[j + 1] - y * x[j + 2]
                row[j], row[j + 1], row[j + 2], row[j + 3] = s, t, y, z * x[j + 3]
            j += 4
        while j < i:
            u, a, b = matrix[j], 0.0, 0.0
            for k in range(j):
                a, b = a + p[k] * u[k], b + q[k] * u[k]
            p[j], q[j] = (p[j] - a) * u[j], (q[j] - b) * u[j]
            j += 1
        a, b, c = 0.0, 0.0, 0.0
        for k in range(i):
            a, b, c = a + p[k] * p[k], b + p[k] * q[k], c + q[k] * q[k]
        first = p[i] - a
        p[i] = 1.0 / np.sqrt(first)
        q[i] = (q[i] - b) * p[i]
        second = q[i + 1] - c - q[i] * q[i]
        q[i + 1] = 1.0 / np.sqrt(second)
        if not (first > 0.0 and second > 0.0):
            return False
    return True


@sums
def solve(factor: Floats, right: Floats) -> None:
    """Replace ``right`` with A^-1 right, two rows at a time."""
    for i in range(0, len(factor), 2):
        p, q, a, b = factor[i], factor[i + 1], 0.0, 0.0
        for k in range(i):
            a, b = a + p[k] * right[k], b + q[k] * right[k]
        right[i] = (right[i] - a) * p[i]
        right[i + 1] = (right[i + 1] - b - q[i] * right[i]) * q[i + 1]
    for i in range(len(factor) - 2, -1, -2):
        p, q = factor[i], factor[i + 1]
        second = right[i + 1] * q[i + 1]
        first = (right[i] - second * q[i]) * p[i]
        right[i], right[i + 1] = first, second
        for k in range(i):
            right[k] = right[k] - p[k] * first - q[k] * second


@loops
def directions(
    first: int, last: int, q: Floats, gradient: Floats, floor: float, z: Floats, solved: Bools
) -> None:
    """Do `direction_pass`, a robot at a time."""
    size = gradient.shape[1]
    matrix, lifted = np.empty((size, size)), np.empty((size, size))
    for i in range(first, last):
        n = 0
        for k in range(size):
            for h in range(k, size):
                matrix[h, k] = q[i, n]
                lifted[h, k] = q[i, n]
                n += 1
            lifted[k, k] -= floor
            z[i, k] = gradient[i, k]
        positive = in_tiles(lifted)
        solved[i] = in_tiles(matrix) and positive
        solve(matrix, z[i])


@loops
def _factor_beside(upper: Floats, inverse: Floats, least: Floats) -> None:
    """Factorise matrices side by side, (m, m, robots): row k less those above, four at a time."""
    size, robots = upper.shape[0], upper.shape[2]
    for k in range(size):
        for h in range(k, size):
            out, r = upper[k, h], 0
            while r + 4 <= k:
                a, b, c, d = upper[r, k], upper[r + 1, k], upper[r + 2, k], upper[r + 3, k]
                e, f, g, i = upper[r, h], upper[r + 1, h], upper[r + 2, h], upper[r + 3, h]
                for n in range(robots):
                    half = out[n] - a[n] * e[n] - b[n] * f[n]
                    out[n] = half - c[n] * g[n] - d[n] * i[n]
                r += 4
            while r < k:
                a, e = upper[r, k], upper[r, h]
                for n in range(robots):
                    out[n] -= a[n] * e[n]
                r += 1
        pivot, share = upper[k, k], inverse[k]
        for n in range(robots):
            least[n] = pivot[n] if not pivot[n] >= least[n] else least[n]
            share[n] = 1.0 / np.sqrt(pivot[n])
        for h in range(k, size):
            out = upper[k, h]
            for n in range(robots):
                out[n] *= share[n]


@loops
def _solve_beside(upper: Floats, inverse: Floats, right: Floats) -> None:
    """Solve with the factors side by side; ``right`` is (m, robots)."""
    size, robots = right.shape
    for k in range(size):
        known, share = right[k], inverse[k]
        for n in range(robots):
            known[n] *= share[n]
        for h in range(k + 1, size):
            out, row = right[h], upper[k, h]
            for n in range(robots):
                out[n] -= row[n] * known[n]
    for k in range(size - 1, -1, -1):
        out, share = right[k], inverse[k]
        for h in range(k + 1, size):
            known, row = right[h], upper[k, h]
            for n in range(robots):
                out[n] -= row[n] * known[n]
        for n in range(robots):
            out[n] *= share[n]


@loops
def directions_beside(
    first: int,
    last: int,
    q: Floats,
    gradient: Floats,
    floor: float,
    z: Floats,
    solved: Bools,
    robots: int,
) -> None:
    """Do `direction_pass`, for so many robots side by side."""
    size = gradient.shape[1]
    upper, inverse = np.empty((size, size, robots)), np.empty((size, robots))
    right, least = np.empty((size, robots)), np.empty(robots)
    for start in range(first, last, robots):
        group = min(robots, last - start)
        least[:] = np.inf
        for turn in range(2):
            for lane in range(robots):
                i, n = start + min(lane, group - 1), 0
                for k in range(size):
                    for h in range(k, size):
                        upper[k, h, lane] = q[i, n]
                        n += 1
                    upper[k, k, lane] -= 0.0 if turn else floor
                    right[k, lane] = gradient[i, k]
            _factor_beside(upper, inverse, least)
        _solve_beside(upper, inverse, right)
        for lane in range(group):
            solved[start + lane] = least[lane] > 0.0
            for k in range(size):
                z[start + lane, k] = right[k, lane]
