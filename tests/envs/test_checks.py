"""Arguments and actions that are refused, in one sentence each."""

import numpy as np
import pytest

import bildsim.envs  # noqa: F401 - registers the environment
from bildsim.basics.errors import UsageError


@pytest.mark.parametrize(
    "action", [np.zeros((7, 2)), np.zeros((8, 3)), np.zeros(16), np.zeros((1, 8, 2)), 0.0]
)
def test_actions_of_a_wrong_shape(swarm, action):
    env = swarm()
    env.reset(seed=0)
    with pytest.raises(UsageError, match=r"allowed is \(8, 2\)"):
        env.step(action)


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
        ({"physics_rate": 250}, "physics_rate=250"),
        ({"reward": "kl"}, "negative_kl"),
        ({"render_mode": "ascii"}, "rgb_array"),
        ({"order": 0}, "order[ =]0"),
    ],
)
def test_arguments(swarm, arguments, words):
    with pytest.raises(UsageError, match=words):
        swarm(**arguments)
