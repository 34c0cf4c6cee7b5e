"""A control tick: its length, the way, and the effort."""

import numpy as np
import pytest

from bildsim.controllers.safety.layer import Filtered
from bildsim.controllers.tracking import desaturate, track_waypoints
from bildsim.envs.control_tick import Driver
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.disturbances.settings import Disturbances
from bildsim.envs.dynamics import make_dynamics, make_model
from bildsim.envs.kinematic.arena import KinematicArena


def test_a_step_is_a_tenth_of_a_second_and_drives_there(swarm):
    env = swarm(robots=1)
    observation, info = env.reset(seed=2)
    assert info["time_s"] == 0.0
    goal = np.clip(observation["pose"][:, :2] + [0.1, -0.1], -1, 1)
    for count in range(30):
        observation, _, _, _, info = env.step(goal)
        assert info["time_s"] == pytest.approx(0.1 * (count + 1), abs=1e-12)
    assert np.abs(observation["pose"][:, :2] - goal).max() < 1e-3
    assert np.abs(info["applied"]).max() <= env.robot.max_wheel_speed
    assert info["saturated"].min() >= 0.0
    assert info["saturated"].max() <= 1.0


def test_effort_at_full_speed_straight_ahead_is_the_squared_speed_times_the_time(swarm):
    env = swarm(robots=1, dynamics="kinematic", start="centre", max_speed=0.2)
    pose = env.reset(seed=1)[0]["pose"][0]
    ahead = pose[:2] + 0.5 * np.array([np.cos(pose[2]), np.sin(pose[2])])
    effort = env.step(ahead[None])[-1]["effort"]
    assert effort == pytest.approx([0.2**2 * 0.1], rel=1e-9)


def test_effort_is_the_integral_of_the_rims_mean_squares_of_the_applied_speeds(swarm, monkeypatch):
    env = swarm(robots=8, dynamics="kinematic")
    env.driver.compiled = False
    env.reset(seed=1)
    applied, set_speeds = [], env.arena.set_wheel_speeds
    monkeypatch.setattr(
        env.arena, "set_wheel_speeds", lambda w: (applied.append(w.copy()), set_speeds(w))
    )
    effort = env.step(np.random.default_rng(0).uniform(-1, 1, (8, 2)))[-1]["effort"]
    rims = env.robot.wheel_radius * np.array(applied)
    assert len(rims) == 6
    np.testing.assert_allclose(effort, (rims**2).mean(axis=2).sum(axis=0) / 60.0, rtol=1e-12)


POSES = np.array([[0.0, 0.0, 0.0], [0.4, 0.4, 1.0], [-0.6, 0.2, -2.0]])
GOALS = np.array([[0.3, 0.0], [0.4, 0.1], [-0.9, 0.9]])


def driven(dynamics, disturbances=None, ticks=1, predicts=False, compiled=True):
    """Return the physics, the driver and the motion of the last tick towards the goals."""
    robot = make_model(dynamics, 0.025, 0.2)
    driver = Driver(robot, 12.0, disturbances=disturbances, predicts=predicts)
    driver.compiled = compiled
    driver.reset(POSES, np.random.default_rng(1))
    arena = make_dynamics(dynamics, robot, POSES)
    for _ in range(ticks):
        driver.look(arena.time, arena.poses())
        motion = driver.drive(arena, GOALS)
    return arena, driver, motion


def test_a_tick_holds_six_updates_of_tracking(monkeypatch):
    given = []
    set_speeds = KinematicArena.set_wheel_speeds
    monkeypatch.setattr(
        KinematicArena,
        "set_wheel_speeds",
        lambda self, applied: (given.append(applied.copy()), set_speeds(self, applied)),
    )
    arena, _, motion = driven("kinematic", compiled=False)
    assert arena.time == pytest.approx(0.1)
    assert len(given) == 6
    first = track_waypoints(POSES, GOALS, arena.robot, 12.0)
    np.testing.assert_array_equal(given[0], desaturate(first, arena.robot.max_wheel_speed))
    np.testing.assert_array_equal(given[-1], motion.applied)


