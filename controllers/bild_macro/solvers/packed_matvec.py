"""A packed symmetric matrix times a vector, to be compiled into what calls it."""

import numba

from bildsim.basics.arrays import Floats
from bildsim.numerics.lanes import WIDTH, Lanes, load, maximum, spread, store, total

_inlined = numba.njit(inline="always")


@_inlined
def _lanes(packed: Floats, place: int, absolute: bool) -> Lanes:
    value = load(packed, place)
    return maximum(value, spread(0.0) - value) if absolute else value


@_inlined
def _entry(packed: Floats, place: int, absolute: bool) -> float:
    entry: float = packed[place]
    return abs(entry) if absolute else entry


@_inlined
def _four_rows(
    row: int, base: int, size: int, packed: Floats, absolute: bool, vector: Floats, product: Floats
) -> None:
    """Add the share of four rows, from the diagonal on, and of their mirrors."""
    b0, b1 = base, base + size - row - 1
    b2, b3 = b1 + size - row - 2, b1 + 2 * (size - row) - 5
    x0, x1, x2, x3 = vector[row], vector[row + 1], vector[row + 2], vector[row + 3]
    s0, s1, s2, s3 = spread(0.0), spread(0.0), spread(0.0), spread(0.0)
    n = row + 4
    while n + WIDTH <= size:
        a0, a1 = _lanes(packed, b0 + n, absolute), _lanes(packed, b1 + n, absolute)
        a2, a3 = _lanes(packed, b2 + n, absolute), _lanes(packed, b3 + n, absolute)
        x, mirrored = load(vector, n), a0 * x0 + a1 * x1 + (a2 * x2 + a3 * x3)
        store(product, n, load(product, n) + mirrored)
        s0, s1, s2, s3 = s0 + a0 * x, s1 + a1 * x, s2 + a2 * x, s3 + a3 * x
        n += WIDTH
    t0, t1, t2, t3 = total(s0), total(s1), total(s2), total(s3)
    while n < size:
        e0, e1 = _entry(packed, b0 + n, absolute), _entry(packed, b1 + n, absolute)
        e2, e3 = _entry(packed, b2 + n, absolute), _entry(packed, b3 + n, absolute)
        product[n] += e0 * x0 + e1 * x1 + (e2 * x2 + e3 * x3)
        own = vector[n]
        t0, t1, t2, t3 = t0 + e0 * own, t1 + e1 * own, t2 + e2 * own, t3 + e3 * own
        n += 1
    e01, e02 = _entry(packed, b0 + row + 1, absolute), _entry(packed, b0 + row + 2, absolute)
    e03, e12 = _entry(packed, b0 + row + 3, absolute), _entry(packed, b1 + row + 2, absolute)
    e13, e23 = _entry(packed, b1 + row + 3, absolute), _entry(packed, b2 + row + 3, absolute)
    d0, d1 = _entry(packed, b0 + row, absolute), _entry(packed, b1 + row + 1, absolute)
    d2, d3 = _entry(packed, b2 + row + 2, absolute), _entry(packed, b3 + row + 3, absolute)
    product[row] += t0 + (d0 * x0 + e01 * x1 + (e02 * x2 + e03 * x3))
    product[row + 1] += t1 + (e01 * x0 + d1 * x1 + (e12 * x2 + e13 * x3))
    product[row + 2] += t2 + (e02 * x0 + e12 * x1 + (d2 * x2 + e23 * x3))
    product[row + 3] += t3 + (e03 * x0 + e13 * x1 + (e23 * x2 + d3 * x3))


@_inlined
def _one_row(
    row: int, base: int, size: int, packed: Floats, absolute: bool, vector: Floats, product: Floats
) -> None:
    """Add the share of one row, from the diagonal on, and of its mirror."""
    own, along = vector[row], _entry(packed, base + row, absolute) * vector[row]
    for n in range(row + 1, size):
        entry = _entry(packed, base + n, absolute)
        along += entry * vector[n]
        product[n] += entry * own
    product[row] += along


@numba.njit(cache=True, nogil=True, error_model="numpy")
def multiply(packed: Floats, size: int, absolute: bool, vector: Floats, product: Floats) -> None:
    """Write the packed symmetric matrix times ``vector`` to ``product``.

    Every entry is read once and serves its mirror, too. Four rows go together, so that what their
    mirrors add to ``product`` passes through memory once.

    Args:
        packed: the upper triangle, row by row; entry (k, h) is number base_k + h, base_0 = 0.
        size: rows of the matrix.
        absolute: take the absolute values of the entries.
        vector: padded by zeros.
        product: padded as well.
    """
    for n in range(0, product.size, WIDTH):
        store(product, n, spread(0.0))
    row, base = 0, 0
    while row + 4 <= size:
        _four_rows(row, base, size, packed, absolute, vector, product)
        base += 4 * (size - row) - 10
        row += 4
    while row < size:
        _one_row(row, base, size, packed, absolute, vector, product)
        base += size - row - 1
        row += 1
