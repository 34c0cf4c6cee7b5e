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


def test_the_floor_is_painted_where_places_are_and_nowhere_else():
    poses = np.array([[0.5, 0.4, 0.0], [-0.6, -0.5, 0.0]])
    with Arena(RobotModel(radius=0.05), poses) as arena:
        plain = arena.camera(320, 320).astype(int)
        asked = []

        def paint(points):
            asked.append(points)
            near = np.linalg.norm(points - (-0.4, 0.6), axis=1) < 0.1
            return np.where(near[:, None], (255, 0, 0), (40, 60, 200)).astype(np.uint8)

        painted = arena.camera(320, 320, paint).astype(int)
        before = arena.snapshot()["world"]
    places = asked[0]
    assert np.abs(places).max() < 1.06
    assert places.min() < -1.0
    assert places.max() > 1.0
    red = (painted == (255, 0, 0)).all(axis=-1)
    rows, columns = np.nonzero(red)
    assert max(rows.mean(), columns.mean()) < 160, "the upper left"
    floor = red | (painted == (40, 60, 200)).all(axis=-1)
    np.testing.assert_array_equal(painted[~floor], plain[~floor])
    assert 0.5 < floor.mean() < 0.9, "the arena fills the picture"
    assert before


def test_robots_stand_where_the_floor_says(tmp_path):
    place = np.array([0.3, -0.6])
    with Arena(RobotModel(radius=0.05), np.array([[*place, 0.0]])) as arena:
        seen = []
        picture = arena.camera(400, 400, lambda points: seen.append(points) or _dark(points))
    hidden = (picture != (9, 9, 9)).any(axis=-1)
    # The floor's places lie in rows of the picture: the robot is the hole among them.
    away = np.linalg.norm(seen[0] - place, axis=1)
    assert away.min() > 0.02, "its own place is hidden"
    assert away.min() < 0.06, "and what is beside it is not"
    assert hidden.any()


def _dark(points):
    return np.full((len(points), 3), 9, dtype=np.uint8)


@pytest.mark.parametrize("radius", [0.008, 0.025, 0.06])
def test_the_whole_arena_is_seen_whatever_the_robots_size(radius):
    with Arena(RobotModel(radius=radius), np.zeros((1, 3))) as arena:
        asked = []
        arena.camera(400, 400, lambda points: asked.append(points) or _dark(points))
    for x in (-1.0, 1.0):
        for y in (-1.0, 1.0):
            assert np.linalg.norm(asked[0] - (x, y), axis=1).min() < 0.08 + radius


def test_pictures_change_nothing_in_the_physics():
    poses = np.array([[0.0, 0.0, 0.0], [0.4, 0.1, 1.0]])
    ends = []
    for looks in (False, True):
        with Arena(RobotModel(radius=0.05), poses) as arena:
            for _ in range(5):
                arena.set_wheel_speeds(np.array([[4.0, 3.0], [2.0, 4.0]]))
                arena.step(6)
                if looks:
                    arena.camera(64, 64, _dark)
            ends.append(arena.poses())
    np.testing.assert_array_equal(*ends)