def test_points_drive_without_wheels_and_their_effort_is_their_speed_squared():
    arena, _, motion = driven("ideal")
    assert not motion.command.any()
    assert not motion.applied.any()
    np.testing.assert_array_equal(motion.saturated, 1.0)
    np.testing.assert_allclose(motion.effort, 0.2**2 * 0.1)
    moved = np.linalg.norm(arena.poses()[:, :2] - POSES[:, :2], axis=1)
    np.testing.assert_allclose(moved, 0.02)


@pytest.mark.parametrize("dynamics", ["ideal", "kinematic"])
def test_the_dead_stay_where_they_died(dynamics):
    dead = Disturbances(faults=Faults(dead="robots:1@0.2"))
    ends = [driven(dynamics, dead, ticks)[0].poses() for ticks in (3, 6)]
    still = np.linalg.norm(ends[1][:, :2] - ends[0][:, :2], axis=1)
    # A rolling disc needs a moment to stop.
    assert still[1] < 5e-3
    assert (still[[0, 2]] > 0.04).all()


def test_tracking_goes_by_estimates_and_the_way_is_off_by_their_error():
    sensing = Disturbances(sensing=Sensing(position_bias=0.05))
    arena, driver, _ = driven("kinematic", sensing, ticks=60)
    poses = arena.poses()
    estimated = driver.estimated(arena.time, poses)
    assert np.linalg.norm(poses[:, :2] - GOALS, axis=1).min() > 5e-3
    np.testing.assert_allclose(estimated[:, :2], GOALS, atol=2e-3)


def test_poses_come_back_as_they_are_where_robots_know_where_they_are():
    arena, driver, _ = driven("kinematic")
    poses = arena.poses()
    assert driver.look(arena.time, poses) is poses


@pytest.mark.parametrize("predicts", [False, True])
def test_a_driver_goes_on_from_its_state_to_the_bit(predicts):
    everything = Disturbances(
        Actuation(command_delay=0.05, deadband=0.5),
        Faults(stuck="robots:2@0.3"),
        Sensing(position_noise=0.02),
    )
    arena, driver, _ = driven("kinematic", everything, 4, predicts)
    states = arena.snapshot(), driver.snapshot()
    assert ("predictor" in states[1]) == predicts
    ends = []
    other = Driver(arena.robot, 12.0, disturbances=everything, predicts=predicts)
    other.reset(POSES, np.random.default_rng(99))
    for one in (driver, other):
        arena.restore(states[0])
        one.restore(states[1])
        for _ in range(5):
            one.look(arena.time, arena.poses())
            one.drive(arena, GOALS)
        ends.append(arena.poses())
    np.testing.assert_array_equal(*ends)


def test_shares_count_the_updates_in_which_safety_acted():
    """A method that stops everybody in two of six updates."""
    calls = []

    class Sometimes:
        def filter(self, poses, velocities, wanted):
            calls.append(len(poses))
            acted = np.full(len(poses), len(calls) % 3 == 0)
            return Filtered(np.zeros((len(poses), 2)), acted, acted)

    robot = make_model("kinematic", 0.025, 0.2)
    driver = Driver(robot, 12.0, Sometimes())
    driver.reset(POSES, np.random.default_rng(0))
    motion = driver.drive(make_dynamics("kinematic", robot, POSES), GOALS)
    assert calls == [3] * 6
    np.testing.assert_allclose(motion.safety_acted, 2.0 / 6.0)
    np.testing.assert_allclose(motion.safety_infeasible, 2.0 / 6.0)
    assert not motion.applied.any(), "the sixth update stopped them"


LATE = Disturbances(Actuation(command_delay=0.2))


@pytest.mark.parametrize("dynamics", ["kinematic", "bullet"])
def test_robots_that_predict_arrive_in_spite_of_a_delay(dynamics):
    def arrived(predicts):
        arena, *_ = driven(dynamics, LATE, 80, predicts)
        left = np.linalg.norm(arena.poses()[:, :2] - GOALS, axis=1)
        arena.close()
        return left.max()

    assert arrived(True) < 2e-3
    assert arrived(False) > 0.02, "and weave around their goals without"


