"""Actions that are refused, in one sentence each, and spaces that agree with what is taken."""

import gymnasium
import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.steering import VELOCITY, WHEEL_SPEEDS
from bildsim.envs.agents.actions import WAYPOINTS, Actions, make_actions
from bildsim.envs.robots.model import RobotModel

SPEEDS = Actions(VELOCITY, 0.2)


@pytest.mark.parametrize(
    "action", [np.zeros((7, 2)), np.zeros((8, 3)), np.zeros(16), np.zeros((1, 8, 2)), 0.0]
)
def test_actions_of_a_wrong_shape(swarm, action):
    env = swarm()
    env.reset(seed=0)
    with pytest.raises(UsageError, match=r"allowed is \(8, 2\)"):
        env.step(action)


@pytest.mark.parametrize(
    ("action", "what"),
    [
        ("corner", "type str"),
        ({"a": 1}, "type dict"),
        (None, "type NoneType"),
        ([["a", "b"]] * 8, "type list"),
        ([[0.0], [0.0, 0.0]], "type list"),
        (np.full((8, 2), "0.5"), "dtype <U3"),
        (np.zeros((8, 2), complex), "dtype complex128"),
        (np.zeros((8, 2), bool), "dtype bool"),
        (np.zeros((8, 2), object), "dtype object"),
        (np.zeros((8, 2), "datetime64[s]"), r"dtype datetime64\[s\]"),
    ],
)
def test_actions_of_a_wrong_type(action, what):
    words = rf"^waypoints of {what} are not possible: allowed is an array of numbers, \(8, 2\)$"
    with pytest.raises(UsageError, match=words):
        WAYPOINTS.checked(action, 8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_actions_beyond_the_rim_by_rounding_are_moved_onto_it(dtype):
    action = np.array([[1.0000001, -1.0000001], [0.1, 1.0]], dtype=dtype)
    waypoints = WAYPOINTS.checked(action, 2)
    np.testing.assert_array_equal(waypoints, [[1.0, -1.0], [action[1, 0], 1.0]])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1.0001, -1e9])
def test_actions_outside_the_square_name_the_robot(swarm, value):
    env = swarm()
    env.reset(seed=0)
    action = np.zeros((8, 2))
    action[5, 1] = value
    with pytest.raises(UsageError, match=r"waypoint .* of robot 5 is not possible: .*\[-1, 1\] m$"):
        env.step(action)
    assert env.arena.time == 0.0, "nothing moved"


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("velocity", r"^the velocity \[0.0, 9.0\] of robot 3 .* vx and vy from -0.2 to 0.2 m/s$"),
        (
            "wheel_speeds",
            r"^the pair of wheel speeds \[0.0, 29.0\] of robot 3 .* from -19.2 to 19.2 rad/s$",
        ),
    ],
)
def test_actions_outside_the_space_of_other_modes(swarm, mode, words):
    env = swarm(action_mode=mode, dynamics="kinematic")
    env.reset(seed=0)
    action = np.zeros((8, 2))
    action[3, 1] = 9.0 if mode == "velocity" else 29.0
    with pytest.raises(UsageError, match=words):
        env.step(action)


def test_waypoints_are_taken_as_doubles_and_points_on_the_rim_are_inside():
    action = np.array([[1.0, -1.0], [0.25, 0.5]], dtype=np.float32)
    waypoints = WAYPOINTS.checked(action, 2)
    assert waypoints.dtype == np.float64
    np.testing.assert_array_equal(waypoints, action)
    np.testing.assert_array_equal(WAYPOINTS.checked([[1, 0], [0, -1]], 2), [[1, 0], [0, -1]])


def test_what_is_taken_is_a_copy():
    action = np.zeros((2, 2))
    assert not np.shares_memory(SPEEDS.checked(action, 2), action)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_corners_of_a_space_are_taken(dtype):
    for actions in (WAYPOINTS, SPEEDS, Actions(WHEEL_SPEEDS, 19.2)):
        space = actions.space(3, dtype)
        assert space.dtype == np.dtype(dtype)
        for corner in (space.low, space.high):
            assert np.abs(actions.checked(corner, 3)).max() <= actions.limit


def test_the_robot_of_a_swarm_is_named():
    values = np.zeros((2, 3, 2))
    values[1, 2] = np.nan
    with pytest.raises(UsageError, match=r"^swarm 1: the velocity .* of robot 2 is not possible"):
        SPEEDS.within(values)


def test_modes_that_dynamics_have_not():
    robot = RobotModel()
    with pytest.raises(UsageError, match=r"^action_mode='wheel_speeds' .*have no wheels; allowed"):
        make_actions("wheel_speeds", "ideal", robot)
    with pytest.raises(UsageError, match="max_speed=inf is not possible with action_mode='veloc"):
        make_actions("velocity", "ideal", RobotModel(0.025, np.inf))
    assert make_actions("wheel_speeds", "bullet", robot).limit == robot.max_wheel_speed
    assert make_actions("velocity", "ideal", robot).limit == 0.2


def test_gymnasium_is_answered_in_the_words_of_python():
    with pytest.raises(UsageError, match=r"action_mode='wheels' is unknown: did you mean wheel_sp"):
        gymnasium.make("bildsim/Swarm-v0", robots=3, action_mode="wheels")
