"""Robots whose tracked point is not their centre are kept apart as discs about that point."""

import numpy as np
import pytest

from bildsim.controllers.safety.tracked_point import about_tracked_point, seen_at_tracked_point
from bildsim.envs.dynamics import make_model
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.swarm import SwarmEnv


def test_the_reference_robot_is_its_own_disc():
    robot, poses, rates = RobotModel(), np.zeros((2, 3)), np.ones((2, 3))
    assert about_tracked_point(robot) is robot
    where, velocity = seen_at_tracked_point(poses, rates, robot)
    assert where is poses
    np.testing.assert_array_equal(velocity, rates[:, :2])


def test_the_disc_about_the_point_holds_the_robot():
    robot = make_model("kinematic", robot="e-puck2")
    disc = about_tracked_point(robot)
    assert disc.radius == pytest.approx(1.5 * robot.radius)
    assert (disc.handle, disc.max_speed) == (robot.handle, robot.max_speed)


def test_the_point_goes_round_as_the_robot_turns():
    robot = make_model("kinematic", robot="e-puck2")
    poses, rates = np.array([[0.1, 0.2, np.pi / 2]]), np.array([[0.3, 0.0, 2.0]])
    where, velocity = seen_at_tracked_point(poses, rates, robot)
    np.testing.assert_allclose(where, [[0.1, 0.2 + robot.handle, np.pi / 2]])
    np.testing.assert_allclose(velocity, [[0.3 - 2.0 * robot.handle, 0.0]], atol=1e-15)


@pytest.mark.parametrize("safety", ["cbf", "orca"])
@pytest.mark.parametrize("name", ["e-puck2", "turtlebot3-burger"])
def test_robots_that_swap_places_do_not_touch(name, safety):
    start = np.array([[-0.5, 0.02, 0.0], [0.5, -0.02, 3.0]])
    env = SwarmEnv(robots=2, robot=name, dynamics="kinematic", safety=safety, order=2, start=start)
    env.reset(seed=0)
    touched = 0
    for _ in range(120):
        *_, info = env.step(-start[:, :2])
        touched += info["contact_pairs"]
    assert touched == 0
    assert np.linalg.norm(info["pose"][:, :2] + start[:, :2], axis=1).max() < 0.05
    env.close()
