"""The small Cholesky factor against LAPACK's, at every size that families have and around it."""

import numba
import numpy as np
import pytest

from bildsim.numerics.aligned import aligned_empty
from bildsim.numerics.cholesky import factorise, solve
from bildsim.numerics.lanes import WIDTH


@numba.njit
def solved(matrix, size, right):
    """Factorise and solve; whether there is a factor."""
    if not factorise(matrix, size):
        return False
    solve(matrix, size, right)
    return True


def padded(rows):
    """Return rows as the functions read them."""
    rows = np.atleast_2d(rows)
    result = aligned_empty(len(rows) * -(-rows.shape[1] // WIDTH), WIDTH)
    result[:] = 0.0
    result.reshape(len(rows), -1)[:, : rows.shape[1]] = rows
    return result


def positive(size, seed):
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(size, size))
    return factor @ factor.T + 0.1 * np.eye(size)


@pytest.mark.parametrize("size", [1, 3, 7, 8, 9, 15, 24, 48, 63, 168])
def test_it_solves_what_lapack_solves(size):
    matrix, right = positive(size, size), np.random.default_rng(0).normal(size=size)
    found = padded(right)
    # Below the diagonal anything may stand but what is not finite.
    assert solved(padded(np.triu(matrix) + np.tril(np.full((size, size), 7.0), -1)), size, found)
    np.testing.assert_allclose(found.reshape(-1)[:size], np.linalg.solve(matrix, right), rtol=1e-8)
    assert not found.reshape(-1)[size:].any()


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan])
@pytest.mark.parametrize("place", [0, 5, 11])
def test_what_is_not_positive_definite_has_no_factor(value, place):
    matrix = np.eye(12)
    matrix[place, place] = value
    assert not solved(padded(matrix), 12, padded(np.ones(12)))
