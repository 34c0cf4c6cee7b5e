import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.density.grid import Grid

cell_counts = st.integers(min_value=8, max_value=200)


@given(cell_counts)
def test_nodes_are_exactly_antisymmetric_and_end_at_the_walls(cells):
    grid = Grid(2.0 / cells)
    assert grid.size == cells + 1
    assert np.array_equal(grid.nodes, -grid.nodes[::-1])
    assert grid.nodes[0] == -1.0
    assert grid.nodes[-1] == 1.0


@given(cell_counts)
def test_weights_add_up_to_the_area(cells):
    grid = Grid(2.0 / cells)
    assert grid.weights.sum() == pytest.approx(2.0, rel=1e-13)
    assert grid.area_weights.sum() == pytest.approx(4.0, rel=1e-13)


def test_default_is_the_grid_of_the_paper():
    assert Grid().nodes.shape == (41,)
    assert Grid().points.shape == (41, 41, 2)


def test_rows_follow_y_and_columns_follow_x():
    grid = Grid(0.25)
    assert np.array_equal(grid.points[0, 3], [grid.nodes[3], -1.0])
    assert np.array_equal(grid.points[3, 0], [-1.0, grid.nodes[3]])


def test_integrates_bilinear_functions_exactly_and_squares_at_second_order():
    grid = Grid(0.1)
    x, y = np.moveaxis(grid.points, -1, 0)
    stacked = np.stack([np.ones_like(x), 1.0 + x + 2.0 * y + 3.0 * x * y, x**2])
    # The trapezoid rule overestimates the integral of x^2 over [-1, 1] by step^2 / 3; times 2.
    expected = [4.0, 4.0, 4.0 / 3.0 + 2.0 * 0.1**2 / 3.0]
    assert grid.integrate(stacked) == pytest.approx(expected, rel=1e-12)


def test_integral_tells_the_axes_apart():
    grid = Grid(0.1)
    only_top_row = np.zeros((21, 21))
    only_top_row[-1] = 1.0
    assert float(grid.integrate(only_top_row)) == pytest.approx(2.0 * 0.05)


@pytest.mark.parametrize("step", [0.03, 0.0, -0.05, 0.005, 0.5, 2.0, float("nan"), float("inf")])
def test_rejects_steps_that_do_not_divide_or_are_out_of_range(step):
    with pytest.raises(UsageError, match=r"grid_step=.* a divisor of 2 m"):
        Grid(step)


def test_shared_arrays_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        Grid().nodes[0] = 0.0
