"""Actions to wheel speeds, in each mode, and back to the velocities that they come to."""

import numpy as np
import pytest

from bildsim.controllers.steering import (
    CODES,
    VELOCITY,
    WAYPOINT,
    WHEEL_SPEEDS,
    make_steering,
    rolling_velocity,
)
from bildsim.controllers.tracking import track_waypoints, wheel_speeds
from bildsim.envs.robots.model import RobotModel

ROBOT = RobotModel()
RNG = np.random.default_rng(0)
POSES = np.column_stack([RNG.uniform(-1, 1, (9, 2)), RNG.uniform(-np.pi, np.pi, 9)])
ACTION = RNG.uniform(-1, 1, (9, 2))


def test_waypoints_are_tracked_as_ever():
    steering = make_steering(WAYPOINT, ROBOT, 12.0)
    expected = track_waypoints(POSES, ACTION, ROBOT, 12.0)
    np.testing.assert_array_equal(steering.command(POSES, ACTION), expected)
    np.testing.assert_array_equal(steering.wanted(POSES, ACTION), 12.0 * (ACTION - POSES[:, :2]))
    np.testing.assert_array_equal(steering.way(POSES[:, :2], ACTION, 0.1), ACTION - POSES[:, :2])


def test_velocities_become_the_wheel_speeds_that_give_them():
    steering = make_steering(VELOCITY, ROBOT, 12.0)
    np.testing.assert_array_equal(steering.wanted(POSES, ACTION), ACTION)
    wheels = steering.command(POSES, ACTION)
    np.testing.assert_allclose(rolling_velocity(POSES[:, 2], wheels, ROBOT), ACTION, atol=1e-12)
    np.testing.assert_array_equal(steering.way(POSES[:, :2], ACTION, 0.1), 0.1 * ACTION)


def test_wheel_speeds_pass_and_say_what_velocity_they_are():
    steering = make_steering(WHEEL_SPEEDS, ROBOT, 12.0)
    np.testing.assert_array_equal(steering.command(POSES, ACTION), ACTION)
    wanted = steering.wanted(POSES, ACTION)
    np.testing.assert_allclose(wheel_speeds(POSES[:, 2], wanted, ROBOT), ACTION, atol=1e-9)
    with pytest.raises(ValueError, match="no wheel speeds"):
        steering.way(POSES[:, :2], ACTION, 0.1)


def test_compiled_code_knows_every_mode_by_a_number_of_its_own():
    assert set(CODES) == {WAYPOINT, VELOCITY, WHEEL_SPEEDS}
    assert len(set(CODES.values())) == 3
