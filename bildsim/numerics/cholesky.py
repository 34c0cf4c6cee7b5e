"""Cholesky factor and solves of one small symmetric matrix, eight entries of a row at a time.

A = U' U with U upper triangular; its rows are padded to whole groups of eight numbers, which stand
in one row of an (n, 8) array each (`bildsim.numerics.lanes`). Compiled code that is small enough to
sit in a caller's inner loop: LAPACK takes as long to be called as a matrix of 48 rows takes here.
Plain loops from row to row take 3 times as long; products of rows in tiles of 2 x 4, written out by
hand, come close (``python -m benchmarks.plain_loops``) where the number of rows is even.
"""

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.numerics.compiling import inlined
from bildsim.numerics.lanes import WIDTH, element, load, spread, store, total


@inlined
def groups(size: int) -> int:
    """Return how many groups of eight hold ``size`` numbers."""
    return -(-size // WIDTH)


@inlined
def factorise(matrix: Floats, size: int) -> bool:
    """Replace the upper triangle of a matrix with its Cholesky factor U; say whether it has one.

    Args:
        matrix: (size * groups(size), 8); of each row the diagonal and what is right of it is read,
            and must be 0 behind the last column. The diagonal of U is stored as its reciprocal.
        size: number of rows.
    """
    wide = groups(size)
    flat = matrix.reshape(-1)
    for group in range(wide):
        first, last = group * WIDTH, min(group * WIDTH + WIDTH, size)
        for k in range(first, last):
            row = k * wide
            pivot = flat[row * WIDTH + k]
            # Written so that a value that is not a number is refused, too.
            if not pivot > 0.0:
                return False
            inverse = 1.0 / np.sqrt(pivot)
            # What updates left of the diagonal must not count in `solve`.
            for n in range(first, k):
                flat[row * WIDTH + n] = 0.0
            for n in range(group, wide):
                store(matrix, row + n, load(matrix, row + n) * inverse)
            for i in range(k + 1, last):
                factor = element(matrix, row * WIDTH + i)
                for n in range(group, wide):
                    less = load(matrix, row + n) * factor
                    store(matrix, i * wide + n, load(matrix, i * wide + n) - less)
            flat[row * WIDTH + k] = inverse
        # Rows below take off what the group's eight rows do at once: one load and store for eight,
        # four rows by four, which share what they read.
        for i in range(last, size, 4):
            i1, i2, i3 = min(i + 1, size - 1), min(i + 2, size - 1), min(i + 3, size - 1)
            for n in range(i // WIDTH, wide):
                value, value1 = load(matrix, i * wide + n), load(matrix, i1 * wide + n)
                value2, value3 = load(matrix, i2 * wide + n), load(matrix, i3 * wide + n)
                for k in range(first, first + WIDTH):
                    lanes, row = load(matrix, k * wide + n), k * wide * WIDTH
                    value = value - lanes * element(matrix, row + i)
                    value1 = value1 - lanes * element(matrix, row + i1)
                    value2 = value2 - lanes * element(matrix, row + i2)
                    value3 = value3 - lanes * element(matrix, row + i3)
                store(matrix, i * wide + n, value)
                store(matrix, i1 * wide + n, value1)
                store(matrix, i2 * wide + n, value2)
                store(matrix, i3 * wide + n, value3)
    return True


@inlined
def solve(factor: Floats, size: int, right: Floats) -> None:
    """Replace ``right``, (groups(size), 8), with A^-1 right, for the factor that `factorise` left.

    What is behind the last row must be 0 in ``right``, and stays so.
    """
    wide = groups(size)
    flat = right.reshape(-1)
    # U' z = right, group after group of eight rows of U, then U x = z from the last group on.
    for group in range(wide):
        first, last = group * WIDTH, min(group * WIDTH + WIDTH, size)
        for k in range(first, last):
            value = flat[k] * element(factor, k * wide * WIDTH + k)
            flat[k] = value
            for h in range(k + 1, last):
                flat[h] -= element(factor, k * wide * WIDTH + h) * value
        for n in range(group + 1, wide):
            rest = load(right, n)
            for k in range(first, first + WIDTH):
                rest = rest - load(factor, k * wide + n) * element(right, k)
            store(right, n, rest)
    for group in range(wide - 1, -1, -1):
        first, last = group * WIDTH, min(group * WIDTH + WIDTH, size)
        # What is known of x goes to the right for eight rows, none of which waits for another.
        for k in range(first, last):
            lanes = spread(0.0)
            for n in range(group + 1, wide):
                lanes = lanes + load(factor, k * wide + n) * load(right, n)
            flat[k] -= total(lanes)
        for h in range(last - 1, first - 1, -1):
            value = flat[h] * element(factor, h * wide * WIDTH + h)
            flat[h] = value
            for k in range(first, h):
                flat[k] -= element(factor, k * wide * WIDTH + h) * value
