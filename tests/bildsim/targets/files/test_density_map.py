"""Densities given by cells: between their centres, at the walls, as a whole."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bildsim.basics.errors import UsageError
from bildsim.targets.files.density_map import DensityMap, checked
from bildsim.targets.files.target_file import target_from_file
from tests.bildsim.targets.files.quarters import cell_centres

# Sides 1 to 5, so that 120 is a multiple of each and of its half cells.
arrays = hnp.arrays(
    st.sampled_from([np.float64, np.float32, np.uint8, np.int32]),
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=5),
    elements=st.integers(min_value=0, max_value=100),
).filter(np.any)


@given(values=arrays)
def test_mass_of_an_array_is_the_integral_of_its_interpolation(values):
    density = DensityMap(values.astype(float))
    # With 120 cells a side no kink of the interpolation lies inside a cell of the midpoint rule,
    # which is exact for bilinear functions.
    assert density(cell_centres(120, 120)).mean() == pytest.approx(
        values.mean(dtype=float), rel=1e-9
    )


def test_array_is_bilinear_between_centres_and_constant_beyond(tmp_path):
    np.save(tmp_path / "array.npy", np.array([[0.0, 1.0], [2.0, 3.0]]))
    shape = target_from_file(tmp_path / "array.npy").shape
    points = np.array([[0.0, 0.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [0.25, 0.5]])
    assert 3.0 * shape(points) == pytest.approx([1.5, 0.0, 1.0, 2.0, 2.75])


def test_a_single_point_has_a_density():
    assert DensityMap(np.array([[1.0, 3.0]]))(np.array([0.0, 0.5])) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.zeros((0, 2)), "is empty"),
        (np.array([np.nan]), "holds NaN or infinite values"),
        (np.array([1.0, -1.0]), "holds negative values"),
    ],
)
def test_a_refusal_says_what_the_file_was_taken_for(values, words):
    with pytest.raises(
        UsageError, match=f"^target_file='a' read as a film {words}: .* not zero everywhere$"
    ):
        checked(values, Path("a"), "a film", "has nothing in it", "; else {target_dark}")


def test_where_nothing_is_dense_it_says_what_else_it_may_be():
    values, words = np.zeros(3), "has nothing in it"
    with pytest.raises(
        UsageError, match=f"^target_file='a' read as a film {words}: .*; else target_dark$"
    ):
        checked(values, Path("a"), "a film", "has nothing in it", "; else {target_dark}")


def test_values_are_scaled_to_a_maximum_of_one():
    np.testing.assert_array_equal(checked(np.array([0, 2, 4]), Path("a"), "a film"), [0, 0.5, 1])
