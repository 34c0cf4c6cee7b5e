"""Compiled iterations for q_i z_i = grad f(y_i), where a factorisation costs too much.

Remark 3 of arXiv 2604.11712 asks for a linear solve in place of an inverse, and a robot's q_i and
grad f(y_i) change little from one solve to the next. So both iterations start from the multiple of
the robot's last z_i that is nearest in the energy norm of q_i, as bilevel methods do (Arbel and
Mairal, arXiv 2111.14580; Dagreou et al., arXiv 2201.13409). Truncated conjugate gradients are those
of Pedregosa, arXiv 1602.02355, the truncated Neumann series that of Lorraine, Vicol and Duvenaud,
arXiv 1911.02590. Both work with q_i scaled by its own diagonal, which levels the degrees.

P_{>= w} is the identity where q_i >= w I. An iteration takes that for granted until it meets a
direction p, the old z_i among them, with p . q_i p < w |p|^2. This proves the contrary, and the
robot is marked for an exact solve with the projection. An eigenvalue below w in whose direction no
iterate went stays unseen: neither the diagonal, nor the start, nor the residual knew of it.

Rows are computed robot by robot, in sums of a fixed order: threads change no bit.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numba
import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.controllers.bild_macro.solvers.packed_matvec import multiply
from bildsim.numerics.lanes import WIDTH, dot, load, scratch, spread, store, total

_compiled = numba.njit(cache=True, nogil=True, error_model="numpy")
# Residuals are compared by their squares: this is a relative 1e-14.
_NOTHING = 1e-28


class _Work(NamedTuple):
    """Vectors of one robot, padded by zeros to whole groups of eight."""

    scale: Floats
    solution: Floats
    residual: Floats
    direction: Floats
    product: Floats


@_compiled
def _work(size: int) -> _Work:
    groups = (size + WIDTH - 1) // WIDTH
    work = _Work(
        scratch(groups).reshape(-1),
        scratch(groups).reshape(-1),
        scratch(groups).reshape(-1),
        scratch(groups).reshape(-1),
        scratch(groups).reshape(-1),
    )
    for vector in work:
        vector[:] = 0.0
    return work


@_compiled
def _add(factor: float, step: Floats, vector: Floats) -> None:
    """Add ``factor`` times ``step`` to ``vector``."""
    for n in range(0, vector.size, WIDTH):
        store(vector, n, load(vector, n) + load(step, n) * factor)


@_compiled
def _energy(work: _Work) -> float:
    """Return the square of the residual, scaled."""
    lanes = spread(0.0)
    for n in range(0, work.scale.size, WIDTH):
        residual = load(work.residual, n)
        lanes = lanes + residual * residual * load(work.scale, n)
    return float(total(lanes))


@_compiled
def _turn(factor: float, kept: float, work: _Work) -> None:
    """Let the direction be the scaled residual times ``factor`` plus ``kept`` of what it was."""
    for n in range(0, work.scale.size, WIDTH):
        ahead = load(work.scale, n) * load(work.residual, n) * factor
        store(work.direction, n, ahead + load(work.direction, n) * kept)


@_compiled
def _take(packed: Floats, gradient: Floats, floor: float, start: Floats, work: _Work) -> bool:
    """Copy the robot's system; False if its diagonal has an entry below ``floor``."""
    fair = True
    n = 0
    for k in range(gradient.size):
        fair = fair and packed[n] >= floor
        work.scale[k] = 1.0 / packed[n]
        work.solution[k] = start[k]
        work.residual[k] = gradient[k]
        n += gradient.size - k
    return fair


@_compiled
def _resume(packed: Floats, size: int, floor: float, work: _Work) -> bool:
    """Shrink or stretch the start to the best along its line, and take it off the residual."""
    solution, product, width = work.solution, work.product, work.scale.size
    multiply(packed, size, False, solution, product)
    curvature, squares = dot(solution, product, width), dot(solution, solution, width)
    share = dot(solution, work.residual, width) / curvature if squares > 0.0 else 0.0
    _add(share - 1.0, solution, solution)
    _add(-share, product, work.residual)
    return curvature >= floor * squares


@_compiled
def _multiply_direction(packed: Floats, size: int, floor: float, work: _Work) -> bool:
    """Fill the product q p of the direction p; False if p . q p < w |p|^2."""
    direction, product, width = work.direction, work.product, work.scale.size
    multiply(packed, size, False, direction, product)
    bound = floor * dot(direction, direction, width)
    return dot(direction, product, width) >= bound


@_compiled
def cg_pass(
    first: int,
    last: int,
    q: Floats,
    gradient: Floats,
    regularisation: float,
    iterations: int,
    z: Floats,
    solved: Bools,
) -> None:
    """Take ``z`` of the robots first..last-1 nearer to q_i^-1 grad f(y_i) by conjugate gradients.

    Args:
        first: first robot.
        last: one past the last robot.
        q: (N, m (m + 1) / 2) packed q_i.
        gradient: (N, m) grad f(y_i).
        regularisation: w.
        iterations: most steps of a robot; one whose residual is but rounding stops before.
        z: (N, m) where to start; gets the result.
        solved: gets False where q_i is found not to be >= w I; that row of ``z`` means nothing.
    """
    size = gradient.shape[1]
    work = _work(size)
    for i in range(first, last):
        fair = _take(q[i], gradient[i], regularisation, z[i], work)
        nothing = _NOTHING * _energy(work)
        fair = fair and _resume(q[i], size, regularisation, work)
        energy = _energy(work)
        _turn(1.0, 0.0, work)
        left = iterations
        while fair and left > 0 and energy > nothing:
            fair = _multiply_direction(q[i], size, regularisation, work)
            step = energy / dot(work.direction, work.product, work.scale.size)
            _add(step, work.direction, work.solution)
            _add(-step, work.product, work.residual)
            before, energy = energy, _energy(work)
            _turn(1.0, energy / before, work)
            left -= 1
        z[i] = work.solution[:size]
        solved[i] = fair


@_compiled
def neumann_pass(
    first: int,
    last: int,
    q: Floats,
    gradient: Floats,
    regularisation: float,
    iterations: int,
    z: Floats,
    solved: Bools,
) -> None:
    """Add terms of the Neumann series of q_i^-1, applied to what ``z`` leaves of grad f(y_i).

    With D = diag(q_i)^-1 and a step b^-1 the terms are (I - D q_i / b)^j D residual / b. The
    robot's own b is the largest row sum of |D^1/2 q_i D^1/2|, which no eigenvalue exceeds, so no
    term grows. The arguments are those of ``cg_pass``, ``iterations`` the number of terms.
    """
    size = gradient.shape[1]
    work = _work(size)
    for i in range(first, last):
        fair = _take(q[i], gradient[i], regularisation, z[i], work)
        fair = fair and _resume(q[i], size, regularisation, work)
        work.direction[:] = np.sqrt(work.scale)
        multiply(q[i], size, True, work.direction, work.product)
        bound = (work.product * work.direction).max()
        left = iterations
        while fair and left > 0:
            _turn(1.0 / bound, 0.0, work)
            fair = _multiply_direction(q[i], size, regularisation, work)
            _add(1.0, work.direction, work.solution)
            _add(-1.0, work.product, work.residual)
            left -= 1
        z[i] = work.solution[:size]
        solved[i] = fair


PASSES: Mapping[str, Callable[..., None]] = MappingProxyType(
    {"cg": cg_pass, "neumann": neumann_pass}
)
"""The iterations by the name of their setting."""
