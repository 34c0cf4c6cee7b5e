"""What a robot's description may say, and what is said of one that makes no sense."""

import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.dynamics import make_model
from bildsim.envs.robots.described import described_robot
from bildsim.envs.robots.described_figures import ALIASES, KEYS
from tests.envs.robots.descriptions import written


def test_aliases_are_other_names_of_keys_and_none_is_a_key():
    keys = KEYS["robot"] + KEYS["drive"]
    assert set(ALIASES.values()) <= set(keys)
    assert not set(ALIASES) & set(keys)


def test_drives_are_described_by_the_names_of_their_options():
    assert set(KEYS["drive"]) - {"max_speed", "acceleration"} <= set(vars(Actuation()))


@pytest.mark.parametrize(
    ("robot", "drive", "words"),
    [
        ({"mass": -1.0}, {}, "mass = -1 is not possible: allowed is 0.0001 to 50 kg"),
        ({"radius": 2.0}, {}, "radius = 2 is not possible: allowed is 0.002 to 0.5 m"),
        ({"mass": '"heavy"'}, {}, "mass = 'heavy' is not possible: it must be a number"),
        ({"wheel_separation": 0.12}, {}, "its wheels stand 0.06 m from the body's centre"),
        ({"axle_offset": 0.04}, {}, "allowed is at most its radius, 0.05 m"),
        ({"wheel_radius": 0.06}, {}, "wheel_radius = 0.06 is not possible"),
        ({"handle": 0.0}, {}, "must be 0.001 m or more from the axle"),
        ({"handle": 0.02, "axle_offset": -0.01}, {}, "the centre circles about its waypoint"),
        ({"handle": 0.002}, {}, "would weave"),
        ({}, {"max_speed": 0.0}, "max_speed = 0 is not possible"),
        ({}, {"max_wheel_speed": 20.0}, "max_speed = 0.3 is not possible: with max_wheel_speed"),
        ({}, {"torque": 1e-5}, "cannot move a mass of 0.3 kg"),
        ({}, {"torque": 5.0}, "the tyres would only spin"),
        ({}, {"deadband": -1.0}, "deadband = -1 is not possible"),
        ({}, {"torque": 0.1, "motor_torque": 0.1}, "motor_torque says motor_torque again"),
        ({"weight": 1.0}, {}, "key of [robot] 'weight' is unknown"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(tmp_path, robot, drive, words):
    path = written(tmp_path, robot=robot, drive=drive)
    with pytest.raises(UsageError) as caught:
        make_model("kinematic", robot=path)
    assert words in str(caught.value)
    assert "robot=" in str(caught.value)


@pytest.mark.parametrize("key", ["radius", "mass", "wheel_radius", "wheel_separation", "max_speed"])
def test_figures_that_every_robot_needs_are_asked_for(tmp_path, key):
    with pytest.raises(UsageError, match=rf"robot='.*' lacks {key}"):
        described_robot(written(tmp_path, without=(key,)))
