"""The compiled control tick against the general one, update by update: equal to the bit."""

import numpy as np
import pytest

from bildsim.envs.control_tick import Driver
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.settings import Disturbances
from bildsim.envs.dynamics import make_model
from bildsim.envs.kinematic.arena import KinematicArena
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.spawn import spawn


def both(robot, poses, gain=12.0, actuation=None, action_mode="waypoint", **how):
    """Return arena and driver twice: with compiled ticks, and without."""
    made = []
    for compiled in (True, False):
        disturbances = Disturbances(actuation or Actuation())
        driver = Driver(robot, gain, disturbances=disturbances, action_mode=action_mode)
        driver.compiled = compiled
        driver.reset(poses, np.random.default_rng(0))
        made.append((KinematicArena(robot, poses, **how), driver))
    return made


def assert_equal(one, other):
    for name, value in vars(one).items():
        np.testing.assert_array_equal(value, getattr(other, name), err_msg=name)


def assert_same_state(first, second):
    one, other = first.snapshot(), second.snapshot()
    assert (one["steps"], one["count"]) == (other["steps"], other["count"])
    for part in ("swarm", "memory", "rows"):
        for name in one[part]._fields:
            values = (getattr(state[part], name) for state in (one, other))
            np.testing.assert_array_equal(*values, err_msg=name)


@pytest.mark.parametrize(
    ("start", "robots", "how"),
    [
        ("uniform", 10, {}),
        ("corner", 60, {}),
        ("centre", 60, {"physics_rate": 180}),
        ("corner", 60, {"contacts": False}),
    ],
)
def test_poses_motion_and_contacts_are_those_of_the_general_tick(start, robots, how):
    robot, rng = RobotModel(), np.random.default_rng(4)
    poses = spawn(start, robots, robot.radius, rng)
    (fast, one), (slow, other) = both(robot, poses, **how)
    touched = 0
    for tick in range(40):
        # First about, then all to one place, where they jam.
        goals = rng.uniform(-1, 1, (robots, 2)) if tick < 20 else np.zeros((robots, 2))
        assert_equal(one.drive(fast, goals), other.drive(slow, goals))
        assert_equal(fast.touching(), slow.contacts().touching)
        assert_same_state(fast, slow)
        assert one.snapshot()["applied"].tobytes() == other.snapshot()["applied"].tobytes()
        touched += fast.touching().pairs
    assert touched > 0 or not how.get("contacts", True)
    np.testing.assert_array_equal(fast.velocities(), slow.velocities())


@pytest.mark.parametrize("gain", [1.0, 60.0])
def test_gains_and_a_smooth_floor(gain):
    robot = Actuation(floor_friction=0.1).fitted(RobotModel(0.02, 0.1))
    poses = spawn("uniform", 12, robot.radius, np.random.default_rng(1))
    (fast, one), (slow, other) = both(robot, poses, gain, Actuation(floor_friction=0.1))
    goals = np.random.default_rng(2).uniform(-1, 1, (12, 2))
    for _ in range(10):
        assert_equal(one.drive(fast, goals), other.drive(slow, goals))
    np.testing.assert_array_equal(fast.poses(), slow.poses())


def test_a_crowd_beyond_its_room_for_contacts_goes_on_where_it_stopped():
    robot, heap = RobotModel(), np.zeros((40, 3))
    heap[:, :2] = np.random.default_rng(0).uniform(-0.05, 0.05, (40, 2))
    (fast, one), (slow, other) = both(robot, heap)
    assert_equal(one.drive(fast, heap[:, :2]), other.drive(slow, heap[:, :2]))
    assert fast._swarms.room > 4 * 40, "it had to make room"
    assert_same_state(fast, slow)


def test_robots_on_their_waypoints_stay_to_the_bit():
    robot = RobotModel()
    poses = spawn("uniform", 5, robot.radius, np.random.default_rng(3))
    (fast, driver), _ = both(robot, poses)
    motion = driver.drive(fast, poses[:, :2])
    np.testing.assert_array_equal(fast.poses(), poses)
    assert not motion.effort.any()
    assert not motion.saturated.any()


@pytest.mark.parametrize("mode", ["velocity", "wheel_speeds"])
@pytest.mark.parametrize("start", ["uniform", "corner"])
def test_the_other_modes_are_those_of_the_general_tick_too(mode, start):
    robot, rng = RobotModel(), np.random.default_rng(1)
    poses = spawn(start, 30, robot.radius, rng)
    (fast, one), (slow, other) = both(robot, poses, action_mode=mode)
    top = robot.max_speed if mode == "velocity" else robot.max_wheel_speed
    for _ in range(30):
        action = rng.uniform(-top, top, (30, 2))
        motion = one.drive(fast, action)
        assert_equal(motion, other.drive(slow, action))
        assert_same_state(fast, slow)
        assert (motion.saturated > 0).any() == (mode == "velocity")
        if mode == "wheel_speeds":
            np.testing.assert_array_equal(motion.command, action)
            np.testing.assert_array_equal(motion.applied, action)


@pytest.mark.parametrize("mode", ["waypoint", "velocity"])
@pytest.mark.parametrize("name", ["e-puck2", "gternal", "khepera4", "turtlebot3-burger"])
def test_described_robots_take_the_same_ticks_too(name, mode):
    robot, rng = make_model("kinematic", robot=name), np.random.default_rng(5)
    poses = spawn("uniform", 12, robot.radius, rng)
    (fast, one), (slow, other) = both(robot, poses, action_mode=mode)
    for tick in range(30):
        # Far off, where the handle is long, and near, where it is short.
        near = fast.poses()[:, :2] + rng.normal(0.0, 0.01, (12, 2))
        goals = rng.uniform(-1, 1, (12, 2)) if tick % 2 else np.clip(near, -1.0, 1.0)
        assert_equal(one.drive(fast, goals), other.drive(slow, goals))
        assert_same_state(fast, slow)
