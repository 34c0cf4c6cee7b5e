"""Discs without overlap: darts, the lattice, and regions that grow."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist

from bildsim.envs.robots.packing import (
    fill_lattice,
    hexagonal_lattice,
    lattice_size,
    throw_darts,
)


def anywhere(rng, count):
    return rng.uniform(-1.0, 1.0, (count, 2))


def from_centre(points):
    return np.hypot(points[:, 0], points[:, 1])


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 60), st.floats(0.02, 0.1), st.integers(0, 2**32 - 1))
def test_darts_keep_their_distance(count, distance, seed):
    points = throw_darts(anywhere, count, distance, np.random.default_rng(seed))
    assert points.shape == (count, 2)
    assert pdist(points).min() >= distance


def test_too_many_darts_come_to_an_end():
    assert throw_darts(anywhere, 60, 0.5, np.random.default_rng(0)) is None


def test_a_first_dart_is_kept_whoever_comes_later():
    """Darts that come one after another: only those near an earlier one are thrown away."""
    line = np.array([[0.0, 0.0], [0.05, 0.0], [0.2, 0.0], [0.21, 0.0], [0.5, 0.0], [0.9, 0.0]])
    points = throw_darts(lambda rng, count: line, 3, 0.1, np.random.default_rng(0))
    np.testing.assert_array_equal(points, line[[0, 2, 4]])


@pytest.mark.parametrize("distance", [0.04, 0.1, 0.25, 0.5, 2.0])
def test_the_lattice_is_hexagonal_and_fills_the_square(distance):
    points = hexagonal_lattice(distance)
    assert np.abs(points).max() <= 1.0
    if len(points) > 1:
        assert pdist(points).min() == pytest.approx(distance)
    # A point has the area d^2 sqrt(3) / 2 for itself; half a row and column are lost at a rim.
    inner = (2.0 - distance) ** 2 / (distance**2 * np.sqrt(0.75))
    outer = (2.0 + 1.2 * distance) ** 2 / (distance**2 * np.sqrt(0.75))
    assert inner <= len(points) <= outer


@pytest.mark.parametrize("count", [5, 20, 37])
def test_few_robots_share_the_room_of_their_region(count):
    points = fill_lattice(from_centre, 0.35, count, 0.05, np.random.default_rng(1))
    assert points.shape == (count, 2)
    assert pdist(points).min() >= 0.05 - 1e-12
    assert from_centre(points).max() <= 0.35


def test_a_region_that_is_too_small_grows_just_far_enough():
    points = fill_lattice(from_centre, 0.05, 60, 0.05, np.random.default_rng(1))
    assert pdist(points).min() >= 0.05 - 1e-12
    tightest = np.sort(from_centre(hexagonal_lattice(0.05)))[59]
    assert from_centre(points).max() <= tightest + 1e-12


def test_more_than_the_square_holds_is_nothing():
    most = len(hexagonal_lattice(0.3))
    rng = np.random.default_rng(0)
    assert fill_lattice(from_centre, 3.0, most, 0.3, rng).shape == (most, 2)
    assert fill_lattice(from_centre, 3.0, most + 1, 0.3, rng) is None


@pytest.mark.parametrize("distance", [0.01, 0.0517, 0.2, 1.0, 1.9, 2.5, 5.0])
def test_the_lattice_is_counted_without_being_laid(distance):
    assert lattice_size(distance) == len(hexagonal_lattice(distance))
