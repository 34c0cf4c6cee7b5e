"""The solve of Remark 3 where the projection P_{>= w} changes the matrix, compiled.

P_{>= w}[q] is V max(L, w) V^T for q = V L V^T (Remark 3 of arXiv 2604.11712), so z = V max(L, w)^-1
V^T g. V is never formed: Householder reflections turn q into a tridiagonal matrix, plane rotations
turn that into L (Golub and Van Loan, Matrix Computations, 4th edition, sections 8.3.1 and 8.3.3),
and all of them are applied to the vector alone, forth and back. That leaves 4/3 m^3 operations in
all, against some 9 m^3 with eigenvectors. The rotations of eight robots run side by side.
"""

import numba
import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.numerics.lanes import (
    WIDTH,
    Lanes,
    dot,
    element,
    load,
    maximum,
    scratch,
    spread,
    square_root,
    store,
    total,
    where_above,
)
from bildsim.numerics.threads import over_robots

_inlined = numba.njit(inline="always")
_TINY = 1e-140
_EPSILON = float(np.finfo(np.float64).eps)
# An average for each eigenvalue; QL takes about two.
_MOST_SWEEPS = 8


def projected_solve(packed: Floats, gradient: Floats, floor: float) -> Floats:
    """Return the z_i of P_{>= w}[q_i] z_i = g_i, (n, m).

    Args:
        packed: (n, m (m + 1) / 2) upper triangles of q_i, row by row.
        gradient: (n, m) g_i.
        floor: w > 0.

    A NaN in q_i gives one in z_i.
    """
    solution = np.empty_like(gradient)
    over_robots(len(gradient), solve_pass, packed, gradient, floor, solution)
    return solution


@_inlined
def _unpack(packed: Floats, size: int, stride: int, matrix: Floats) -> None:
    """Write a packed triangle as a full matrix in rows of ``stride`` numbers."""
    n = 0
    for k in range(size):
        for h in range(k, size):
            matrix[k * stride + h] = packed[n]
            matrix[h * stride + k] = packed[n]
            n += 1


