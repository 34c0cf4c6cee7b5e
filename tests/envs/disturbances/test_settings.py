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
from bildsim.envs.disturbances.fault_injection import FaultInjector
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.disturbances.settings import Disturbances
from bildsim.envs.dynamics import make_dynamics, make_model
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.swarm import SwarmEnv

ROBOT = RobotModel()
TOP = ROBOT.max_wheel_speed
WHEELED = ("kinematic", "bullet")
wheeled = pytest.mark.parametrize("dynamics", WHEELED)


@pytest.fixture
def swarm():
    """Make environments and close them."""
    made = []

    def make(**arguments):
        made.append(SwarmEnv(**{"robots": 8, "dynamics": "kinematic", **arguments}))
        return made[-1]

    yield make
    for env in made:
        env.close()


def drive(env, ticks, seed=0, reset=1):
    """Return observations and infos of random waypoints."""
    observation, info = env.reset(seed=reset)
    rng = np.random.default_rng(seed)
    seen, told = [observation], [info]
    for _ in range(ticks):
        observation, *_, info = env.step(rng.uniform(-1, 1, (env.robots, 2)))
        seen.append(observation)
        told.append(info)
    return seen, told


def series(told, key):
    return np.array([info[key] for info in told if key in info])


EVERYTHING = {
    "actuation": Actuation(
        max_wheel_speed=0.7 * TOP,
        max_wheel_acceleration=100.0,
        motor_torque=0.6 * ROBOT.motor_torque,
        floor_friction=0.3,
        deadband=0.3,
        quantisation=0.5,
        command_delay=0.03,
        command_jitter=0.03,
        drive_gain_tolerance=0.05,
        wheel_gain_tolerance=0.05,
        battery_sag=0.2,
    ),
    "faults": Faults(stop="0.1@0.3", stuck="0.2@0.4", dead="0.2@0.5", join="0.2@0.7"),
    "sensing": Sensing(position_noise=0.01, position_bias=0.01, position_dropout=0.3),
}


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
            believed = one.look(place.time, place.poses())
            one.drive(place, goals)
        ends.append((place.poses(), believed))
    for first, second in zip(*ends, strict=True):
        np.testing.assert_array_equal(first, second)


def test_the_start_does_not_depend_on_what_goes_wrong(swarm):
    plain = swarm(robots=10).reset(seed=5)[1]["pose"]
    np.testing.assert_array_equal(swarm(robots=10, **EVERYTHING).reset(seed=5)[1]["pose"], plain)


# Drives


@wheeled
def test_a_lower_top_speed_holds_for_everyone_who_asks(swarm, dynamics):
    env = swarm(dynamics=dynamics, actuation=Actuation(max_wheel_speed=TOP / 4))
    assert env.robot.max_wheel_speed == pytest.approx(TOP / 4)
    assert env.max_step == pytest.approx(0.25 * 0.2 * 0.1)
    _, told = drive(env, 10)
    moved = np.linalg.norm(np.diff(series(told, "pose")[:, :, :2], axis=0), axis=2)
    assert np.abs(series(told, "applied")).max() <= TOP / 4 * (1 + 1e-12)
    assert np.abs(series(told, "command")).max() > TOP / 2, "what was asked for is recorded too"
    free = ~(series(told, "touching_robot") | series(told, "touching_wall"))
    assert moved[free].max() <= 1.01 * env.max_step


@wheeled
def test_a_weaker_motor_takes_longer_to_its_speed(dynamics):
    """A free robot from rest to full speed: t = v / a, a as the torque is."""
    times = {}
    for share in (1.0, 0.5):
        actuation = Actuation(motor_torque=share * ROBOT.own_torque)
        robot = make_model(dynamics, 0.025, 0.2, actuation)
        arena = make_dynamics(dynamics, robot, np.zeros((1, 3)), physics_rate=480)
        arena.set_wheel_speeds(np.full((1, 2), TOP))
        while arena.velocities()[0, 0] < 0.19:
            arena.step()
        times[share] = arena.time
        assert arena.time == pytest.approx(0.19 / robot.rim_acceleration, abs=0.006)
        arena.close()
    assert times[0.5] == pytest.approx(2 * times[1.0], rel=0.05)


@wheeled
def test_on_a_smooth_floor_wheels_slip(dynamics):
    robot = make_model(dynamics, 0.025, 0.2, Actuation(floor_friction=0.06))
    assert robot.slip_acceleration < 0.3 * robot.rim_acceleration
    arena = make_dynamics(dynamics, robot, np.zeros((1, 3)), physics_rate=480)
    arena.set_wheel_speeds(np.full((1, 2), TOP))
    arena.step(48)
    share = arena.velocities()[0, 0] / arena.time / robot.slip_acceleration
    # In PyBullet acceleration also presses the driven wheels down, which the other leaves out.
    assert 0.999 <= share <= (1.3 if dynamics == "bullet" else 1.001)
    arena.close()


