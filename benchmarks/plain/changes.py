"""Second moments and covariances in plain loops: what `change_pass` does, a robot at a time.

A covariance needs 1,176 numbers picked from 784: with a robot at a time they are picked one by one,
with robots side by side whole rows are.
"""

import numpy as np

from benchmarks.plain.compiled import loops, sums
from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro.kernels import Fields
from bildsim.density.kernel_tables import Tables


@loops
def _second_moments(
    moments: Floats, tables: Tables, turned: Floats, partial: Floats, second: Floats
) -> None:
    """Fill ``second``, (T, T), with a robot's second moments, an image of its moments, (D, D).

    The coefficients of the products are needed as columns, too: ``turned``, (D, T).
    """
    products, factors = tables.products, tables.factors
    count, degrees = products.shape
    for c in range(degrees):
        # Most of these factors are 0, but picking the others would take longer.
        out, d = partial[c], 0
        out[:] = 0.0
        while d + 4 <= degrees:
            p, q, r, s = turned[d], turned[d + 1], turned[d + 2], turned[d + 3]
            f, g, h, i = moments[d, c], moments[d + 1, c], moments[d + 2, c], moments[d + 3, c]
            for t in range(count):
                out[t] = out[t] + f * p[t] + g * q[t] + h * r[t] + i * s[t]
            d += 4
        while d < degrees:
            p, f = turned[d], moments[d, c]
            for t in range(count):
                out[t] += f * p[t]
            d += 1
    for u in range(count):
        a, b, out = factors[u, 0], factors[u, 1], second[u]
        for t in range(count):
            out[t] = 0.0
        for f in range(b - a, b + a + 1, 2):
            factor, row = products[u, f], partial[f]
            for t in range(count):
                out[t] += factor * row[t]


@sums
def one_by_one(
    first: int,
    last: int,
    old: Fields,
    new: Fields,
    mean: Floats,
    statistics: Floats,
    regularisation: float,
    tables: Tables,
) -> None:
    """Do `bildsim.controllers.bild_macro.kernels.change_pass`."""
    count, degrees = tables.products.shape
    size, turned = statistics.shape[1], np.ascontiguousarray(tables.products.T)
    partial, second = np.empty((degrees, count)), np.empty((2, count, count))
    means, values, earlier = np.empty((2, size)), second[1].reshape(-1), second[0].reshape(-1)
    for i in range(first, last):
        for turn in range(2):
            row = new.moments[i] if turn else old.moments[i]
            _second_moments(row.reshape((degrees, degrees)), tables, turned, partial, second[turn])
            for k in range(size):
                means[turn, k] = row[tables.degree_y[k] * degrees + tables.degree_x[k]]
        n, squares, diagonal, trace = 0, 0.0, 0.0, 0.0
        for k in range(size):
            places, out = tables.second[n : n + size - k], new.q[i, n : n + size - k]
            now, before, own, past = means[1, k:], means[0, k:], means[1, k], means[0, k]
            variance = values[places[0]] - own * own
            diagonal, trace = diagonal + variance * variance, trace + variance
            for h in range(size - k):
                value = values[places[h]] - own * now[h]
                squares += value * value
                out[h] = value - (earlier[places[h]] - past * before[h])
            n += size - k
        norm = 2.0 * squares - diagonal + 2.0 * regularisation * trace
        new.norm[i] = np.sqrt(norm + size * regularisation**2)
        for k in range(size):
            slope = mean[i, k] - statistics[i, k] + regularisation * new.y[i, k]
            new.slope[i, k], new.r[i, k] = slope, slope - old.slope[i, k]


@loops
def _second_beside(moments: Floats, tables: Tables, partial: Floats, second: Floats) -> None:
    """Do `_second_moments` for robots side by side: the last axis of all arrays."""
    products, factors = tables.products, tables.factors
    count, degrees = products.shape
    robots = moments.shape[2]
    for t in range(count):
        a, b = factors[t, 0], factors[t, 1]
        for c in range(degrees):
            out = partial[t, c]
            out[:] = 0.0
            for f in range(b - a, b + a + 1, 2):
                factor, row = products[t, f], moments[f, c]
                for lane in range(robots):
                    out[lane] += factor * row[lane]
    for u in range(count):
        a, b = factors[u, 0], factors[u, 1]
        for t in range(count):
            out = second[u * count + t]
            out[:] = 0.0
            for f in range(b - a, b + a + 1, 2):
                factor, row = products[u, f], partial[t, f]
                for lane in range(robots):
                    out[lane] += factor * row[lane]


@loops
def side_by_side(
    first: int,
    last: int,
    old: Fields,
    new: Fields,
    mean: Floats,
    statistics: Floats,
    regularisation: float,
    tables: Tables,
    robots: int,
) -> None:
    """Do `one_by_one` for so many robots at once."""
    count, degrees = tables.products.shape
    size = statistics.shape[1]
    moments, partial = np.empty((2, degrees, degrees, robots)), np.empty((count, degrees, robots))
    second, changes = np.empty((2, count * count, robots)), np.empty((len(tables.second), robots))
    squares, diagonal, trace = np.empty(robots), np.empty(robots), np.empty(robots)
    for start in range(first, last, robots):
        group = min(robots, last - start)
        squares[:], diagonal[:], trace[:] = 0.0, 0.0, 0.0
        for lane in range(robots):
            i = start + min(lane, group - 1)
            for n in range(degrees * degrees):
                moments[0, n // degrees, n % degrees, lane] = old.moments[i, n]
                moments[1, n // degrees, n % degrees, lane] = new.moments[i, n]
        _second_beside(moments[0], tables, partial, second[0])
        _second_beside(moments[1], tables, partial, second[1])
        n = 0
        for k in range(size):
            a, b = tables.degree_x[k], tables.degree_y[k]
            past, own, joint = moments[0, b, a], moments[1, b, a], second[1, tables.second[n]]
            for lane in range(robots):
                value = joint[lane] - own[lane] * own[lane]
                diagonal[lane] += value * value
                trace[lane] += value
            for h in range(k, size):
                a, b = tables.degree_x[h], tables.degree_y[h]
                before, now, out = moments[0, b, a], moments[1, b, a], changes[n]
                earlier, joint = second[0, tables.second[n]], second[1, tables.second[n]]
                for lane in range(robots):
                    value = joint[lane] - own[lane] * now[lane]
                    squares[lane] += value * value
                    out[lane] = value - (earlier[lane] - past[lane] * before[lane])
                n += 1
        for lane in range(group):
            i = start + lane
            for n in range(len(changes)):
                new.q[i, n] = changes[n, lane]
            norm = 2.0 * squares[lane] - diagonal[lane] + 2.0 * regularisation * trace[lane]
            new.norm[i] = np.sqrt(norm + size * regularisation**2)
            for k in range(size):
                slope = mean[i, k] - statistics[i, k] + regularisation * new.y[i, k]
                new.slope[i, k], new.r[i, k] = slope, slope - old.slope[i, k]
