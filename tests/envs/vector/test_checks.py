"""What a vector environment refuses, in one sentence each."""

import gymnasium
import numpy as np
import pytest

import bildsim.envs  # noqa: F401 - registers the environment
from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.vector import checks


def make(swarms=2, **arguments):
    arguments = {"robots": 10, "dynamics": "kinematic"} | arguments
    return gymnasium.make_vec("bildsim/Swarm-v0", swarms, "vector_entry_point", **arguments)


@pytest.mark.parametrize("swarms", [0, -1, 1_000_000, 2.5, True, "8"])
def test_the_number_of_swarms(swarms):
    with pytest.raises(UsageError, match=r"num_envs .* from 1 to 10000, for memory and time"):
        make(swarms)


def test_many_robots_leave_room_for_fewer_swarms():
    with pytest.raises(UsageError, match="from 1 to 2000"):
        make(2001, robots=100)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"dynamics": "bullet"}, "bullet"),
        ({"dynamics": "ideal"}, "ideal"),
        ({"render_mode": "rgb_array"}, "render_mode"),
        ({"safety": "cbf"}, "collision avoidance"),
        ({"faults": Faults(dead="0.2@5")}, "a fault"),
        ({"sensing": Sensing(position_noise=0.01)}, "localisation"),
        ({"actuation": Actuation(deadband=0.2)}, "drive"),
        ({"target": "moving_gauss"}, "moves"),
        ({"observation_mode": "local"}, "observation_mode 'local'"),
    ],
)
def test_what_only_single_environments_have(arguments, named):
    with pytest.raises(UsageError, match=f"{named}.*async"):
        make(**arguments)


def test_the_default_dynamics_say_so():
    with pytest.raises(UsageError, match="'bullet', the default"):
        gymnasium.make_vec("bildsim/Swarm-v0", 2, robots=5)


def test_limits_of_the_drives_that_are_the_robots_own_are_possible():
    assert make(actuation=Actuation(floor_friction=0.4)).num_envs == 2


@pytest.mark.parametrize("limit", [0, -2, 2.5, "x"])
def test_the_length_of_an_episode(limit):
    with pytest.raises(UsageError, match="max_episode_steps"):
        make(max_episode_steps=limit)
    assert checks.checked_limit(-1) is None


def test_the_modes_of_autoreset():
    with pytest.raises(UsageError, match="autoreset_mode"):
        make(autoreset_mode="Never")


@pytest.mark.parametrize("seed", ["a", [1], [1, 2, 3], 1.5, [1, 0.5]])
def test_seeds(seed):
    with pytest.raises(UsageError, match="seed"):
        make().reset(seed=seed)


@pytest.mark.parametrize(
    "mask", [[True, True], np.array([1, 0]), np.array([True]), np.zeros(2, dtype=bool)]
)
def test_masks(mask):
    with pytest.raises(UsageError, match="reset_mask"):
        make().reset(options={"reset_mask": mask})


def test_other_options_are_those_of_the_environment():
    valid = "did you mean start.*valid are start, poses, randomise, reset_mask"
    with pytest.raises(UsageError, match=valid):
        make().reset(options={"strat": "corner"})
    with pytest.raises(UsageError, match="reset options of type list are not possible"):
        make().reset(options=["start"])


@pytest.mark.parametrize(
    ("ranges", "named"),
    [
        ({"max_speed": (0.1, 0.2)}, "randomise 'max_speed'.*all alike.*'target' and 'start'"),
        ({"target": ["ring", "moving_gauss"]}, "a target that moves"),
    ],
)
def test_robots_of_one_pass_are_all_alike(ranges, named):
    with pytest.raises(UsageError, match=f"{named}.*async"):
        make().reset(options={"randomise": ranges})
