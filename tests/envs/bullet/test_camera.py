"""PyBullet's own picture of a world."""

import numpy as np

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
