"""PyBullet's own picture of a world."""

import numpy as np
import pytest

from bildsim.envs.bullet.arena import Arena
from bildsim.envs.robots.model import RobotModel


def test_the_camera_sees_robots_on_a_light_floor():
    poses = np.array([[0.0, 0.0, 0.0], [0.5, -0.5, 1.0]])
    with Arena(RobotModel(0.06), poses) as arena:
        picture = arena.camera(160, 120)
    assert picture.shape == (120, 160, 3)
    assert picture.dtype == np.uint8
    red, _, blue = np.moveaxis(picture.astype(int), -1, 0)
    body = blue - red > 60
    assert 20 < np.count_nonzero(body) < 400
    assert np.median(picture[50:70, 30:60]) > 180


def picture_of(poses, width=240, height=180):
    with Arena(RobotModel(0.06), np.array(poses)) as arena:
        return arena.camera(width, height)


def test_robots_in_every_corner_are_in_the_picture():
    """Where the picture changes when a robot is added: four places far from each other."""
    empty = picture_of([[0.0, 0.0, 0.0]]).astype(int)
    middles = []
    for x, y in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
        changed = np.abs(picture_of([[0.0, 0.0, 0.0], [x, y, 0.0]]).astype(int) - empty) > 30
        rows, columns = np.nonzero(changed.any(axis=-1))
        assert len(rows) > 10
        middles.append((rows.mean(), columns.mean()))
    lower_left, lower_right, upper_left, upper_right = middles
    assert lower_left[1] < lower_right[1] - 60
    assert upper_left[1] < upper_right[1] - 60
    assert lower_left[0] > upper_left[0] + 60
    assert lower_left[0] == pytest.approx(lower_right[0], abs=3)


def test_the_same_world_is_the_same_picture():
    poses = [[0.2, 0.1, 0.5], [-0.4, 0.7, 2.0]]
    np.testing.assert_array_equal(picture_of(poses), picture_of(poses))


@pytest.mark.parametrize(("width", "height"), [(64, 64), (320, 90), (90, 160)])
def test_any_shape_shows_a_background_round_the_arena(width, height):
    picture = picture_of([[0.0, 0.0, 0.0]], width, height)
    assert picture.shape == (height, width, 3)
    np.testing.assert_array_equal(picture[0, 0], [16, 18, 24])
    np.testing.assert_array_equal(picture[0, -1], picture[0, 0])
