"""The exact fit of swarms' densities, compiled: one swarm after another.

For each swarm theta = argmin_y g(y) = -y . s + ln Z(y) + (w / 2)|y|^2, (m,), is found by damped
Newton steps from the last fit, which is near. What a step needs of p(.; y) comes from
`bildsim.density.fit_moments`. The moments at the last fit are known, and give the first step. A
Hessian costs more than a gradient, so that one serves as long as steps bring the gradient down by a
factor of hundreds (Shamanskii's method); the first step with a new one takes g's third derivative
along it into account, for less than a gradient (Chebyshev's method, of third order).

Plain Newton steps in NumPy and SciPy are `LegendreFamily.fit`; it spends its time on being called,
and takes about twenty times as long (``python -m benchmarks.env_speed``). Letters for sizes are
those of `bildsim.density.fit_tables.FitTables`.
"""

from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.density.fit_moments import (
    contract,
    empty,
    expectation,
    fill_density,
    fill_exponent,
    fill_hessian,
    second_moments,
    weigh,
    zeros,
)
from bildsim.density.fit_tables import FitTables
from bildsim.numerics.cholesky import factorise, groups, solve
from bildsim.numerics.compiling import inlined, kernel
from bildsim.numerics.lanes import WIDTH, dot, element, load, store

FITTED, SINGULAR, UNFINISHED = 0, 1, 2
MOST_STEPS = 500
_ARMIJO = 1e-4
_SHORTEST = 1e-12
# A gradient that falls by less in a step asks for the Hessian at the new place, unless it is within
# so many times the tolerance: any Hessian will do for that.
_FALL, _NEAR = 0.003, 30.0
_compiled = kernel(__file__)


class Fits(NamedTuple):
    """Fits of B swarms, and what the next ones can begin with.

    Attributes:
        theta: (B, m) natural parameters.
        kl: (B,) KL(p(.; theta) || p*) (nats).
        peak: (B,) largest exponent theta . phi on the grid, or 0 where that is larger; not a number
            where theta is no fit, so that nothing is known of it.
        moments: (B, D E, 8) moments of exp(theta . phi - peak), d by d; see
            `bildsim.density.fit_moments.contract`.
    """

    theta: Floats
    kl: Floats
    peak: Floats
    moments: Floats


@inlined
def _largest(slope: Floats, size: int) -> float:
    """Return the largest absolute entry of the gradient; not a number where one is not."""
    largest = 0.0
    for k in range(size):
        if not abs(slope[k]) <= largest:
            largest = abs(slope[k])
    return largest


@_compiled
def fit_pass(
    first: int,
    last: int,
    statistics: Floats,
    ridge: float,
    tolerance: float,
    log_target: Floats,
    tables: FitTables,
    fits: Fits,
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
        fits: where to begin; changed to the fits.
        status: (B,) gets ``FITTED``, ``SINGULAR`` where a Hessian has no factor, or ``UNFINISHED``.
    """
    along, size = tables.along, fits.theta.shape[1]
    nodes, degrees = along.shape
    polynomials, products = (degrees + 1) // 2, len(tables.factors)
    long, wide, square = groups(degrees), groups(nodes), polynomials * groups(polynomials)
    coefficients, rows = zeros(groups(polynomials**2)), zeros(polynomials * wide)
    coefficient, place, where = coefficients.reshape(-1), tables.place, tables.mean
    grid, tilt, half = zeros(nodes * wide), zeros(nodes * wide), zeros(degrees * wide)
    moments, partial = zeros(degrees * long), zeros(degrees * square)
    second, hessian = zeros(products * square), zeros(size * groups(size) + 1)
    padded = groups(size)
    slopes, steps, bends, means = zeros(padded), zeros(padded), zeros(padded), zeros(padded)
    slope, step, base = slopes.reshape(-1), steps.reshape(-1), np.empty(size)
    bend, mean = bends.reshape(-1), means.reshape(-1)
    for swarm in range(first, last):
        y, s, old = fits.theta[swarm], statistics[swarm], fits.moments[swarm]
        value, largest, decrease, share, taken = np.inf, np.inf, 0.0, 1.0, 0
        # Where moments are known, y is not on the grid until it has moved.
        peak, known = fits.peak[swarm], not np.isnan(fits.peak[swarm])
        while True:
            # g and its gradient at y.
            if known:
                for n in range(len(moments)):
                    store(moments, n, load(old, n))
            else:
                for k in range(size):
                    coefficient[place[k]] = y[k]
                peak = fill_exponent(coefficients, along, tables.across, rows, grid)
                empty(tables.blocked, peak, grid)
                fill_density(peak, tables.fold, grid, nodes)
                contract(0, polynomials, grid, along, tables.weighted, half, moments)
            mass = moments[0, 0]
            found, scale = peak + np.log(mass), 1.0 / mass
            for k in range(size):
                mean[k] = element(moments, where[k]) * scale
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
            if known and largest <= tolerance:
                # Nothing moves, but the KL needs the density.
                known = False
                continue
            if largest <= tolerance or taken == MOST_STEPS:
                break
            slow = largest > _FALL * before and largest > _NEAR * tolerance
            fresh = taken == 0 or share < 1.0 or slow
            if fresh:
                if not known:
                    contract(polynomials, degrees, grid, along, tables.weighted, half, moments)
                second_moments(moments, tables, partial, second)
                fill_hessian(second, means, ridge, polynomials, hessian)
                if not factorise(hessian, size):
                    status[swarm] = SINGULAR
                    break
            for n in range(padded):
                store(steps, n, load(slopes, n))
            solve(hessian, size, steps)
            if fresh and taken > 0:
                # The third derivative along the step: E[(phi - E[phi]) (step . (phi - E[phi]))^2].
                for k in range(size):
                    coefficient[place[k]] = step[k]
                coefficient[0] = -dot(step, mean, padded * WIDTH)
                fill_exponent(coefficients, along, tables.across, rows, tilt)
                coefficient[0] = 0.0
                weigh(grid, tilt, nodes)
                contract(0, polynomials, tilt, along, tables.weighted, half, moments)
                for k in range(size):
                    bend[k] = (element(moments, where[k]) - mean[k] * moments[0, 0]) * scale
                solve(hessian, size, bends)
                # Far from the answer it says little; a step must go down.
                if abs(dot(slope, bend, padded * WIDTH)) <= dot(slope, step, padded * WIDTH):
                    for n in range(padded):
                        store(steps, n, load(steps, n) + 0.5 * load(bends, n))
            decrease, share, taken, known = 0.0, 1.0, taken + 1, False
            for k in range(size):
                decrease += _ARMIJO * step[k] * slope[k]
                base[k] = y[k]
                y[k] -= step[k]
        # KL = y . E[phi] - ln Z - E[ln p*].
        fits.kl[swarm] = -peak - np.log(mass) - expectation(log_target, grid) / mass
        for k in range(size):
            fits.kl[swarm] += y[k] * mean[k]
        contract(polynomials, degrees, grid, along, tables.weighted, half, moments)
        fits.peak[swarm] = peak
        for n in range(len(moments)):
            store(old, n, load(moments, n))
