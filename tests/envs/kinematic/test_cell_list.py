"""Robots in cells: everybody once, in the right cell, in an order that numbers do not change."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.envs.kinematic.cell_list import make_cells, sort_into_cells


def scattered(seed, robots):
    """Poses all over the square, some a little outside, as contacts may push them."""
    return np.random.default_rng(seed).uniform(-1.01, 1.01, (robots, 3))


def sorted_into_cells(pose, reach):
    cells = make_cells(len(pose), reach)
    sort_into_cells(pose, cells)
    return cells


@pytest.mark.parametrize(("robots", "reach"), [(1, 0.1), (50, 0.055), (300, 0.06), (10, 3.0)])
def test_everybody_is_in_the_cell_of_their_place_once(robots, reach):
    pose = scattered(0, robots)
    cells = sorted_into_cells(pose, reach)
    assert sorted(cells.order) == list(range(robots))
    np.testing.assert_array_equal(cells.place, pose[cells.order, :2])
    index = np.floor(0.5 * (pose[:, :2] + 1.0) * cells.per_side).clip(0, cells.per_side - 1)
    expected = (index[:, 1] * cells.per_side + index[:, 0]).astype(int)
    np.testing.assert_array_equal(cells.cell, expected)
    for k in range(cells.per_side**2):
        inside = cells.order[cells.starts[k] : cells.starts[k + 1]]
        assert (expected[inside] == k).all()
        by_place = sorted(inside, key=lambda robot: tuple(pose[robot, :2]))
        assert inside.tolist() == by_place


def test_the_numbers_of_the_robots_do_not_matter():
    pose = scattered(1, 120)
    shuffled = pose[np.random.default_rng(2).permutation(120)]
    one, other = sorted_into_cells(pose, 0.06), sorted_into_cells(shuffled, 0.06)
    np.testing.assert_array_equal(one.place, other.place)
    np.testing.assert_array_equal(one.starts[:-1], other.starts[:-1])


def test_a_list_can_be_filled_again():
    first, second = scattered(3, 80), scattered(4, 80)
    cells = sorted_into_cells(first, 0.06)
    sort_into_cells(second, cells)
    for found, expected in zip(cells, sorted_into_cells(second, 0.06), strict=True):
        np.testing.assert_array_equal(found, expected)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 3000), st.floats(0.004, 2.5))
def test_cells_are_no_narrower_than_the_reach_nor_far_more_than_robots(robots, reach):
    per_side = make_cells(robots, reach).per_side
    assert per_side == 1 or 2.0 / per_side >= reach
    assert per_side**2 <= 4 * (np.sqrt(robots) + 1) ** 2
