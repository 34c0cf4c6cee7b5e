"""Obstacles in PyBullet's world: solid, still, and seen."""

import pickle

import numpy as np
import pytest

from bildsim.envs.bullet.arena import Arena
from bildsim.envs.bullet.own_arena import OwnModelArena
from bildsim.envs.robots.model import RobotModel
from bildsim.obstacles.reading import obstacles_of
from tests.envs.bullet.own_robots import own_robot
from tests.envs.robots.urdf.models import COURIER

ROBOT = RobotModel()


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("text", ["disc:0,0,0.3", "box:0,0,0.6,0.6", "box:0,0,0.6,0.6,90"])
def test_a_robot_that_drives_straight_at_one_stops_at_its_rim(text, own):
    obstacles = obstacles_of(text)
    robot, kind = (own_robot(COURIER), OwnModelArena) if own else (ROBOT, Arena)
    with kind(robot, np.array([[-0.6, 0.0, 0.0]]), obstacles=obstacles) as arena:
        arena.set_wheel_speeds(np.full((1, 2), robot.max_wheel_speed))
        least = np.inf
        for _ in range(40):
            arena.step(arena.physics_rate // 20)
            least = min(least, float(obstacles.clearance(arena.poses()[:, :2])[0]))
        assert arena.poses()[0, 0] == pytest.approx(-0.3 - robot.radius, abs=1e-3)
        assert least > 0.97 * robot.radius
        assert arena.contacts().wall[0]
        arena.check()


def test_a_copy_has_them_too():
    obstacles = obstacles_of("disc:0,0,0.3")
    with Arena(ROBOT, np.array([[-0.4, 0.0, 0.0]]), obstacles=obstacles) as arena:
        arena.set_wheel_speeds(np.full((1, 2), ROBOT.max_wheel_speed))
        arena.step(120)
        with pickle.loads(pickle.dumps(arena)) as other:
            arena.step(60)
            other.step(60)
            np.testing.assert_allclose(other.poses(), arena.poses(), atol=1e-9)


def test_the_camera_sees_them():
    poses = np.array([[-0.8, -0.8, 0.0]])
    with (
        Arena(ROBOT, poses) as empty,
        Arena(ROBOT, poses, obstacles=obstacles_of("disc:0,0,0.3")) as arena,
    ):
        changed = (empty.camera(160, 160) != arena.camera(160, 160)).any(axis=2)
        assert 200 < changed.sum() < 8000