def test_planners_are_told_where_robots_will_be_when_a_command_acts():
    arena, driver, _ = driven("kinematic", LATE, 4, predicts=True)
    told = driver.look(arena.time, arena.poses())
    expected = arena.poses()
    for _ in range(2):
        driver.drive(arena, GOALS)
    np.testing.assert_allclose(arena.poses()[:, :2], told[:, :2], atol=1e-9)
    assert np.linalg.norm(told[:, :2] - expected[:, :2], axis=1).max() > 0.02


@pytest.mark.parametrize("settings", [{}, {"actuation": Actuation(deadband=0.2)}])
def test_without_a_delay_there_is_nothing_to_compensate(swarm, settings):
    seen = []
    for compensation in ("none", "gain", "predict"):
        env = swarm(dynamics="kinematic", delay_compensation=compensation, **settings)
        env.reset(seed=1)
        rng = np.random.default_rng(0)
        for _ in range(5):
            observation, *_ = env.step(rng.uniform(-1, 1, (8, 2)))
        seen.append(observation["pose"])
    np.testing.assert_array_equal(seen[0], seen[1])
    np.testing.assert_array_equal(seen[0], seen[2])


def test_safety_goes_by_places_now_and_headings_when_a_command_acts():
    sensed = []

    class Watching:
        def filter(self, poses, velocities, wanted):
            sensed.append(poses)
            nobody = np.zeros(len(poses), dtype=np.bool_)
            return Filtered(wanted, nobody, nobody)

    robot = make_model("kinematic", 0.025, 0.2)
    driver = Driver(robot, 12.0, Watching(), disturbances=LATE, predicts=True)
    driver.reset(POSES, np.random.default_rng(1))
    arena = make_dynamics("kinematic", robot, POSES)
    for _ in range(3):
        driver.drive(arena, GOALS)
    np.testing.assert_array_equal(sensed[0], POSES)
    ahead, now = driver.estimated(arena.time, arena.poses()), arena.poses()
    driver.drive(arena, GOALS)
    np.testing.assert_array_equal(sensed[18][:, :2], now[:, :2])
    np.testing.assert_array_equal(sensed[18][:, 2], ahead[:, 2])
    assert np.abs(ahead[:, 2] - now[:, 2]).max() > 0.1


class Fast:
    """A method that asks for one velocity, and keeps what it was given."""

    def __init__(self, velocity):
        self.velocity, self.wanted = velocity, []

    def filter(self, poses, velocities, wanted):
        self.wanted.append(wanted)
        return Filtered(self.velocity, np.ones(3, dtype=bool), np.zeros(3, dtype=bool))


@pytest.mark.parametrize("predicts", [False, True])
def test_collision_avoidance_is_true_seen_from_robots_that_mistake_their_heading(predicts):
    """Robots sense each other, and need not know where they head to go where it is free."""
    safety = Fast(np.array([[0.05, 0.0], [0.0, -0.05], [0.03, 0.04]]))
    actuation = Actuation(command_delay=0.05 if predicts else 0.0)
    disturbances = Disturbances(actuation, sensing=Sensing(heading_bias=0.8))
    robot = make_model("kinematic", 0.025, 0.2)
    driver = Driver(robot, 12.0, safety, disturbances=disturbances, predicts=predicts)
    driver.reset(POSES, np.random.default_rng(1))
    arena = make_dynamics("kinematic", robot, POSES)
    for _ in range(8):
        driver.look(arena.time, arena.poses())
        askew = arena.poses()[:, 2] - driver.localiser.poses[:, 2]
        before = arena.poses()
        driver.drive(arena, GOALS)
    moved = (arena.poses() - before)[:, :2] / 0.1
    assert np.abs(np.angle(np.exp(1j * askew))).max() > 0.3
    np.testing.assert_allclose(moved, safety.velocity, atol=4e-3)
    # What they want points where they believe the goal to be, in the world as it is.
    assert np.isfinite(safety.wanted).all()
