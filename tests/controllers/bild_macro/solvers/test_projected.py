"""The solve with P_{>= w}[q] against the projection written out as a matrix."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.controllers.bild_macro.solvers.projected import projected_solve
from bildsim.numerics import threads as parallel


def reference(matrices, vectors, floor):
    """Solve with the projected matrix itself, formed from its eigenvectors."""
    values, axes = np.linalg.eigh(matrices)
    projected = np.einsum("nab,nb,ncb->nac", axes, np.maximum(values, floor), axes)
    return np.linalg.solve(projected, vectors[:, :, None])[:, :, 0]


def with_spectra(values, rng):
    """Return symmetric matrices with these eigenvalues, (n, m), and random eigenvectors."""
    count, size = values.shape
    axes = np.linalg.qr(rng.standard_normal((count, size, size)))[0]
    matrices = np.einsum("nab,nb,ncb->nac", axes, values, axes)
    return 0.5 * (matrices + matrices.swapaxes(1, 2))


def assert_solved(matrices, vectors, floor):
    """Two exact methods differ by some roundings of q times the slope 1 / w^2 of 1 / max(., w)."""
    found = projected_solve(matrices, vectors, floor)
    size = np.linalg.norm(matrices, axis=(1, 2)) + floor
    allowed = 1e-14 * size / floor**2 * np.linalg.norm(vectors, axis=1)
    error = np.linalg.norm(found - reference(matrices, vectors, floor), axis=1)
    assert (error <= allowed).all()


SPECTRA = {
    "indefinite": lambda n, rng: rng.normal(0.0, 1.0, n),
    "clusters": lambda n, rng: rng.choice([-1.0, 0.05, 0.2, 1.0], n),
    "near the floor": lambda n, rng: 0.1 + 1e-9 * rng.normal(0.0, 1.0, n),
    "many sizes": lambda n, rng: rng.choice([-1.0, 1.0], n) * 10.0 ** rng.uniform(-12.0, 0.0, n),
    "definite": lambda n, rng: rng.uniform(0.2, 1.0, n),
}


@pytest.mark.parametrize("spectrum", SPECTRA)
@given(
    size=st.integers(1, 50),
    count=st.integers(1, 19),
    seed=st.integers(0, 2**31),
    scale=st.floats(-2, 2),
)
@settings(max_examples=25, deadline=None)
def test_equals_the_eigendecomposition(spectrum, size, count, seed, scale):
    rng = np.random.default_rng(seed)
    values = np.array([SPECTRA[spectrum](size, rng) for _ in range(count)])
    matrices = 10.0**scale * with_spectra(values, rng)
    assert_solved(matrices, rng.standard_normal((count, size)), 0.1 * 10.0**scale)


@pytest.mark.parametrize("size", [1, 2, 3, 8, 15, 48])
def test_matrices_with_zeros_where_a_division_might_be(size):
    rng = np.random.default_rng(size)
    diagonal = np.diag(rng.normal(0.0, 1.0, size))
    line = rng.normal(0.0, 1.0, max(size - 1, 0))
    line[: size // 2] = 0.0
    tridiagonal = diagonal + np.diag(line, 1) + np.diag(line, -1)
    arrow = diagonal.copy()
    arrow[0, :] = arrow[:, 0] = rng.normal(0.0, 1.0, size)
    halves = np.kron(np.eye(2), np.ones((size, size)))[:size, :size]
    kinds = [np.zeros((size, size)), np.eye(size), -np.ones((size, size)), diagonal]
    matrices = np.array([*kinds, tridiagonal, arrow, arrow[::-1, ::-1], halves])
    assert_solved(matrices, rng.standard_normal((len(matrices), size)), 0.1)


def test_it_solves_what_the_projection_leaves_as_it_is():
    rng = np.random.default_rng(0)
    matrices = with_spectra(rng.uniform(1e-3, 1.0, (20, 48)), rng)
    vectors = rng.standard_normal((20, 48))
    found = projected_solve(matrices, vectors, 1e-4)
    assert np.abs(np.einsum("nab,nb->na", matrices, found) - vectors).max() <= 1e-11


def test_a_robot_does_not_depend_on_its_company_or_the_threads(monkeypatch):
    rng = np.random.default_rng(1)
    matrices = with_spectra(rng.normal(0.0, 1.0, (37, 48)), rng)
    vectors = rng.standard_normal((37, 48))
    together = projected_solve(matrices, vectors, 1e-4)
    for row in (0, 6, 36):
        alone = projected_solve(matrices[row : row + 1], vectors[row : row + 1], 1e-4)
        assert alone.tobytes() == together[row].tobytes()
    monkeypatch.setattr(parallel, "thread_count", lambda: 3)
    parallel._pool.cache_clear()
    assert projected_solve(matrices, vectors, 1e-4).tobytes() == together.tobytes()
    parallel._pool.cache_clear()


def test_a_nan_comes_back_as_such_and_harms_nobody_else():
    rng = np.random.default_rng(2)
    matrices = with_spectra(rng.normal(0.0, 1.0, (9, 48)), rng)
    vectors = rng.standard_normal((9, 48))
    calm = projected_solve(matrices, vectors, 0.1)
    for row, column in ((0, 0), (47, 47), (20, 31), (47, 46)):
        broken = matrices.copy()
        broken[3, row, column] = broken[3, column, row] = np.nan
        found = projected_solve(broken, vectors, 0.1)
        assert np.isnan(found[3]).any()
        assert np.delete(found, 3, axis=0).tobytes() == np.delete(calm, 3, axis=0).tobytes()
