"""Cholesky factor and solves of one small symmetric matrix, eight entries of a row at a time.

A = U' U with U upper triangular; its rows are padded to whole groups of eight numbers, which stand
in one row of an (n, 8) array each (`bildsim.numerics.lanes`). Compiled code that is small enough to
sit in a caller's inner loop: LAPACK takes as long to be called as a matrix of 48 rows takes here.
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
    for k in range(size):
        row = k * wide
        pivot = flat[row * WIDTH + k]
        # Written so that a value that is not a number is refused, too.
        if not pivot > 0.0:
            return False
        inverse = 1.0 / np.sqrt(pivot)
        # What updates left of the diagonal must not count in `solve`.
        for n in range(k // WIDTH * WIDTH, k):
            flat[row * WIDTH + n] = 0.0
        for n in range(k // WIDTH, wide):
            store(matrix, row + n, load(matrix, row + n) * inverse)
        for i in range(k + 1, size):
            factor = element(matrix, row * WIDTH + i)
            for n in range(i // WIDTH, wide):
                less = load(matrix, row + n) * factor
                store(matrix, i * wide + n, load(matrix, i * wide + n) - less)
        flat[row * WIDTH + k] = inverse
    return True


@inlined
def solve(factor: Floats, size: int, right: Floats) -> None:
    """Replace ``right``, (groups(size), 8), with A^-1 right, for the factor that `factorise` left.

    What is behind the last row must be 0 in ``right``, and stays so.
    """
    wide = groups(size)
    flat = right.reshape(-1)
    # U' z = right, row after row of U, then U x = z from the last row on.
    for k in range(size):
        value = flat[k] * element(factor, k * wide * WIDTH + k)
        for n in range(k // WIDTH, wide):
            store(right, n, load(right, n) - load(factor, k * wide + n) * value)
        flat[k] = value
    for k in range(size - 1, -1, -1):
        rest = flat[k]
        inverse = element(factor, k * wide * WIDTH + k)
        flat[k] = 0.0
        lanes = spread(0.0)
        first = k // WIDTH
        for n in range(first, wide):
            lanes = lanes + load(factor, k * wide + n) * load(right, n)
        flat[k] = (rest - total(lanes)) * inverse
