"""One round of Algorithm 1, (7) to (9), compiled, for a range of robots.

What it computes is `bildsim.controllers.bild_macro.reference.ReferenceMacro.round`, line by line:
y_i of (7), then grad_2 g_i and H at the new y_i, then the mixing and the changes of (8) and (9).
N robots, m statistics, one row a robot; of the symmetric q_i only the m (m + 1) / 2 numbers of the
upper triangle are kept, mixed and sent.

Why compiled: NumPy goes through (N, m, m) arrays again and again. Here H is never stored (it is
made again from the moments, seven times fewer numbers) and eight robots are worked on at once. The
whole round is 10 times as fast as that reference at N = 100 and order 6, its mixing 4 times as
fast as sparse products (``python -m benchmarks.round_cost``, one thread).

Each pass writes only the rows of its own robots and reads the others' old rows, so robots can be
divided among threads in any way without changing a bit of the result. None of the passes holds
Python's global lock.
"""

from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.density import kernels
from bildsim.density.kernel_tables import Tables, Workspace, workspace
from bildsim.numerics.compiling import inlined, inlined_early, kernel
from bildsim.numerics.lanes import WIDTH, Lanes, element, load, scratch, spread, store
from bildsim.numerics.transpose import gather_rows, scatter_rows

_compiled = kernel(__file__)

# Four sums of eight columns: enough that the loads of one hide behind the arithmetic of the others,
# and few enough to stay in registers.
_STRIP = 4 * WIDTH


class Links(NamedTuple):
    """The weights a_ij in compressed sparse rows, self loops included."""

    indptr: Ints
    indices: Ints
    weights: Floats


class Fields(NamedTuple):
    """What the robots hold, a row a robot.

    Attributes:
        y, r: (N, m) as in the paper.
        q: (N, m (m + 1) / 2) packed upper triangles; of no length where nobody asks for them.
        slope: (N, m) grad_2 g_i(x_i, y_i).
        moments: (N, (2 kappa + 1)^2) moments under y_i, of which H(y_i) is an image: seven times
            fewer numbers.
        norm: (N,) Frobenius norm of H(y_i).
    """

    y: Floats
    r: Floats
    q: Floats
    slope: Floats
    moments: Floats
    norm: Floats

    @property
    def mean(self) -> Floats:
        """E[phi] under y_i, (N, m): the moments of degrees up to kappa."""
        degrees = round(self.moments.shape[1] ** 0.5)
        size = (degrees + 1) // 2
        square = self.moments.reshape(-1, degrees, degrees)[:, :size, :size]
        return square.swapaxes(1, 2).reshape(len(square), -1)[:, 1:]


@inlined
def _mix_strip(robot: int, column: int, width: int, links: Links, old: Floats, new: Floats) -> None:
    """Add the neighbours' 32 columns from ``column``, with sums that stay in registers."""
    # Arrays are flat here: column k of robot i is at i * width + k.
    own = robot * width + column
    s0, s1 = load(new, own), load(new, own + WIDTH)
    s2, s3 = load(new, own + 2 * WIDTH), load(new, own + 3 * WIDTH)
    for k in range(element(links.indptr, robot), element(links.indptr, robot + 1)):
        weight = element(links.weights, k)
        n = element(links.indices, k) * width + column
        s0 = s0 + load(old, n) * weight
        s1 = s1 + load(old, n + WIDTH) * weight
        s2 = s2 + load(old, n + 2 * WIDTH) * weight
        s3 = s3 + load(old, n + 3 * WIDTH) * weight
    store(new, own, s0)
    store(new, own + WIDTH, s1)
    store(new, own + 2 * WIDTH, s2)
    store(new, own + 3 * WIDTH, s3)


