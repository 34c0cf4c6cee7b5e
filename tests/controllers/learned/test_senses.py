"""What the network is shown: right numbers, alike in swarms of all sizes."""

import math

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.learned.senses import Senses, spacing
from bildsim.controllers.local_view import own_statistics
from bildsim.targets.target import named_target

SENSES = Senses()
TARGET = named_target("gmm3")


def shown(positions, target=TARGET, senses=SENSES, statistics=None):
    view = senses.view(positions.shape[-2])
    if statistics is None:
        statistics = own_statistics(senses.family, positions).mean(axis=-2, keepdims=True)
    gap = np.broadcast_to(
        statistics - senses.target_statistics(target),
        (*positions.shape[:-1], senses.family.size),
    )
    return senses.inputs(positions, view.patch(target, positions), gap)


def parts(inputs):
    """Return neighbours, patch, gap, slopes, walls and place of each robot."""
    return np.split(inputs, np.cumsum([18, 25, 9, 4, 4]), axis=-1)


def scatter(seed=0, robots=20):
    return np.random.default_rng(seed).uniform(-1.0, 1.0, (robots, 2))


def test_there_are_as_many_inputs_as_it_says():
    assert shown(scatter()).shape == (20, SENSES.size)
    other = Senses(neighbours=2, patch_cells=4, order=3)
    assert shown(scatter(), senses=other).shape == (20, other.size)


def test_neighbours_walls_and_places_are_those_of_the_robot():
    positions = np.array([[0.9, -0.5], [0.9, 0.1], [-0.9, -0.9], [0.4, -0.5]])
    near, _, _, _, walls, place = parts(shown(positions))
    length = spacing(4)
    assert length == 1.0
    # Robot 0: the nearest is 0.5 m to the left, the next 0.6 m up, the third 1.84 m away.
    np.testing.assert_allclose(near[0, :6], [-0.5, 0.0, 0.5, 0.0, 0.6, 0.6], atol=1e-15)
    np.testing.assert_allclose(near[0, 9:12], [0.0, 0.0, SENSES.sensing_range])
    np.testing.assert_allclose(walls[0], [1.0, 0.1, 0.5, 1.0])
    np.testing.assert_allclose(place, positions)


def test_the_patch_is_the_targets_logarithm_and_lowest_outside():
    positions = np.concatenate([[[0.0, 0.0], [1.0, 1.0]], scatter(2, 14)])
    _, patch, *_ = parts(shown(positions, named_target("uniform")))
    np.testing.assert_allclose(patch[0], 0.0, atol=1e-12)
    corner = patch[1].reshape(5, 5)
    np.testing.assert_allclose(corner[3:], 0.25 * math.log(0.005))
    np.testing.assert_allclose(corner[:3, :3], 0.0, atol=1e-12)


def test_the_gap_is_that_of_the_two_densities_and_its_slope_points_uphill():
    """Statistics of the uniform density against those of a ramp that the family can say."""
    senses, positions = Senses(order=3), np.array([[0.0, 0.0], [0.5, -0.3]])
    gap = np.zeros((2, senses.family.size))
    # E[x] = 1/3 is that of the density (1 + x) / 4.
    gap[:, [tuple(degrees) for degrees in senses.family.degrees].index((1, 0))] = 1.0 / 3.0
    patch = np.ones((2, 5, 5))
    _, _, field, slopes, _, _ = parts(senses.inputs(positions, patch, gap))
    for robot, (x, _) in enumerate(positions):
        expected = np.arcsinh(0.25 * (x + np.array([-0.2, 0.0, 0.2])))
        np.testing.assert_allclose(field[robot].reshape(3, 3), np.tile(expected, (3, 1)))
        smooth = 0.25 * 2.0**-1.5
        expected = [0.25 / 1.25, 0.0, smooth / (1.0 + smooth), 0.0]
        np.testing.assert_allclose(slopes[robot], expected, atol=1e-14)


def test_a_larger_swarm_of_the_same_shape_looks_alike():
    """Neighbours on a lattice and a flat target: a robot in the middle sees the same."""
    rows = []
    for side in (8, 16):
        axis = (np.arange(side) - side // 2) * (2.0 / side)
        positions = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
        centre = int(np.flatnonzero((positions == 0.0).all(axis=1))[0])
        near, patch, *_ = parts(shown(positions, named_target("uniform")))
        rows.append((np.sort(near[centre].reshape(-1, 3)[:4, 2]), patch[centre]))
    for one, other in zip(*rows, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


def test_a_batch_is_shown_what_each_swarm_is():
    positions = np.stack([scatter(1), scatter(2)])
    together = shown(positions)
    for swarm in range(2):
        np.testing.assert_allclose(together[swarm], shown(positions[swarm]), atol=1e-13)


def test_what_is_shown_is_of_order_one_wherever_robots_are():
    heap = np.full((20, 2), -0.999)
    for positions in (heap, scatter(3), 1.0001 * np.sign(scatter(4))):
        inputs = shown(positions)
        assert np.isfinite(inputs).all()
        assert np.abs(inputs).max() < 8.0


@pytest.mark.parametrize(
    "settings",
    [
        {"neighbours": 0},
        {"sensing_range": math.inf},
        {"patch_width": 0.0},
        {"order": 13},
        {"patch_cells": 65},
    ],
)
def test_settings_out_of_range_are_refused(settings):
    (name,) = settings
    with pytest.raises(UsageError, match=f"{name}="):
        Senses(**settings)