@_inlined
def _multiply(matrix: Floats, rows: int, stride: int, vector: Floats, product: Floats) -> None:
    """Write the leading block of ``rows`` rows times the vector; zeros follow."""
    for column in range(0, (rows + WIDTH - 1) // WIDTH * WIDTH, WIDTH):
        s0, s1 = spread(0.0), spread(0.0)
        s2, s3 = spread(0.0), spread(0.0)
        n = column
        j = 0
        while j + 4 <= rows:
            s0 = s0 + load(matrix, n) * element(vector, j)
            s1 = s1 + load(matrix, n + stride) * element(vector, j + 1)
            s2 = s2 + load(matrix, n + 2 * stride) * element(vector, j + 2)
            s3 = s3 + load(matrix, n + 3 * stride) * element(vector, j + 3)
            n += 4 * stride
            j += 4
        while j < rows:
            s0 = s0 + load(matrix, n) * element(vector, j)
            n += stride
            j += 1
        store(product, column, (s0 + s1) + (s2 + s3))
    for k in range(rows, (rows + WIDTH - 1) // WIDTH * WIDTH):
        product[k] = 0.0


@_inlined
def _reflect(row: int, stride: int, matrix: Floats, mirror: Floats, product: Floats) -> float:
    """Make a row of the matrix tridiagonal by a reflection I - u u^T / h of what stands before it.

    ``mirror`` holds the row up to its diagonal and becomes u. Returns h, 0 for no reflection.
    """
    width = (row + WIDTH - 1) // WIDTH * WIDTH
    last = mirror[row - 1]
    mirror[row - 1] = 0.0
    rest = dot(mirror, mirror, width)
    mirror[row - 1] = last
    if rest == 0.0:
        return 0.0
    norm = np.sqrt(rest + last * last)
    mirror[row - 1] = last + norm if last >= 0.0 else last - norm
    half = norm * (norm + abs(last))
    _multiply(matrix, row, stride, mirror, product)
    share = 1.0 / half
    along = 0.5 * share * share * dot(mirror, product, width)
    for column in range(0, width, WIDTH):
        store(product, column, load(product, column) * share - load(mirror, column) * along)
    for j in range(row):
        u, p = element(mirror, j), element(product, j)
        for column in range(0, width, WIDTH):
            n = j * stride + column
            changed = load(matrix, n) - load(product, column) * u - load(mirror, column) * p
            store(matrix, n, changed)
    return float(half)


@_inlined
def _mirrored(matrix: Floats, start: int, width: int, half: float, vector: Floats) -> None:
    """Reflect the vector by the u that stands in the matrix from ``start`` on."""
    lanes = spread(0.0)
    for column in range(0, width, WIDTH):
        lanes = lanes + load(matrix, start + column) * load(vector, column)
    share = total(lanes) / half
    for column in range(0, width, WIDTH):
        store(vector, column, load(vector, column) - load(matrix, start + column) * share)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _tridiagonalise(
    packed: Floats,
    matrix: Floats,
    halves: Floats,
    diagonal: Floats,
    beside: Floats,
    vector: Floats,
) -> None:
    """Turn q into a tridiagonal matrix, and the vector along with it.

    Args:
        packed: (m (m + 1) / 2,) upper triangle of q.
        matrix: gets the u of each reflection in its rows.
        halves: (m,) gets the h of each reflection.
        diagonal: (m,) gets the diagonal.
        beside: (m,) gets what stands beside it, element k between k and k + 1.
        vector: g with zeros up to a multiple of eight, reflected in place.
    """
    size, stride = halves.size, vector.size
    mirror, product = scratch(stride // WIDTH).reshape(-1), scratch(stride // WIDTH).reshape(-1)
    _unpack(packed, size, stride, matrix)
    for row in range(size - 1, 0, -1):
        start, width = row * stride, (row + WIDTH - 1) // WIDTH * WIDTH
        diagonal[row] = matrix[start + row]
        for column in range(row):
            mirror[column] = matrix[start + column]
        for column in range(row, width):
            mirror[column] = 0.0
        halves[row] = _reflect(row, stride, matrix, mirror, product)
        if halves[row] == 0.0:
            beside[row - 1] = mirror[row - 1]
            continue
        # The last element of u is the old entry minus what the reflection makes of it.
        beside[row - 1] = matrix[start + row - 1] - mirror[row - 1]
        for column in range(0, width, WIDTH):
            store(matrix, start + column, load(mirror, column))
        _mirrored(matrix, start, width, halves[row], vector)
    diagonal[0] = matrix[0]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _reflect_back(matrix: Floats, halves: Floats, vector: Floats) -> None:
    """Undo the reflections of the vector."""
    for row in range(1, halves.size):
        if halves[row] != 0.0:
            width = (row + WIDTH - 1) // WIDTH * WIDTH
            _mirrored(matrix, row * vector.size, width, halves[row], vector)


@_inlined
def _split(first: int, size: int, diagonal: Floats, beside: Floats) -> tuple[Lanes, Lanes]:
    """Set what is negligible beside the diagonal from ``first`` on to zero.

    Returns the last row of the block that starts with the row ``first``, and its diagonal element.
    """
    end, corner = spread(float(size - 1)), load(diagonal, size - 1)
    following = corner
    for i in range(size - 2, first - 1, -1):
        own, entry = load(diagonal, i), load(beside, i)
        around = maximum(own, own * -1.0) + maximum(following, following * -1.0)
        limit = around * _EPSILON + _TINY
        entry_size = maximum(entry, entry * -1.0)
        store(beside, i, where_above(entry_size, limit, entry, spread(0.0)))
        end = where_above(entry_size, limit, end, spread(float(i)))
        corner = where_above(entry_size, limit, corner, own)
        following = own
    return end, corner


@_inlined
def _shifted(first: int, corner: Lanes, diagonal: Floats, beside: Floats) -> Lanes:
    """Return the corner of the block minus Wilkinson's shift for its first row."""
    own, entry = load(diagonal, first), load(beside, first)
    ratio = (load(diagonal, first + 1) - own) / (entry * 2.0)
    root = square_root(ratio * ratio + 1.0)
    return corner - own + entry / where_above(ratio, spread(0.0), ratio + root, ratio - root)


@_inlined
def _sweep(
    first: int,
    size: int,
    end: Lanes,
    start: Lanes,
    diagonal: Floats,
    beside: Floats,
    vector: Floats,
    places: Ints,
    turns: Floats,
    done: int,
) -> int:
    """Do an implicit QL step on the rows first..end of each lane, and turn the vector along.

    The cosine and the sine of each rotation go to ``turns``, a 1 and a 0 in lanes that are not
    concerned. Returns the number of rotations so far.
    """
    one, zero = spread(1.0), spread(0.0)
    g, s, c, p = start, one, one, zero
    upper = load(vector, size - 1)
    for i in range(size - 2, first - 1, -1):
        row = spread(float(i))
        entry, own, following = load(beside, i), load(diagonal, i), load(diagonal, i + 1)
        f, b = s * entry, c * entry
        r = square_root(f * f + g * g)
        store(beside, i + 1, where_above(end, row + 1.0, r, load(beside, i + 1)))
        share = one / r
        s_next = where_above(r, zero, f * share, zero)
        c_next = where_above(r, zero, g * share, one)
        pivot = following - p
        change = (own - pivot) * s_next + c_next * b * 2.0
        p_next = s_next * change
        store(diagonal, i + 1, where_above(end, row, pivot + p_next, following))
        g = where_above(end, row, c_next * change - b, g)
        p = where_above(end, row, p_next, p)
        s, c = where_above(end, row, s_next, one), where_above(end, row, c_next, one)
        sine = where_above(end, row, s_next, zero)
        store(turns, 2 * done, c)
        store(turns, 2 * done + 1, sine)
        places[done] = i
        done += 1
        lower = load(vector, i)
        store(vector, i + 1, sine * lower + c * upper)
        upper = c * lower - sine * upper
    store(vector, first, upper)
    row = spread(float(first))
    own, entry = load(diagonal, first), load(beside, first)
    store(diagonal, first, where_above(end, row, own - p, own))
    store(beside, first, where_above(end, row, g, entry))
    return done


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _divide(
    diagonal: Floats, beside: Floats, vector: Floats, floor: float, places: Ints, turns: Floats
) -> None:
    """Overwrite the vector with P_{>= floor}[T]^-1 vector, T tridiagonal, in each of eight lanes.

    Args:
        diagonal: (m, 8) diagonal of T; becomes its eigenvalues.
        beside: (m, 8) what stands beside it; becomes zero.
        vector: (m, 8).
        floor: least eigenvalue.
        places: scratch for the first of the two rows that each rotation concerns.
        turns: scratch for the rotations, two rows each.
    """
    size, done = diagonal.shape[0], 0
    room = places.size
    store(beside, size - 1, spread(0.0))
    for first in range(size - 1):
        end, corner = _split(first, size, diagonal, beside)
        while total(where_above(end, spread(float(first)), spread(1.0), spread(0.0))) > 0.0:
            if done + size > room:  # only a matrix that is not finite takes so long
                store(diagonal, first, spread(np.nan))
                break
            start = _shifted(first, corner, diagonal, beside)
            done = _sweep(first, size, end, start, diagonal, beside, vector, places, turns, done)
            end, corner = _split(first, size, diagonal, beside)
    for k in range(size):
        value = load(diagonal, k)
        store(vector, k, load(vector, k) / where_above(spread(floor), value, spread(floor), value))
    while done > 0:
        done -= 1
        i = places[done]
        cosine, sine = load(turns, 2 * done), load(turns, 2 * done + 1)
        lower, upper = load(vector, i), load(vector, i + 1)
        store(vector, i, cosine * lower + sine * upper)
        store(vector, i + 1, cosine * upper - sine * lower)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def solve_pass(
    first: int, last: int, packed: Floats, gradient: Floats, floor: float, solution: Floats
) -> None:
    """Do ``projected_solve`` for the rows first..last-1."""
    size = gradient.shape[1]
    groups = (size + WIDTH - 1) // WIDTH
    matrices = scratch(groups * groups * WIDTH * WIDTH).reshape((WIDTH, -1))
    vectors = scratch(groups * WIDTH).reshape((WIDTH, -1))
    halves, line = np.empty((WIDTH, size)), np.zeros((2, size))
    diagonal, beside, vector = scratch(size), scratch(size), scratch(size)
    places = np.empty(_MOST_SWEEPS * size * size // 2, dtype=np.int64)
    turns = scratch(2 * places.size)
    for n in range(diagonal.size):
        diagonal[n // WIDTH, n % WIDTH] = beside[n // WIDTH, n % WIDTH] = 0.0
    for start in range(first, last, WIDTH):
        count = min(WIDTH, last - start)
        for lane in range(count):
            own = vectors[lane]
            own[:size], own[size:] = gradient[start + lane], 0.0
            _tridiagonalise(
                packed[start + lane], matrices[lane], halves[lane], line[0], line[1], own
            )
            for k in range(size):
                diagonal[k, lane], beside[k, lane] = line[0, k], line[1, k]
                vector[k, lane] = own[k]
        _divide(diagonal, beside, vector, floor, places, turns)
        for lane in range(count):
            own = vectors[lane]
            for k in range(size):
                own[k] = vector[k, lane]
            _reflect_back(matrices[lane], halves[lane], own)
            solution[start + lane] = own[:size]