@inlined
def _mix_rest(robot: int, column: int, width: int, links: Links, old: Floats, new: Floats) -> None:
    """Add the neighbours' columns from ``column`` to the last, fewer than 32."""
    # Whole vectors of eight first, then single numbers.
    while column + WIDTH <= width:
        own = robot * width + column
        lanes = load(new, own)
        for k in range(element(links.indptr, robot), element(links.indptr, robot + 1)):
            n = element(links.indices, k) * width + column
            lanes = lanes + load(old, n) * element(links.weights, k)
        store(new, own, lanes)
        column += WIDTH
    while column < width:
        single = new[robot * width + column]
        for k in range(links.indptr[robot], links.indptr[robot + 1]):
            single += old[links.indices[k] * width + column] * links.weights[k]
        new[robot * width + column] = single
        column += 1


@_compiled
def _mix(first: int, last: int, links: Links, old: Floats, new: Floats) -> None:
    """Add sum_j a_ij old[j] to the rows first..last-1 of ``new``.

    Strip by strip of 32 columns, so that what a robot reads of its neighbours is still in the
    nearest cache when the next robot reads it.
    """
    width = old.shape[1]
    flat_old, flat_new = old.reshape(-1), new.reshape(-1)
    column = 0
    while column + _STRIP <= width:
        for i in range(first, last):
            _mix_strip(i, column, width, links, flat_old, flat_new)
        column += _STRIP
    for i in range(first, last):
        _mix_rest(i, column, width, links, flat_old, flat_new)


def round_pass(
    first: int,
    last: int,
    links: Links,
    old: Fields,
    new: Fields,
    statistics: Floats,
    step: Floats,
    direction: Floats,
    regularisation: float,
    log_target: Floats,
    result: kernels.Evaluation,
    tables: Tables,
) -> None:
    """Do (7), (8), (9) for the robots first..last-1: read ``old``, write their rows of ``new``.

    Args:
        first: first robot.
        last: one past the last robot.
        links: the communication weights.
        old: what the robots held before the round.
        new: what they hold after it.
        statistics: (N, m) phi(x_i^{k+1}).
        step: (N,) gamma_i of (7).
        direction: (N, m) what the step is along, r_i in (7).
        regularisation: w.
        log_target: (G, G) ln p*, or (0, 0) where grad f is not asked for.
        result: gets ln Z, E[phi] and grad f at the new y_i; its moments are the array of ``new``.
        tables: the density family's constants.
    """
    # Several compiled functions rather than one: the compiler would work on ``evaluate`` twice.
    _learn(first, last, links, old, new, step, direction)
    # E[phi], the moments and grad f at the new y_i: new.moments is result.moments.
    kernels.evaluate(first, last, new.y, log_target, result, tables)
    # (8) and (9): first what is new of one's own, then the neighbours' share on top of it.
    change_pass(first, last, old, new, result.mean, statistics, regularisation, tables)
    _mix(first, last, links, old.r, new.r)
    if new.q.shape[1] > 0:
        _mix(first, last, links, old.q, new.q)


@_compiled
def _learn(
    first: int,
    last: int,
    links: Links,
    old: Fields,
    new: Fields,
    step: Floats,
    direction: Floats,
) -> None:
    """Do (7): y_i^+ = sum_j a_ij y_j - gamma_i r_i, the second term first."""
    for i in range(first, last):
        for k in range(old.y.shape[1]):
            new.y[i, k] = -step[i] * direction[i, k]
    _mix(first, last, links, old.y, new.y)


@inlined
def load_means(mean: Floats, tables: Tables, work: Workspace) -> None:
    """Pick E[phi] among the moments in work.sums."""
    degrees = tables.polynomials.shape[1]
    for k in range(tables.own.size):
        place = element(tables.degree_y, k) * degrees + element(tables.degree_x, k)
        store(mean, k, load(work.sums, place))


