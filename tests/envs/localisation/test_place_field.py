"""A bias over the place: as large as asked for, smooth, and drawn once."""

import numpy as np
import pytest

from bildsim.envs.localisation.place_field import PlaceField


def grid(count=60):
    axis = (np.arange(count) + 0.5) / count * 2.0 - 1.0
    return np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)


@pytest.mark.parametrize("seed", range(5))
def test_each_component_has_the_size_over_the_square_and_no_mean(seed):
    off = PlaceField(0.03, np.random.default_rng(seed)).at(grid())
    np.testing.assert_allclose(np.sqrt((off**2).mean(axis=0)), 0.03, rtol=5e-3)
    np.testing.assert_allclose(off.mean(axis=0), 0.0, atol=1e-4)


def test_neighbours_err_alike():
    field = PlaceField(0.03, np.random.default_rng(0))
    places = grid(20) * 0.95
    near = field.at(places + 0.01) - field.at(places)
    assert np.abs(near).max() < 0.01


def test_beyond_the_walls_it_is_that_at_the_wall():
    field = PlaceField(0.03, np.random.default_rng(0))
    outside, wall = np.array([[1.4, 0.2]]), np.array([[1.0, 0.2]])
    np.testing.assert_array_equal(field.at(outside), field.at(wall))


def test_other_seeds_other_fields_and_a_state_brings_one_back():
    one, other = (PlaceField(0.03, np.random.default_rng(seed)) for seed in (0, 1))
    places = grid(5)
    assert np.abs(one.at(places) - other.at(places)).max() > 0.01
    other.restore(one.snapshot())
    np.testing.assert_array_equal(one.at(places), other.at(places))
