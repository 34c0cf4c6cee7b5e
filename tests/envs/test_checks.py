"""Arguments that are refused, in one sentence each."""

import gymnasium
import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.checks import (
    check_arguments,
    check_safety,
    render_modes,
)
from bildsim.envs.swarm import SwarmEnv


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
        ({"dtype": "float16"}, "dtype='float16' is unknown: .*valid are float64, float32"),
        ({"action_mode": "wheels"}, "action_mode='wheels' is unknown: .*wheel_speeds"),
        ({"observation_mode": "lokal"}, "observation_mode='lokal' is unknown: did you mean local"),
        ({"network": 3}, "network of type int is not possible: it must be text or None"),
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


@pytest.mark.parametrize(("safety", "dynamics"), [("none", "ideal"), ("orca", "bullet")])
def test_safety_is_fine_where_something_can_collide_or_nothing_is_asked(safety, dynamics):
    assert check_safety(safety, dynamics) is None


def test_a_gain_faster_than_the_updates_is_refused():
    assert check_arguments(60.0, 1e-4, "decrease", None, "float32") is None
    with pytest.raises(UsageError, match="gain=61 is out of range: above 0, at most 60 1/s"):
        check_arguments(61.0, 1e-4, "decrease", None, "float64")


def test_a_window_is_a_mode_only_where_one_can_open(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("DISPLAY", ":0")
    assert render_modes("bullet") == ["rgb_array", "human"]
    assert render_modes("kinematic") == render_modes("ideal") == ["rgb_array"]
    monkeypatch.delenv("DISPLAY")
    assert render_modes("bullet") == ["rgb_array"]
    monkeypatch.setattr("sys.platform", "darwin")
    assert render_modes("bullet") == ["rgb_array", "human"]


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