@inlined_early
def _subtract_covariance(
    mean: Floats, second: Floats, tables: Tables, work: Workspace
) -> tuple[Lanes, Lanes]:
    """Fill work.packed with the covariance of work.sums less an older one.

    Returns the newer covariance's squared Frobenius norm and its trace.

    Args:
        mean: the older E[phi], (m, 8).
        second: the older second moments, as work.second.
        tables: the family's constants.
        work: scratch.
    """
    # Cov(phi_k, phi_h) = E[phi_k phi_h] - E[phi_k] E[phi_h], of which the first is an image of the
    # moments; n runs through the upper triangle row by row.
    kernels.second_moments(tables, work)
    load_means(work.mean, tables, work)
    squares, diagonal, trace, n = spread(0.0), spread(0.0), spread(0.0), 0
    for k in range(tables.own.size):
        own, before = load(work.mean, k), load(mean, k)
        variance = load(work.second, element(tables.second, n)) - own * own
        diagonal, trace = diagonal + variance * variance, trace + variance
        for h in range(k, tables.own.size):
            place = element(tables.second, n)
            value = load(work.second, place) - own * load(work.mean, h)
            squares = squares + value * value
            store(work.packed, n, value - (load(second, place) - before * load(mean, h)))
            n += 1
    # Entries off the diagonal stand for two of the symmetric matrix.
    return 2.0 * squares - diagonal, trace


@inlined
def _covariance_squares(tables: Tables, work: Workspace) -> tuple[Lanes, Lanes]:
    """Return the squared Frobenius norm and the trace of the covariance of work.sums."""
    kernels.second_moments(tables, work)
    load_means(work.mean, tables, work)
    squares, diagonal, trace, n = spread(0.0), spread(0.0), spread(0.0), 0
    for k in range(tables.own.size):
        own = load(work.mean, k)
        variance = load(work.second, element(tables.second, n)) - own * own
        diagonal, trace = diagonal + variance * variance, trace + variance
        for h in range(k, tables.own.size):
            value = load(work.second, element(tables.second, n)) - own * load(work.mean, h)
            squares = squares + value * value
            n += 1
    return 2.0 * squares - diagonal, trace


@_compiled
def change_pass(
    first: int,
    last: int,
    old: Fields,
    new: Fields,
    mean: Floats,
    statistics: Floats,
    regularisation: float,
    tables: Tables,
) -> None:
    """Begin (8) and (9) with what is new: r and q become the changes of grad_2 g_i and of H.

    Reads the rows first..last-1 of ``old``, of ``new``.moments and of ``new``.y; writes those of
    the rest of ``new``.

    Args:
        first: first robot.
        last: one past the last robot.
        old: what the robots held before the round.
        new: what they hold after it.
        mean: (N, m) E[phi] at the new y_i.
        statistics: (N, m) phi(x_i^{k+1}).
        regularisation: w.
        tables: the density family's constants.
    """
    work, size = workspace(tables), statistics.shape[1]
    places = np.arange(new.moments.shape[1])
    before, second = scratch(size), scratch(len(work.second))
    tracked = new.q.shape[1] > 0
    for start in range(first, last, WIDTH):
        count = min(WIDTH, last - start)
        # H(y_i^k) is made once more from the old moments, which costs less than having kept it.
        if tracked:
            gather_rows(old.moments, start, count, work.sums, places)
            kernels.second_moments(tables, work)
            load_means(before, tables, work)
            for n in range(len(second)):
                store(second, n, load(work.second, n))
        gather_rows(new.moments, start, count, work.sums, places)
        if tracked:
            squares, trace = _subtract_covariance(before, second, tables, work)
            scatter_rows(work.packed, new.q, start, count)
        else:
            squares, trace = _covariance_squares(tables, work)
        # |C + w I|_F^2 = |C|_F^2 + 2 w tr C + m w^2.
        store(work.line, 0, squares + trace * (2.0 * regularisation))
        for lane in range(count):
            i, ridge = start + lane, size * regularisation**2
            new.norm[i] = np.sqrt(work.line[0, lane] + ridge)
            for k in range(size):
                slope = mean[i, k] - statistics[i, k] + regularisation * new.y[i, k]
                new.slope[i, k] = slope
                new.r[i, k] = slope - old.slope[i, k]
