"""Poor drives, faults and poor localisation in the environment and in both kinds of physics."""

import pickle
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from bildsim.basics.errors import UsageError
from bildsim.envs.control_tick import Driver
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.disturbances.settings import Disturbances
from bildsim.envs.dynamics import make_dynamics, make_model
from tests.envs.disturbances.helpers import EVERYTHING, WHEELED, drive, series, wheeled


def test_gymnasiums_checker_has_nothing_to_say_to_everything_at_once():
    env = gymnasium.make("bildsim/Swarm-v0", robots=10, dynamics="kinematic", **EVERYTHING)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(env.unwrapped, skip_render_check=True)
    env.close()


@wheeled
def test_equal_seeds_give_equal_episodes_with_everything_on(swarm, dynamics):
    first, again = (drive(swarm(dynamics=dynamics, robots=10, **EVERYTHING), 10) for _ in "ab")
    env = swarm(dynamics=dynamics, robots=10, **EVERYTHING)
    drive(env, 4, reset=3)
    later = drive(env, 10)
    for other in (again, later):
        for one, two in zip(first[0] + first[1], other[0] + other[1], strict=True):
            for key in one:
                np.testing.assert_array_equal(one[key], two[key])


@pytest.mark.parametrize("dynamics", ["ideal", *WHEELED])
def test_what_is_off_changes_nothing(swarm, dynamics):
    plain = drive(swarm(dynamics=dynamics), 6)
    off = {"actuation": Actuation(), "faults": Faults(), "sensing": Sensing()}
    for one, two in zip(plain[0], drive(swarm(dynamics=dynamics, **off), 6)[0], strict=True):
        np.testing.assert_array_equal(one["pose"], two["pose"])
    # A death after the episode's end: the schedule is followed, and nothing has happened yet.
    later = drive(swarm(dynamics=dynamics, faults=Faults(dead="0.5@99")), 6)
    np.testing.assert_array_equal(series(plain[1], "pose"), series(later[1], "pose"))
    np.testing.assert_array_equal(series(plain[1], "kl_fit"), series(later[1], "kl_fit"))


def test_what_is_kept_between_ticks_can_be_stored():
    robot = make_model("kinematic", 0.025, 0.2, EVERYTHING["actuation"])
    driver = Driver(robot, 12.0, disturbances=Disturbances(**EVERYTHING))
    start = np.random.default_rng(0).uniform(-0.9, 0.9, (10, 3))
    goals = np.random.default_rng(1).uniform(-0.9, 0.9, (10, 2))
    arena = make_dynamics("kinematic", robot, start)
    driver.reset(start, np.random.default_rng(2))
    for _ in range(5):
        driver.look(arena.time, arena.poses())
        driver.drive(arena, goals)
    ends = []
    stored = pickle.dumps((driver, arena))
    for one, place in ((driver, arena), pickle.loads(stored)):
        for _ in range(5):
            estimated = one.look(place.time, place.poses())
            one.drive(place, goals)
        ends.append((place.poses(), estimated))
    for first, second in zip(*ends, strict=True):
        np.testing.assert_array_equal(first, second)


def test_the_start_does_not_depend_on_what_goes_wrong(swarm):
    plain = swarm(robots=10).reset(seed=5)[1]["pose"]
    np.testing.assert_array_equal(swarm(robots=10, **EVERYTHING).reset(seed=5)[1]["pose"], plain)


@pytest.mark.parametrize(
    "arguments",
    [
        {"actuation": Actuation(motor_torque=1e-3)},
        {"actuation": Actuation(max_wheel_acceleration=10.0)},
        {"actuation": Actuation(max_wheel_speed=10.0)},
        {"actuation": Actuation(battery_sag=0.1)},
        {"faults": Faults(stuck="0.5@1")},
    ],
)
def test_ideal_robots_have_no_wheels(swarm, arguments):
    with pytest.raises(UsageError, match="with dynamics='ideal': its robots have no wheels"):
        swarm(dynamics="ideal", **arguments)


def test_schedules_are_checked_against_the_robots(swarm):
    with pytest.raises(UsageError, match="no robot 8"):
        swarm(faults=Faults(dead="robots:8@1"))
    with pytest.raises(UsageError, match="nobody is left"):
        swarm(faults=Faults(dead="1@1")).reset(seed=0)


@pytest.mark.parametrize(
    ("disturbances", "words"),
    [
        (Disturbances(), ()),
        (Disturbances(Actuation(floor_friction=0.4, max_wheel_speed=5.0)), ()),
        (Disturbances(Actuation(deadband=0.2)), ("a drive that changes commands",)),
        (
            Disturbances(faults=Faults(dead="0.2@5"), sensing=Sensing(position_noise=0.01)),
            ("a fault", "an error of localisation"),
        ),
    ],
)
def test_what_acts_between_waypoints_and_wheels(disturbances, words):
    assert disturbances.of_motion == words


def test_somebody_must_be_left_whomever_shares_befall():
    assert Disturbances(faults=Faults(dead="0.9@3")).require_somebody(10) is None
    assert Disturbances().require_somebody(1) is None
    with pytest.raises(UsageError, match=r"dead='1@3' is not possible: at 3 s nobody is left"):
        Disturbances(faults=Faults(dead="1@3")).require_somebody(10)
