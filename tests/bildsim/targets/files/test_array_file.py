"""Arrays as targets: their cells, and arrays that are no density."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bildsim.basics.errors import UsageError
from bildsim.density.grid import Grid
from bildsim.targets.files.target_file import target_from_file
from tests.bildsim.targets.files.quarters import cell_centres

GRID = Grid(0.05)


def test_top_row_of_an_array_file_is_at_the_bottom(tmp_path):
    np.save(tmp_path / "array.npy", np.array([[1, 0], [2, 0], [0, 5]]))
    density = target_from_file(tmp_path / "array.npy").density(cell_centres(3, 2))
    mass = 4.0 * 8.0 / 6.0
    assert density == pytest.approx(0.98 * np.array([[1, 0], [2, 0], [0, 5]]) / mass + 0.005)


# Sides 1 to 5, so that 120 is a multiple of each and of its half cells.
arrays = hnp.arrays(
    st.sampled_from([np.float64, np.float32, np.uint8, np.int32]),
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=5),
    elements=st.integers(min_value=0, max_value=100),
).filter(np.any)


@given(values=arrays, fortran=st.booleans())
def test_array_files_come_back_at_the_centres_of_their_cells(tmp_path_factory, values, fortran):
    path = tmp_path_factory.mktemp("arrays") / "array.npy"
    np.save(path, np.asfortranarray(values) if fortran else values)
    density = target_from_file(path).density(cell_centres(*values.shape))
    expected = 0.98 * values.astype(float) / (4.0 * values.mean(dtype=float)) + 0.005
    assert density == pytest.approx(expected, rel=1e-12)


def test_array_near_the_largest_float_does_not_overflow(tmp_path):
    np.save(tmp_path / "array.npy", np.full((3, 3), 1.7e308))
    assert target_from_file(tmp_path / "array.npy").on_grid(GRID) == pytest.approx(
        np.full((41, 41), 0.25)
    )


@pytest.mark.parametrize(
    ("array", "problem"),
    [
        (np.array([[1.0, np.nan]]), "NaN or infinite"),
        (np.array([[1.0, np.inf]]), "NaN or infinite"),
        (np.array([[1.0, -0.1]]), "negative"),
        (np.zeros((3, 3)), "zero"),
        (np.ones(5), "1 dimensions"),
        (np.ones((2, 2, 2, 2)), "4 dimensions"),
        (np.array(1.0), "0 dimensions"),
        (np.ones((0, 4)), "empty"),
        (np.ones((2, 2), dtype=complex), "complex128"),
        (np.array([["a", "b"]]), "real numbers"),
        (np.array([["2020-01-01"]], dtype="datetime64[D]"), "real numbers"),
        (np.array([[1, None]], dtype=object), "objects"),
    ],
)
def test_arrays_that_are_no_density_are_rejected(tmp_path, array, problem):
    path = tmp_path / "array.npy"
    np.save(path, array)
    with pytest.raises(UsageError, match=f"target_file='{path}' .*{problem}"):
        target_from_file(path)


def test_archive_renamed_to_an_array_file(tmp_path):
    np.savez(tmp_path / "archive.npz", np.ones((2, 2)))
    (tmp_path / "archive.npz").rename(tmp_path / "archive.npy")
    with pytest.raises(UsageError, match=r"archive.npy. is damaged"):
        target_from_file(tmp_path / "archive.npy")
