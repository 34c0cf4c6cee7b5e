"""Truncated conjugate gradients and Neumann series for q_i z_i = grad f(y_i), all robots at once.

Remark 3 of arXiv 2604.11712 asks for a linear solve in place of an inverse, and a robot's q_i and
grad f(y_i) change little from one solve to the next. So both start from the multiple of the
robot's last z_i that is nearest in the energy norm of q_i, as bilevel methods do (Arbel and
Mairal, arXiv 2111.14580; Dagreou et al., arXiv 2201.13409). Truncated conjugate gradients are those
of Pedregosa, arXiv 1602.02355, the truncated Neumann series that of Lorraine, Vicol and Duvenaud,
arXiv 1911.02590. Both work with q_i scaled by its own diagonal, which levels the degrees.

P_{>= w} is the identity where q_i >= w I. An iteration takes that for granted until it meets a
direction p, the old z_i among them, with p . q_i p < w |p|^2. This proves the contrary, and the
robot is marked for an exact solve with the projection. An eigenvalue below w in whose direction no
iterate went stays unseen: neither the diagonal, nor the start, nor the residual knew of it.

``python -m benchmarks.solvers`` compares cost and error with the exact solve: at the default order
the exact one, compiled, is the cheaper; these are for studying truncation.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Bools, Floats

# Residuals are compared by their squares: this is a relative 1e-14.
_NOTHING = 1e-28


class _Start(NamedTuple):
    """Where an iteration starts.

    Attributes:
        scale: (N, m) one over the diagonal of q_i.
        z: (N, m) the first iterate.
        residual: (N, m) what it leaves of grad f(y_i).
        fair: (N,) whether nothing has shown yet that q_i is not >= w I.
    """

    scale: Floats
    z: Floats
    residual: Floats
    fair: Bools


def _times(q: Floats, vectors: Floats) -> Floats:
    """Return q_i v_i, (N, m)."""
    return np.asarray((q @ vectors[:, :, None])[:, :, 0])


def _dot(a: Floats, b: Floats) -> Floats:
    """Return a_i . b_i, (N,)."""
    return np.asarray(np.einsum("nk,nk->n", a, b))


def _convex(vectors: Floats, products: Floats, floor: float) -> Bools:
    """Say of each robot whether v . q v >= w |v|^2, (N,)."""
    return np.asarray(_dot(vectors, products) >= floor * _dot(vectors, vectors))


def _resumed(q: Floats, gradient: Floats, floor: float, last: Floats) -> _Start:
    """Shrink or stretch the last z_i to the best along its line."""
    diagonal = np.einsum("nkk->nk", q)
    product = _times(q, last)
    fair = (diagonal >= floor).all(axis=1) & _convex(last, product, floor)
    # From z_i = 0 there is nothing to stretch.
    curvature = np.where(_dot(last, last) > 0.0, _dot(last, product), np.inf)
    share = (_dot(last, gradient) / curvature)[:, None]
    return _Start(1.0 / diagonal, share * last, gradient - share * product, fair)


def conjugate_gradients(
    q: Floats, gradient: Floats, floor: float, iterations: int, last: Floats
) -> tuple[Floats, Bools]:
    """Come nearer to z_i = q_i^-1 grad f(y_i) by conjugate gradients.

    Args:
        q: (N, m, m) symmetric q_i.
        gradient: (N, m) grad f(y_i).
        floor: w > 0.
        iterations: most steps of a robot; one whose residual is but rounding stops before.
        last: (N, m) the z_i to start from; zero for none.

    Returns:
        z_i, (N, m), and (N,) False where q_i is found not to be >= w I; there z_i means nothing.
    """
    scale, z, residual, fair = _resumed(q, gradient, floor, last)
    nothing = _NOTHING * _dot(scale * gradient, gradient)
    energy = _dot(scale * residual, residual)
    direction = scale * residual
    for _ in range(iterations):
        active = fair & (energy > nothing)
        if not active.any():
            break
        product = _times(q, direction)
        fair = fair & (~active | _convex(direction, product, floor))
        # Robots that are done stay where they are: their steps are zero.
        curvature = np.where(active, _dot(direction, product), np.inf)
        step = (energy / curvature)[:, None]
        z, residual = z + step * direction, residual - step * product
        before, energy = energy, _dot(scale * residual, residual)
        turn = energy / np.where(active, before, np.inf)
        direction = scale * residual + turn[:, None] * direction
    return z, fair


def neumann_series(
    q: Floats, gradient: Floats, floor: float, iterations: int, last: Floats
) -> tuple[Floats, Bools]:
    """Add ``iterations`` terms of the Neumann series of q_i^-1, applied to the residual.

    With D = diag(q_i)^-1 and a step b^-1 the terms are (I - D q_i / b)^j D residual / b. The
    robot's own b is the largest row sum of |D^1/2 q_i D^1/2|, which no eigenvalue exceeds, so no
    term grows. Arguments and results are those of `conjugate_gradients`.
    """
    scale, z, residual, fair = _resumed(q, gradient, floor, last)
    root = np.sqrt(np.abs(scale))
    bound = (root * _times(np.abs(q), root)).max(axis=1)[:, None]
    for _ in range(iterations):
        term = scale * residual / bound
        product = _times(q, term)
        fair = fair & _convex(term, product, floor)
        z, residual = z + term, residual - product
    return z, fair


Solve = Callable[[Floats, Floats, float, int, Floats], tuple[Floats, Bools]]
SOLVES: Mapping[str, Solve] = MappingProxyType(
    {"cg": conjugate_gradients, "neumann": neumann_series}
)
"""The iterations by the name of their setting."""
