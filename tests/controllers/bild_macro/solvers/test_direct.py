"""Factorisations side by side against NumPy's, matrix by matrix."""

import numpy as np
import pytest

from bildsim.controllers.bild_macro.solvers.direct import direction_pass

FLOOR = 1e-4


def solve(matrices, gradient):
    robots, size = gradient.shape
    rows, columns = np.triu_indices(size)
    packed = np.ascontiguousarray(matrices[:, rows, columns])
    z, solved = np.full_like(gradient, np.nan), np.zeros(robots, dtype=np.bool_)
    direction_pass(0, robots, packed, gradient, FLOOR, z, solved)
    return z, solved


def with_eigenvalues(values, rng):
    """Return symmetric matrices with the given eigenvalues, (N, m) to (N, m, m)."""
    robots, size = values.shape
    vectors, _ = np.linalg.qr(rng.standard_normal((robots, size, size)))
    return (vectors * values[:, None, :]) @ vectors.swapaxes(1, 2)


@pytest.mark.parametrize("size", [1, 3, 4, 8, 15, 24, 35, 48, 63, 168])
@pytest.mark.parametrize("robots", [1, 8, 21])
def test_solutions_equal_those_of_numpy(size, robots):
    rng = np.random.default_rng(size)
    matrices = with_eigenvalues(10.0 ** rng.uniform(-3.0, 0.0, (robots, size)), rng)
    gradient = rng.standard_normal((robots, size))
    z, solved = solve(matrices, gradient)
    assert solved.all()
    expected = np.linalg.solve(matrices, gradient[:, :, None])[:, :, 0]
    assert np.abs(z - expected).max() <= 1e-11 * np.abs(expected).max()


def test_just_those_above_the_floor_are_solved():
    rng = np.random.default_rng(0)
    values = 10.0 ** rng.uniform(-2.0, 0.0, (40, 48))
    # Next to the floor on both sides, below zero, and a little above zero.
    values[:, 17] = FLOOR * rng.choice([0.999, 1.001, -1.0, 0.01], 40)
    z, solved = solve(with_eigenvalues(values, rng), rng.standard_normal((40, 48)))
    assert (solved == (values[:, 17] > FLOOR)).all()
    assert 0 < solved.sum() < 40
    assert np.isfinite(z[solved]).all()


@pytest.mark.parametrize("broken", [np.nan, np.inf, 0.0])
@pytest.mark.parametrize("place", [0, 5, 47])
def test_a_broken_matrix_is_unsolved_and_harms_no_other(broken, place):
    rng = np.random.default_rng(1)
    matrices = with_eigenvalues(rng.uniform(0.5, 1.0, (8, 48)), rng)
    gradient = rng.standard_normal((8, 48))
    whole, _ = solve(matrices, gradient)
    matrices[3, place, :] = matrices[3, :, place] = broken
    z, solved = solve(matrices, gradient)
    assert solved.tolist() == [lane != 3 for lane in range(8)]
    assert (z[solved] == whole[solved]).all()


def test_a_robot_does_not_depend_on_its_lane():
    rng = np.random.default_rng(2)
    matrices = with_eigenvalues(rng.uniform(0.1, 1.0, (8, 35)), rng)
    gradient = rng.standard_normal((8, 35))
    z, _ = solve(matrices, gradient)
    turned, _ = solve(matrices[::-1], gradient[::-1].copy())
    assert (turned[::-1] == z).all()
