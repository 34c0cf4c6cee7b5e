"""Distances from obstacles against brute force, and what follows from them."""

import numpy as np
import pytest

from bildsim.obstacles.reading import obstacles_of
from bildsim.obstacles.shapes import NOWHERE

MIXED = obstacles_of("disc:0.3,0.2,0.15 box:-0.4,-0.1,0.2,0.6,30")


def points(count=400, seed=0):
    return np.random.default_rng(seed).uniform(-1.0, 1.0, (count, 2))


def fine_rim(outline, steps=300):
    """Return places all along a polygon."""
    share = np.linspace(0.0, 1.0, steps)[:, None, None]
    return (outline + share * (np.roll(outline, -1, axis=0) - outline)).reshape(-1, 2)


@pytest.mark.parametrize("margin", [0.0, 0.05])
def test_distances_are_those_of_the_rim(margin):
    grown = MIXED.grown(margin)
    distance, _ = grown.nearest(points())
    for k, outline in enumerate(grown.outlines):
        rim = fine_rim(outline)
        brute = [np.linalg.norm(rim - point, axis=1).min() for point in points()]
        # A rounded rim's polygon lies within it by what a chord of six degrees cuts off.
        np.testing.assert_allclose(np.abs(distance[:, k]), brute, atol=1e-3)


def test_the_way_out_leads_straight_out():
    distance, out = MIXED.nearest(points())
    np.testing.assert_allclose(np.linalg.norm(out, axis=-1), 1.0, atol=1e-12)
    for k in range(2):
        moved = points() - distance[:, k, None] * out[:, k]
        np.testing.assert_allclose(MIXED.nearest(moved)[0][:, k], 0.0, atol=1e-9)


def test_a_disc_covers_what_is_nearer_than_its_radius():
    disc = obstacles_of("disc:0.3,0.2,0.15")
    near = np.hypot(points()[:, 0] - 0.3, points()[:, 1] - 0.2) < 0.15
    np.testing.assert_array_equal(disc.covers(points()), near)
    np.testing.assert_array_equal(disc.nearest(np.array([0.3, 0.2]))[0], [-0.15])


def test_growing_takes_from_the_distance_outside():
    near, far = MIXED.grown(0.05).nearest(points())[0], MIXED.nearest(points())[0]
    np.testing.assert_allclose(near, far - 0.05, atol=1e-12)


def test_what_is_pushed_out_lies_at_the_rim_and_what_is_outside_stays():
    pushed = MIXED.pushed_out(points())
    inside = MIXED.covers(points())
    assert inside.any()
    assert not MIXED.covers(pushed).any()
    np.testing.assert_allclose(MIXED.clearance(pushed[inside]), 0.0, atol=1e-8)
    np.testing.assert_array_equal(pushed[~inside], points()[~inside])


def test_without_obstacles_nothing_is_covered():
    assert not NOWHERE
    assert not NOWHERE.covers(points()).any()
    np.testing.assert_array_equal(NOWHERE.pushed_out(points()), points())
    np.testing.assert_array_equal(NOWHERE.clearance(points()), np.inf)


def test_the_nearest_is_named():
    assert MIXED.named_at(np.array([0.35, 0.2])) == "disc:0.3,0.2,0.15"