@wheeled
def test_a_deadband_keeps_robots_from_the_last_millimetres(swarm, dynamics):
    band = 0.15 * TOP
    env = swarm(dynamics=dynamics, robots=1, actuation=Actuation(deadband=band))
    observation, _ = env.reset(seed=2)
    goal = np.clip(observation["pose"][:, :2] + [0.05, -0.05], -1, 1)
    for _ in range(40):
        observation, *_, info = env.step(goal)
    left = np.linalg.norm(observation["pose"][0, :2] - goal)
    # At rest both wheels are told less than the band.
    assert not info["applied"].any()
    assert 0.0 < np.abs(info["command"]).max() < band
    assert 1e-4 < left < band * ROBOT.wheel_radius / 12.0 * 1.1


def test_saturation_is_told_of_each_robot(swarm):
    env = swarm(robots=2, start="centre", actuation=Actuation(battery_sag=0.5))
    pose = env.reset(seed=1)[0]["pose"]
    far = pose[:, :2].copy()
    far[1] += 0.9 * np.array([np.cos(pose[1, 2]), np.sin(pose[1, 2])]) / 2
    info = env.step(far)[-1]
    assert info["saturated"][0] == 0.0
    assert info["saturated"][1] == 1.0


# Faults


@wheeled
def test_a_stuck_wheel_drives_circles_about_the_other_one(dynamics):
    who = FaultInjector(Faults(stuck="robots:0@1"), 1, np.random.default_rng(0))
    arena = make_dynamics(dynamics, ROBOT, np.zeros((1, 3)))
    who.update(1.0, np.full((1, 2), 0.5 * TOP))
    arena.set_wheel_speeds(who.act(np.zeros((1, 2))))
    track = []
    for _ in range(150):
        arena.step(arena.physics_rate // 60)
        track.append(arena.poses()[0, :2])
    arena.close()
    # The centre lies half the track aside of the standing wheel, and ahead of the axle.
    radius = np.hypot(ROBOT.track_width / 2, ROBOT.axle_offset)
    track = np.array(track)
    middle = 0.5 * (track.max(axis=0) + track.min(axis=0))
    np.testing.assert_allclose(np.linalg.norm(track - middle, axis=1), radius, rtol=0.02)
    turns = np.unwrap(np.arctan2(*(track - middle).T[::-1]))
    rate = 0.5 * TOP * ROBOT.wheel_radius / ROBOT.track_width
    assert np.abs(turns[-1] - turns[29]) == pytest.approx(rate * 2.0, rel=0.02)


@wheeled
def test_a_stuck_wheel_keeps_its_speed_whatever_is_asked(swarm, dynamics):
    env = swarm(dynamics=dynamics, start="centre", faults=Faults(stuck="robots:2@0.5"))
    _, told = drive(env, 15)
    applied = series(told, "applied")[:, 2]
    wheel = int(np.argmin(np.ptp(applied[5:], axis=0)))
    np.testing.assert_array_equal(applied[5:, wheel], applied[4, wheel])
    assert np.ptp(applied[5:, 1 - wheel]) > 1.0
    assert series(told, "active").all(), "it still counts"


@pytest.mark.parametrize("dynamics", ["ideal", *WHEELED])
@pytest.mark.parametrize(("kind", "counts"), [("stop", True), ("dead", False)])
def test_robots_that_stop_stay_and_those_that_died_do_not_count(swarm, dynamics, kind, counts):
    env = swarm(dynamics=dynamics, contacts=False, faults=Faults(**{kind: "robots:1+4@0.5"}))
    seen, told = drive(env, 12)
    poses = series(told, "pose")
    moved = np.abs(np.diff(poses[7:, :, :2], axis=0)).max(axis=(0, 2))
    assert (moved[[1, 4]] < 1e-3).all()
    assert (np.delete(moved, [1, 4]) > 2e-3).all()
    active = np.ones(8, dtype=bool)
    active[[1, 4]] = counts
    np.testing.assert_array_equal(told[5]["active"], active)
    assert told[4]["active"].all()
    positions = poses[-1, active, :2]
    expected = env.family.statistics(positions).mean(axis=0)
    np.testing.assert_allclose(seen[-1]["swarm_statistics"], expected, atol=1e-12)
    theta = told[-1]["theta"]
    np.testing.assert_allclose(env.family.moments(theta) + 1e-4 * theta, expected, atol=1e-9)


def test_the_dead_stay_in_the_way(swarm):
    env = swarm(robots=2, start="centre", faults=Faults(dead="robots:0@0"))
    pose = env.reset(seed=1)[0]["pose"]
    for _ in range(30):
        info = env.step(np.tile(pose[0, :2], (2, 1)))[-1]
    assert info["contact_pairs"] == 1
    assert np.linalg.norm(np.diff(info["pose"][:, :2], axis=0)) > 1.9 * env.robot.radius


def test_latecomers_come(swarm):
    env = swarm(faults=Faults(join="0.25@0.5"), contacts=False)
    _, told = drive(env, 10)
    sizes = series(told, "active").sum(axis=1)
    assert sizes.tolist() == [6] * 5 + [8] * 6
    late = ~told[0]["active"]
    poses = series(told, "pose")
    np.testing.assert_array_equal(poses[5, late], poses[0, late])
    assert (np.abs(poses[-1] - poses[5])[:, :2].max(axis=1) > 2e-3).all()


# Localisation


@pytest.mark.parametrize("dynamics", ["ideal", *WHEELED])
def test_observed_are_measured_poses_and_told_are_the_true_ones(swarm, dynamics):
    env = swarm(dynamics=dynamics, robots=40, radius=0.02, sensing=Sensing(position_noise=0.03))
    seen, told = drive(env, 4)
    for observation, info in zip(seen, told, strict=True):
        error = (observation["pose"] - info["pose"])[:, :2]
        assert np.std(error) == pytest.approx(0.03, rel=0.35)
        assert observation in env.observation_space
        assert np.abs(observation["pose"][:, :2]).max() <= 1.0
        np.testing.assert_allclose(
            env.family.moments(info["theta"]) + 1e-4 * info["theta"],
            env.family.statistics(np.clip(info["pose"][:, :2], -1, 1)).mean(axis=0),
            atol=1e-9,
        )


@pytest.mark.parametrize("dynamics", ["ideal", *WHEELED])
def test_a_biased_robot_arrives_off_its_goal_by_its_bias(swarm, dynamics):
    sensing = Sensing(position_bias=0.05)
    env = swarm(dynamics=dynamics, robots=4, start="centre", contacts=False, sensing=sensing)
    observation, info = env.reset(seed=4)
    bias = (observation["pose"] - info["pose"])[:, :2]
    goals = np.zeros((4, 2))
    for _ in range(45):
        observation, *_, info = env.step(goals)
    np.testing.assert_allclose(info["pose"][:, :2], goals - bias, atol=2e-3)
    np.testing.assert_allclose(observation["pose"][:, :2], goals, atol=2e-3)


def test_ideal_robots_keep_their_last_fix(swarm):
    env = swarm(dynamics="ideal", robots=1, sensing=Sensing(position_dropout=0.99))
    observation, _ = env.reset(seed=0)
    believed = observation["pose"][0, :2]
    true = []
    for _ in range(3):
        observation, *_, info = env.step(np.clip(believed + np.array([[0.01, 0.0]]), -1, 1))
        np.testing.assert_array_equal(observation["pose"][0, :2], believed)
        true.append(info["pose"][0, 0] - believed[0])
    np.testing.assert_allclose(true, [0.01, 0.02, 0.03])


# Wrong input


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"max_wheel_speed": 0.0}, "max_wheel_speed=0 .*above 0"),
        ({"max_wheel_speed": float("nan")}, "max_wheel_speed=nan"),
        ({"max_wheel_speed": 1.0}, "max_wheel_speed=1 .*1.92 to 19.2 rad/s"),
        ({"max_wheel_speed": 20.0}, "max_wheel_speed=20 .*max_speed=0.2: .* 19.2"),
        ({"max_wheel_acceleration": -1.0}, "max_wheel_acceleration=-1"),
        ({"max_wheel_acceleration": 1e4}, "max_wheel_acceleration=10000 .*never limits"),
        ({"motor_torque": 1.0}, "motor_torque=1 .*N m"),
        ({"floor_friction": 0.0}, "floor_friction=0 .*0.02 to 1"),
        ({"deadband": -1.0}, "deadband=-1"),
        ({"deadband": 19.2}, "deadband=19.2 .*below 19.2"),
        ({"deadband": 6.0, "max_wheel_speed": 5.0}, "deadband=6 .*below 5 rad/s"),
        ({"quantisation": 1e-9}, "quantisation=1e-09 .*0.001"),
        ({"quantisation": 25.0}, "quantisation=25"),
        ({"command_delay": 1.5}, "command_delay=1.5 .*0 to 1 s"),
        ({"command_jitter": -0.1}, "command_jitter=-0.1"),
        ({"drive_gain_tolerance": 0.6}, "drive_gain_tolerance=0.6"),
        ({"wheel_gain_tolerance": float("inf")}, "wheel_gain_tolerance=inf"),
        ({"battery_sag": 11.0}, "battery_sag=11 .*a minute"),
    ],
)
def test_drives_that_make_no_sense(swarm, settings, words):
    with pytest.raises(UsageError, match=words):
        swarm(actuation=Actuation(**settings))


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
