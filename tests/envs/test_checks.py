"""Arguments and actions that are refused, in one sentence each."""

import gymnasium
import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.checks import (
    check_arguments,
    check_safety,
    checked_waypoints,
    render_modes,
    start_in,
)
from bildsim.envs.swarm import SwarmEnv


@pytest.mark.parametrize(
    "action", [np.zeros((7, 2)), np.zeros((8, 3)), np.zeros(16), np.zeros((1, 8, 2)), 0.0]
)
def test_actions_of_a_wrong_shape(swarm, action):
    env = swarm()
    env.reset(seed=0)
    with pytest.raises(UsageError, match=r"allowed is \(8, 2\)"):
        env.step(action)


@pytest.mark.parametrize("action", ["corner", {"a": 1}, [[0.0]], None, [["a", "b"]] * 8])
def test_actions_of_a_wrong_type(action):
    with pytest.raises(UsageError, match=r"^waypoints of (type|shape) .* allowed is "):
        checked_waypoints(action, 8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_actions_beyond_the_rim_by_rounding_are_moved_onto_it(dtype):
    action = np.array([[1.0000001, -1.0000001], [0.1, 1.0]], dtype=dtype)
    waypoints = checked_waypoints(action, 2)
    np.testing.assert_array_equal(waypoints, [[1.0, -1.0], [action[1, 0], 1.0]])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1.0001, -1e9])
def test_actions_outside_the_square_name_the_robot(swarm, value):
    env = swarm()
    env.reset(seed=0)
    action = np.zeros((8, 2))
    action[5, 1] = value
    with pytest.raises(UsageError, match=r"of robot 5 is not possible"):
        env.step(action)
    assert env.arena.time == 0.0, "nothing moved"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"robots": 0}, "robots=0"),
        ({"robots": 8.0}, "whole number"),
        ({"robots": 8.5}, "whole number"),
        ({"robots": float("nan")}, "whole number"),
        ({"robots": 10**9}, "1 to"),
        ({"target": "gmm5"}, "gmm3"),
        ({"start": "korner"}, "corner"),
        ({"radius": 0.5}, "radius=0.5"),
        ({"gain": float("nan")}, "gain=nan"),
        (
            {"regularisation": 1e-300},
            "regularisation=1e-300 is not allowed: it must be at least 1e-06",
        ),
        ({"regularisation": float("nan")}, "regularisation=nan"),
        ({"physics_rate": 250}, "physics_rate=250"),
        ({"reward": "kl"}, "negative_kl"),
        ({"render_mode": "ascii"}, "rgb_array"),
        ({"order": 0}, "order=0"),
    ],
)
def test_arguments(swarm, arguments, words):
    with pytest.raises(UsageError, match=words):
        swarm(**arguments)


def test_gymnasium_is_answered_in_the_words_of_python():
    with pytest.raises(UsageError, match=r"^start='nowhere' is unknown: .*valid are uniform"):
        gymnasium.make("bildsim/Swarm-v0", robots=3, start="nowhere")


def test_waypoints_are_taken_as_doubles_and_points_on_the_rim_are_inside():
    action = np.array([[1.0, -1.0], [0.25, 0.5]], dtype=np.float32)
    waypoints = checked_waypoints(action, 2)
    assert waypoints.dtype == np.float64
    np.testing.assert_array_equal(waypoints, action)


@pytest.mark.parametrize(("safety", "dynamics"), [("none", "ideal"), ("orca", "bullet")])
def test_safety_is_fine_where_something_can_collide_or_nothing_is_asked(safety, dynamics):
    assert check_safety(safety, dynamics) is None


def test_a_gain_faster_than_the_updates_is_refused():
    assert check_arguments(60.0, 1e-4, "decrease", None) is None
    with pytest.raises(UsageError, match="gain=61 is out of range: above 0, at most 60 1/s"):
        check_arguments(61.0, 1e-4, "decrease", None)


def test_a_window_is_a_mode_only_where_one_can_open(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("DISPLAY", ":0")
    assert render_modes("bullet") == ["rgb_array", "human"]
    assert render_modes("kinematic") == render_modes("ideal") == ["rgb_array"]
    monkeypatch.delenv("DISPLAY")
    assert render_modes("bullet") == ["rgb_array"]
    monkeypatch.setattr("sys.platform", "darwin")
    assert render_modes("bullet") == ["rgb_array", "human"]


def test_where_an_episode_starts():
    places = np.zeros((2, 2))
    assert start_in(None, "corner") == start_in({}, "corner") == "corner"
    assert start_in({"start": "centre"}, "corner") == "centre"
    assert start_in({"poses": places}, "corner") is places
    for options, words in (
        ({"stert": "corner"}, "reset option 'stert' is unknown: did you mean start"),
        (
            {"start": "corner", "seed": 3},
            "reset option 'seed' is unknown: .*valid are start, poses",
        ),
        ({3: 4}, "reset option '3' is unknown"),
        ({"start": "corner", "poses": places}, "'start' and 'poses' exclude each other"),
        ({"poses": "a.npy"}, "'poses' 'a.npy' is not possible: it takes an array"),
    ):
        with pytest.raises(UsageError, match=words):
            start_in(options, "uniform")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"robots": "3"}, "robots of type str is not possible: it must be a whole number"),
        ({"robots": None}, "robots of type NoneType"),
        ({"robots": True}, "robots of type bool"),
        ({"gain": "x"}, "gain of type str is not possible: it must be a number"),
        ({"radius": []}, "radius of type list is not possible: it must be a number or None"),
        ({"contacts": 1}, "contacts of type int is not possible: it must be True or False"),
        ({"dynamics": 3}, "dynamics of type int is not possible: it must be text"),
        ({"reward": 3}, "reward of type int is not possible: it must be a name"),
        ({"render_mode": 3}, "render_mode of type int is not possible: it must be a name or None"),
        ({"actuation": {}}, "actuation of type dict is not possible: it must be Actuation or None"),
        ({"order": 3.5}, "order of type float"),
    ],
)
def test_arguments_of_another_type(arguments, words):
    with pytest.raises(UsageError, match=words):
        SwarmEnv(**arguments)


def test_numbers_of_numpys_are_numbers():
    SwarmEnv(robots=np.int64(3), gain=np.float32(9.0), dynamics="ideal", order=np.int32(3))
