"""Truncated conjugate gradients and Neumann series against dense linear algebra."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.controllers.bild_macro.solvers.iterative import SOLVES
from bildsim.density.legendre_family import LegendreFamily

FLOOR = 1e-4
sizes = st.integers(1, 40)
seeds = st.integers(0, 2**32 - 1)


def matrices_with(values, rng):
    """Return symmetric matrices of these eigenvalues, (N, m), and random eigenvectors."""
    vectors = np.linalg.qr(rng.standard_normal((*values.shape, values.shape[-1])))[0]
    return np.einsum("nab,nb,ncb->nac", vectors, values, vectors)


def spread_values(rng, size, robots=3):
    """Return eigenvalues from w to 1, evenly on the logarithmic scale on average."""
    return FLOOR ** rng.uniform(0.0, 1.0, (robots, size))


def solve(name, q, gradient, iterations, start=None):
    """Return z and where no direction was found that the projection would change."""
    start = np.zeros_like(gradient) if start is None else start
    return SOLVES[name](q, gradient, FLOOR, iterations, start)


def energy_error(q, z, exact):
    return np.einsum("na,nab,nb->n", z - exact, q, z - exact)


def truncated_series(q, gradient, terms, start):
    """The Neumann series of one robot, term by term as matrix powers."""
    scale = np.diag(1.0 / np.diag(q))
    root = np.sqrt(scale)
    bound = np.abs(root @ q @ root).sum(axis=1).max()
    # The multiple of the start that is nearest in the energy norm.
    share = start @ gradient / (start @ q @ start) if start.any() else 0.0
    z = share * start
    contraction = np.eye(len(q)) - scale @ q / bound
    first = scale @ (gradient - q @ z) / bound
    return z + sum(np.linalg.matrix_power(contraction, j) @ first for j in range(terms))


@pytest.mark.parametrize("order", range(2, 13))
def test_enough_conjugate_gradients_are_exact(order):
    """On Hessians of the family; 1e-9 is conditioning, 1e4, times rounding, with a margin."""
    family, rng = LegendreFamily(order), np.random.default_rng(order)
    y = rng.normal(0.0, 0.5, (3, family.size))
    q = family.unpack(family.evaluate(y).covariance) + FLOOR * np.eye(family.size)
    gradient = rng.standard_normal(y.shape)
    expected = np.linalg.solve(q, gradient[:, :, None])[:, :, 0]
    for start in (None, rng.standard_normal(y.shape), expected):
        z, solved = solve("cg", q, gradient, 20 * family.size, start)
        assert solved.all()
        assert np.abs(z - expected).max() <= 1e-9 * np.abs(expected).max()


@pytest.mark.parametrize("terms", [1, 2, 7, 30])
@pytest.mark.parametrize("size", [3, 8, 24, 35])
@pytest.mark.parametrize("warm", [False, True])
def test_neumann_is_the_truncated_series(terms, size, warm):
    rng = np.random.default_rng(size)
    q = matrices_with(spread_values(rng, size), rng)
    gradient, start = rng.standard_normal((2, 3, size))
    start *= warm
    z, solved = solve("neumann", q, gradient, terms, start)
    expected = [truncated_series(q[i], gradient[i], terms, start[i]) for i in range(3)]
    assert solved.all()
    np.testing.assert_allclose(z, expected, rtol=0, atol=1e-12 * np.abs(expected).max())


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(SOLVES)), sizes, seeds, st.integers(1, 30), st.booleans())
def test_where_nothing_is_projected_no_step_leads_away(name, size, seed, iterations, warm):
    """For q >= w I nothing is marked, and the error falls in the energy norm, from any start."""
    rng = np.random.default_rng(seed)
    q = matrices_with(spread_values(rng, size), rng) + 1e-9 * np.eye(size)
    gradient, start = rng.standard_normal((2, 3, size))
    exact = np.linalg.solve(q, gradient[:, :, None])[:, :, 0]
    start *= warm
    fewer, _ = solve(name, q, gradient, iterations, start)
    more, solved = solve(name, q, gradient, iterations + 1, start)
    assert solved.all()
    errors = [energy_error(q, z, exact) for z in (np.zeros_like(start), start, fewer, more)]
    slack = 1e-9 * errors[0]
    assert (errors[2] <= np.minimum(errors[0], errors[1]) + slack).all()
    assert (errors[3] <= errors[2] + slack).all()


@pytest.mark.parametrize(("name", "iterations"), [("cg", 60), ("neumann", 2000)])
def test_negative_curvature_is_found(name, iterations):
    rng = np.random.default_rng(1)
    values = rng.uniform(0.1, 1.0, (8, 24))
    values[::2, 0] = -0.3
    q = matrices_with(values, rng)
    _, solved = solve(name, q, rng.standard_normal((8, 24)), iterations)
    assert solved.tolist() == [False, True] * 4


@pytest.mark.parametrize("name", SOLVES)
def test_diagonal_and_start_are_looked_at_before_any_step(name):
    q = np.tile(np.eye(5), (3, 1, 1))
    q[0, 2, 2] = 0.5 * FLOOR
    # The eigenvector (1, -1, 0, 0, 0) has the eigenvalue -1, behind a diagonal of ones.
    q[1, 0, 1] = q[1, 1, 0] = 2.0
    gradient = np.tile([1.0, 1.0, 0.0, 0.0, 0.0], (3, 1))
    _, solved = solve(name, q, gradient, 1)
    assert solved.tolist() == [False, True, True], "gradient has nothing of the eigenvector"
    _, solved = solve(name, q, gradient, 1, np.tile([1.0, -1.0, 0.0, 0.0, 0.0], (3, 1)))
    assert solved.tolist() == [False, False, True]


@pytest.mark.parametrize("name", SOLVES)
def test_nothing_to_solve_gives_nothing(name):
    rng = np.random.default_rng(0)
    q = matrices_with(spread_values(rng, 8), rng)
    for start in (None, rng.standard_normal((3, 8))):
        z, solved = solve(name, q, np.zeros((3, 8)), 5, start)
        assert solved.all()
        assert not z.any()


@pytest.mark.parametrize("name", SOLVES)
def test_robots_can_be_divided_in_any_way(name):
    rng = np.random.default_rng(3)
    q, gradient = matrices_with(spread_values(rng, 15, 9), rng), rng.standard_normal((9, 15))
    results = []
    for bounds in ([0, 9], [0, 1, 5, 9]):
        parts = [slice(first, last) for first, last in pairwise(bounds)]
        found = [solve(name, q[part], gradient[part], 6)[0] for part in parts]
        results.append(np.concatenate(found).tobytes())
    assert results[0] == results[1]
