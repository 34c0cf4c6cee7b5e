"""What the compiled fit is made of: moments of one density on the grid, and its Hessian.

What a step of the fit needs of p(.; y) are moments of one exponential on the grid, as in
`bildsim.density.kernels`, which goes through eight robots side by side; there is one density a
swarm, so here the eight lanes of a register are eight nodes of a grid row, or eight entries of a
row of the Hessian. Rows at y and -y share the work, as P_d(-y) = (-1)^d P_d(y). Letters for sizes
are those of `bildsim.density.fit_tables.FitTables`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from numba.extending import register_jitable

from bildsim.basics.arrays import Floats, Ints
from bildsim.density.fit_tables import FitTables
from bildsim.numerics.exp import NOTHING, fast_exp
from bildsim.numerics.lanes import WIDTH, element, load, maximum, scratch, spread, store, total

_Part = TypeVar("_Part", bound=Callable[..., Any])


def _part(function: _Part) -> _Part:
    """Compile what only the fit calls, and is too large to become a piece of its callers."""
    options = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "error_model": "numpy"}
    return register_jitable(**options)(function)


@_part
def zeros(rows: int) -> Floats:
    """Return a new (rows, 8) array of zeros that starts a cache line."""
    array = scratch(rows)
    for n in range(rows):
        store(array, n, spread(0.0))
    return array


@_part
def fill_exponent(
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
        for n in range(0, wide, 3):
            # Three groups share a factor.
            n1, n2 = min(n + 1, wide - 1), min(n + 2, wide - 1)
            even, even1, even2 = load(rows, n), load(rows, n1), load(rows, n2)
            odd, odd1, odd2 = spread(0.0), spread(0.0), spread(0.0)
            for b in range(1, size, 2):
                factor, row = element(along, i * degrees + b), b * wide
                odd = odd + load(rows, row + n) * factor
                odd1 = odd1 + load(rows, row + n1) * factor
                odd2 = odd2 + load(rows, row + n2) * factor
            for b in range(2, size, 2):
                factor, row = element(along, i * degrees + b), b * wide
                even = even + load(rows, row + n) * factor
                even1 = even1 + load(rows, row + n1) * factor
                even2 = even2 + load(rows, row + n2) * factor
            peak = maximum(peak, maximum(even + odd, even - odd))
            peak = maximum(peak, maximum(even1 + odd1, even1 - odd1))
            peak = maximum(peak, maximum(even2 + odd2, even2 - odd2))
            low, high = i * wide, mirror * wide
            # A middle row is its own mirror image, where odd polynomials are 0.
            store(grid, high + n, even - odd)
            store(grid, high + n1, even1 - odd1)
            store(grid, high + n2, even2 - odd2)
            store(grid, low + n, even + odd)
            store(grid, low + n1, even1 + odd1)
            store(grid, low + n2, even2 + odd2)
    store(rows, 0, peak)
    largest = 0.0
    for lane in range(WIDTH):
        largest = max(largest, rows[0, lane])
    return largest


@_part
def fill_density(peak: float, fold: Floats, grid: Floats, nodes: int) -> None:
    """Turn ``grid``, (G V, 8), from y . phi into exp(y . phi - peak), weighted along y and folded.

    Rows i and G - 1 - i become their sum and their difference.
    """
    wide = len(grid) // nodes
    for i in range(len(fold)):
        weight = element(fold, i)
        for n in range(0, wide, 2):
            # Two groups share the constants of the exponential.
            low, high, more = i * wide + n, (nodes - 1 - i) * wide + n, min(n + 1, wide - 1) - n
            lower, lower1 = load(grid, low) - peak, load(grid, low + more) - peak
            upper, upper1 = load(grid, high) - peak, load(grid, high + more) - peak
            lower, lower1 = fast_exp(lower) * weight, fast_exp(lower1) * weight
            upper, upper1 = fast_exp(upper) * weight, fast_exp(upper1) * weight
            # A middle row is its own mirror image; its sum is what counts.
            store(grid, high, lower - upper)
            store(grid, high + more, lower1 - upper1)
            store(grid, low, lower + upper)
            store(grid, low + more, lower1 + upper1)


@_part
def empty(blocked: Ints, peak: float, grid: Floats) -> None:
    """Set the exponent at nodes without density so low that nothing is left of it."""
    flat = grid.reshape(-1)
    for k in range(len(blocked)):
        flat[blocked[k]] = peak - NOTHING


@_part
def contract(
    known: int,
    used: int,
    grid: Floats,
    along: Floats,
    weighted: Floats,
    half: Floats,
    moments: Floats,
) -> None:
    """Fill ``moments`` with sums of the density times P_c(x) P_d(y), c, d < ``used``.

    Args:
        known: degrees along y whose sums are in ``half`` already.
        used: K or D.
        grid: the folded density.
        along: see `FitTables`.
        weighted: see `FitTables`.
        half: (D V, 8) gets the sums along y.
        moments: (D E, 8) d by d.
    """
    nodes, degrees = along.shape
    wide, middle, long = len(grid) // nodes, (nodes + 1) // 2, len(weighted) // nodes
    for first in (known, known + 1):
        # Even degrees go with sums, odd ones with differences: two of a kind read the same numbers.
        for d in range(first, used, 4):
            low, high = d * wide, min(d + 2, d + (used - 1 - d) // 2 * 2)
            for n in range(0, wide, 2):
                last = min(n + 1, wide - 1)
                one, two, three, four = spread(0.0), spread(0.0), spread(0.0), spread(0.0)
                for i in range(middle):
                    row = (nodes - 1 - i if d % 2 else i) * wide
                    here, there = load(grid, row + n), load(grid, row + last)
                    factor, other = (
                        element(along, i * degrees + d),
                        element(along, i * degrees + high),
                    )
                    one, two = one + here * factor, two + there * factor
                    three, four = three + here * other, four + there * other
                store(half, low + n, one)
                store(half, low + last, two)
                store(half, high * wide + n, three)
                store(half, high * wide + last, four)
    row = wide * WIDTH
    for d in range(0, used, 4):
        # Four sums at once, of which none waits for another.
        d1, d2, d3 = min(d + 1, used - 1), min(d + 2, used - 1), min(d + 3, used - 1)
        for e in range(-(-used // WIDTH)):
            one, two, three, four = spread(0.0), spread(0.0), spread(0.0), spread(0.0)
            for j in range(nodes):
                weights = load(weighted, j * long + e)
                one = one + weights * element(half, d * row + j)
                two = two + weights * element(half, d1 * row + j)
                three = three + weights * element(half, d2 * row + j)
                four = four + weights * element(half, d3 * row + j)
            store(moments, d * long + e, one)
            store(moments, d1 * long + e, two)
            store(moments, d2 * long + e, three)
            store(moments, d3 * long + e, four)


@_part
def weigh(grid: Floats, tilt: Floats, nodes: int) -> None:
    """Turn ``tilt``, (G V, 8), into its square times the density that is folded in ``grid``."""
    wide = len(grid) // nodes
    for i in range((nodes + 1) // 2):
        for n in range(wide):
            low, high = i * wide + n, (nodes - 1 - i) * wide + n
            lower, upper = load(tilt, low) * load(tilt, low), load(tilt, high) * load(tilt, high)
            both, apart = 0.5 * (lower + upper), 0.5 * (lower - upper)
            # Of the middle row, which is folded with itself, the sum is what counts.
            store(tilt, high, load(grid, low) * apart + load(grid, high) * both)
            store(tilt, low, load(grid, low) * both + load(grid, high) * apart)


@_part
def second_moments(moments: Floats, tables: FitTables, partial: Floats, second: Floats) -> None:
    """Fill ``second``, (T K F, 8), with E[(P_a P_c)(x) (P_b P_d)(y)] for each a <= c, b and d.

    It is a linear image of the moments, first along y, (D K F, 8), then along x.
    """
    degrees = len(tables.along[0])
    products = len(tables.factors)
    long, wide = len(moments) // degrees, len(second) // products
    for c in range(0, degrees, 3):
        # Three at a time share what they read; the last ones again, where there are fewer.
        c1, c2 = min(c + 1, degrees - 1), min(c + 2, degrees - 1)
        for n in range(wide):
            value, value1, value2 = spread(0.0), spread(0.0), spread(0.0)
            for d in range(degrees):
                lanes, row = load(tables.products, d * wide + n), d * long * WIDTH
                value = value + lanes * element(moments, row + c)
                value1 = value1 + lanes * element(moments, row + c1)
                value2 = value2 + lanes * element(moments, row + c2)
            store(partial, c * wide + n, value)
            store(partial, c1 * wide + n, value1)
            store(partial, c2 * wide + n, value2)
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
def fill_hessian(second: Floats, means: Floats, ridge: float, size: int, hessian: Floats) -> None:
    """Fill the upper triangle of Cov[phi] + ridge I, its rows padded with zeros.

    Args:
        second: the second moments.
        means: (M, 8) E[phi], M = ceil(m / 8), padded with zeros.
        ridge: w.
        size: K.
        hessian: (m M + 1, 8) to be filled; the last row is room for what a store writes too much.
    """
    statistics, wide, long = size * size - 1, len(means), -(-size // WIDTH)
    flat, joint = hessian.reshape(-1), second.reshape(-1)
    for k in range(statistics):
        row, mean = k * wide * WIDTH, element(means, k)
        a, b = (k + 1) // size, (k + 1) % size
        # The products of P_a with P_a, P_a+1, ... stand one after another.
        pair = a * size - a * (a - 1) // 2
        for c in range(a, size):
            # There is no statistic P_0 P_0. Beyond a piece the next one is written, or zeros.
            first = 1 if c == 0 else 0
            for n in range(long):
                place = ((pair + c - a) * size + b) * long * WIDTH + first + n * WIDTH
                store(flat, row + c * size - 1 + first + n * WIDTH, load(joint, place))
        for h in range(statistics, wide * WIDTH):
            flat[row + h] = 0.0
        for n in range(k // WIDTH, wide):
            store(hessian, k * wide + n, load(hessian, k * wide + n) - load(means, n) * mean)
        flat[row + k] += ridge


@_part
def expectation(log_target: Floats, grid: Floats) -> float:
    """Return the sum over the grid of the folded density times the folded ln p*."""
    value = spread(0.0)
    for n in range(len(log_target)):
        value = value + load(grid, n) * load(log_target, n)
    return float(total(value))
