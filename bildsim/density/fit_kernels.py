"""The exact fit of swarms' densities, compiled: one swarm after another, eight nodes at a time.

For each swarm theta = argmin_y g(y) = -y . s + ln Z(y) + (w / 2)|y|^2, (m,), is found by damped
Newton steps from the last fit, which is near. What a step needs of p(.; y) are moments of one
exponential on the grid, as in `bildsim.density.kernels`, which goes through eight robots side by
side; there is one density a swarm, so here the eight lanes of a register are eight nodes of a grid
row, or eight entries of a row of the Hessian. Rows at y and -y share the work, as P_d(-y) = (-1)^d
P_d(y). A Hessian costs twice a gradient, so that one serves until it no longer brings the gradient
down by a factor of ten (Shamanskii's method).

Plain Newton steps in NumPy and SciPy are `LegendreFamily.fit`; it spends its time on being called,
and takes about twenty times as long (``python -m benchmarks.env_speed``). Letters for sizes are
those of `FitTables`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba.extending import register_jitable

from bildsim.basics.arrays import Floats, Ints
from bildsim.density.fit_tables import FitTables
from bildsim.numerics.cholesky import factorise, groups, solve
from bildsim.numerics.compiling import inlined, kernel
from bildsim.numerics.exp import fast_exp
from bildsim.numerics.lanes import WIDTH, element, load, maximum, scratch, spread, store, total

FITTED, SINGULAR, UNFINISHED = 0, 1, 2
MOST_STEPS = 500
_ARMIJO = 1e-4
_SHORTEST = 1e-12
# A gradient that falls by less in a step asks for the Hessian at the new place.
_FALL = 0.1
_compiled = kernel(__file__)

_Part = TypeVar("_Part", bound=Callable[..., Any])


def _part(function: _Part) -> _Part:
    """Compile what only `fit_pass` calls, and is too large to become a piece of its callers."""
    options = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "error_model": "numpy"}
    return register_jitable(**options)(function)


@_part
def _zeros(rows: int) -> Floats:
    """Return a new (rows, 8) array of zeros that starts a cache line."""
    array = scratch(rows)
    for n in range(rows):
        store(array, n, spread(0.0))
    return array


@_part
def _fill_exponent(
    theta: Floats, along: Floats, across: Floats, rows: Floats, grid: Floats
) -> float:
    """Fill ``grid`` with y . phi and return its largest value, or 0 where that is larger.

    Args:
        theta: (K K / 8, 8) coefficients of y, b K + a.
        along: see `FitTables`.
        across: see `FitTables`.
        rows: (K V, 8) gets the sums over a of theta P_a along x.
        grid: (G V, 8).
    """
    nodes, degrees = along.shape
    size, wide, half = (degrees + 1) // 2, len(grid) // nodes, (nodes + 1) // 2
    for b in range(size):
        for n in range(wide):
            value = spread(0.0)
            for a in range(size):
                value = value + load(across, a * wide + n) * element(theta, b * size + a)
            store(rows, b * wide + n, value)
    peak = spread(0.0)
    for i in range(half):
        mirror = nodes - 1 - i
        for n in range(0, wide, 2):
            # Two groups share a factor.
            last = min(n + 1, wide - 1)
            even, odd, e, o = load(rows, n), spread(0.0), load(rows, last), spread(0.0)
            for b in range(1, size, 2):
                factor = element(along, i * degrees + b)
                odd = odd + load(rows, b * wide + n) * factor
                o = o + load(rows, b * wide + last) * factor
            for b in range(2, size, 2):
                factor = element(along, i * degrees + b)
                even = even + load(rows, b * wide + n) * factor
                e = e + load(rows, b * wide + last) * factor
            peak = maximum(peak, maximum(maximum(even + odd, even - odd), maximum(e + o, e - o)))
            store(grid, mirror * wide + n, even - odd)
            store(grid, mirror * wide + last, e - o)
            store(grid, i * wide + n, even + odd)
            store(grid, i * wide + last, e + o)
    store(rows, 0, peak)
    largest = 0.0
    for lane in range(WIDTH):
        largest = max(largest, rows[0, lane])
    return largest


@_part
def _fill_density(peak: float, fold: Floats, grid: Floats, nodes: int) -> None:
    """Turn ``grid``, (G V, 8), from y . phi into exp(y . phi - peak), weighted along y and folded.

    Rows i and G - 1 - i become their sum and their difference.
    """
    wide = len(grid) // nodes
    for i in range(len(fold)):
        weight = element(fold, i)
        for n in range(wide):
            low, high = i * wide + n, (nodes - 1 - i) * wide + n
            lower = fast_exp(load(grid, low) - peak) * weight
            upper = fast_exp(load(grid, high) - peak) * weight
            # A middle row is its own mirror image; its sum is what counts.
            store(grid, high, lower - upper)
            store(grid, low, lower + upper)


@_part
def _contract(
    used: int, grid: Floats, along: Floats, weighted: Floats, half: Floats, moments: Floats
) -> None:
    """Fill ``moments`` with sums of the density times P_c(x) P_d(y), c, d < ``used``.

    Args:
        used: K or D.
        grid: the folded density.
        along: see `FitTables`.
        weighted: see `FitTables`.
        half: (D V, 8) gets the sums along y.
        moments: (D E, 8) d by d.
    """
    nodes, degrees = along.shape
    wide, middle, long = len(grid) // nodes, (nodes + 1) // 2, len(weighted) // nodes
    for d in range(used):
        for n in range(0, wide, 2):
            # Even degrees go with sums, odd ones with differences. Two groups share a factor.
            one, other, last = spread(0.0), spread(0.0), min(n + 1, wide - 1)
            for i in range(middle):
                row = (nodes - 1 - i if d % 2 else i) * wide
                factor = element(along, i * degrees + d)
                one = one + load(grid, row + n) * factor
                other = other + load(grid, row + last) * factor
            store(half, d * wide + n, one)
            store(half, d * wide + last, other)
    for d in range(used):
        for e in range(-(-used // WIDTH)):
            value = spread(0.0)
            for j in range(nodes):
                value = value + load(weighted, j * long + e) * element(half, d * wide * WIDTH + j)
            store(moments, d * long + e, value)


@_part
def _second_moments(moments: Floats, tables: FitTables, partial: Floats, second: Floats) -> None:
    """Fill ``second``, (T F, 8), with E[(P_a P_a')(x) (P_b P_b')(y)], products of x by those of y.

    It is a linear image of the moments, first along y, (D F, 8), then along x.
    """
    degrees = len(tables.along[0])
    products = len(tables.factors)
    long, wide = len(moments) // degrees, len(second) // products
    for c in range(degrees):
        for n in range(wide):
            value = spread(0.0)
            for d in range(degrees):
                factor = element(moments, d * long * WIDTH + c)
                value = value + load(tables.products, d * wide + n) * factor
            store(partial, c * wide + n, value)
    share = 1.0 / moments[0, 0]
    for u in range(products):
        a, b = tables.factors[u, 0], tables.factors[u, 1]
        for n in range(wide):
            value = spread(0.0)
            for c in range(b - a, b + a + 1, 2):
                factor = element(tables.coefficients, u * degrees + c)
                value = value + load(partial, c * wide + n) * factor
            store(second, u * wide + n, value * share)


@_part
def _fill_hessian(second: Floats, mean: Floats, entry: Ints, ridge: float, hessian: Floats) -> None:
    """Fill the upper triangle of Cov[phi] + ridge I, its rows padded with zeros.

    Args:
        second: the second moments.
        mean: E[phi], (m,).
        entry: see `FitTables`.
        ridge: w.
        hessian: (m M, 8), M = ceil(m / 8), to be filled.
    """
    statistics = len(entry)
    flat, stride = hessian.reshape(-1), len(hessian) // statistics * WIDTH
    for k in range(statistics):
        for h in range(k, statistics):
            joint = element(second, entry[k, h])
            flat[k * stride + h] = joint - mean[k] * mean[h]
        flat[k * stride + k] += ridge
        for h in range(statistics, stride):
            flat[k * stride + h] = 0.0


@inlined
def _largest(slope: Floats, size: int) -> float:
    """Return the largest absolute entry of the gradient; not a number where one is not."""
    largest = 0.0
    for k in range(size):
        if not abs(slope[k]) <= largest:
            largest = abs(slope[k])
    return largest


@inlined
def _expectation(log_target: Floats, grid: Floats) -> float:
    """Return the sum over the grid of the folded density times the folded ln p*."""
    value = spread(0.0)
    for n in range(len(log_target)):
        value = value + load(grid, n) * load(log_target, n)
    return float(total(value))


@_compiled
def fit_pass(
    first: int,
    last: int,
    statistics: Floats,
    ridge: float,
    tolerance: float,
    log_target: Floats,
    tables: FitTables,
    theta: Floats,
    kl: Floats,
    status: Ints,
) -> None:
    """Fit the densities of the swarms first..last-1.

    Args:
        first: the first swarm; its row in the arrays.
        last: one past the last swarm.
        statistics: (B, m) s, the mean of phi over each swarm's robots.
        ridge: w > 0.
        tolerance: largest absolute entry of g's gradient at the answer.
        log_target: ln p* from `bildsim.density.fit_tables.folded_target`.
        tables: the family's constants.
        theta: (B, m) where to begin; changed to the fits.
        kl: (B,) gets KL(p(.; theta) || p*) (nats).
        status: (B,) gets ``FITTED``, ``SINGULAR`` where a Hessian has no factor, or ``UNFINISHED``.
    """
    along, size = tables.along, theta.shape[1]
    nodes, degrees = along.shape
    polynomials, products = (degrees + 1) // 2, len(tables.factors)
    long, wide = groups(degrees), groups(nodes)
    coefficients, rows = _zeros(groups(polynomials**2)), _zeros(polynomials * wide)
    coefficient, place, where = coefficients.reshape(-1), tables.place, tables.mean
    grid, half = _zeros(nodes * wide), _zeros(degrees * wide)
    moments, partial = _zeros(degrees * long), _zeros(degrees * groups(products))
    second, hessian = _zeros(products * groups(products)), _zeros(size * groups(size))
    slopes, steps = _zeros(groups(size)), _zeros(groups(size))
    slope, step, mean, base = slopes.reshape(-1), steps.reshape(-1), np.empty(size), np.empty(size)
    for swarm in range(first, last):
        y, s = theta[swarm], statistics[swarm]
        value, largest, decrease, share, taken = np.inf, np.inf, 0.0, 1.0, 0
        while True:
            # g and its gradient at y.
            for k in range(size):
                coefficient[place[k]] = y[k]
            peak = _fill_exponent(coefficients, along, tables.across, rows, grid)
            _fill_density(peak, tables.fold, grid, nodes)
            _contract(polynomials, grid, along, tables.weighted, half, moments)
            mass = moments[0, 0]
            found = peak + np.log(mass)
            for k in range(size):
                mean[k] = element(moments, where[k]) / mass
                found += y[k] * (0.5 * ridge * y[k] - s[k])
                slope[k] = mean[k] - s[k] + ridge * y[k]
            # A step must lower g by a share of what its slope promises, but for rounding.
            slack = 1e-14 * (1.0 + abs(value))
            if found > value - share * decrease + slack and share > _SHORTEST:
                share *= 0.5
                for k in range(size):
                    y[k] = base[k] - share * step[k]
                continue
            before, largest, value = largest, _largest(slope, size), found
            status[swarm] = FITTED if largest <= tolerance else UNFINISHED
            if largest <= tolerance or taken == MOST_STEPS:
                break
            if taken == 0 or share < 1.0 or largest > _FALL * before:
                _contract(degrees, grid, along, tables.weighted, half, moments)
                _second_moments(moments, tables, partial, second)
                _fill_hessian(second, mean, tables.entry, ridge, hessian)
                if not factorise(hessian, size):
                    status[swarm] = SINGULAR
                    break
            for n in range(len(steps)):
                store(steps, n, load(slopes, n))
            solve(hessian, size, steps)
            decrease, share, taken = 0.0, 1.0, taken + 1
            for k in range(size):
                decrease += _ARMIJO * step[k] * slope[k]
                base[k] = y[k]
                y[k] -= step[k]
        # KL = y . E[phi] - ln Z - E[ln p*].
        kl[swarm] = -peak - np.log(mass) - _expectation(log_target, grid) / mass
        for k in range(size):
            kl[swarm] += y[k] * mean[k]
