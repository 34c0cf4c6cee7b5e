"""Where robots take themselves to be: statistics of the errors, odometry, and dropped fixes."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.localisation import Localiser, Sensing, rolled
from bildsim.envs.kinematic.arena import KinematicArena
from bildsim.envs.robots.model import RobotModel
from tests.envs.disturbances.helpers import WHEELED, drive

ROBOT = RobotModel()


def poses(count, reach=0.5, seed=0):
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.uniform(-reach, reach, (count, 2)), rng.uniform(-3, 3, count)])


def localiser(true, seed=1, **settings):
    return Localiser(Sensing(**settings), ROBOT, true, np.random.default_rng(seed))


def test_noise_has_its_deviation_and_is_drawn_every_tick():
    true = poses(4000)
    local = localiser(true, position_noise=0.02)
    errors = []
    for _ in range(2):
        local.fix(true)
        errors.append((local.poses - true)[:, :2])
        np.testing.assert_array_equal(local.poses[:, 2], true[:, 2])
    assert np.std(errors[0]) == pytest.approx(0.02, rel=0.03)
    assert abs(np.mean(errors[0])) < 0.001
    assert abs(np.corrcoef(errors[0].ravel(), errors[1].ravel())[0, 1]) < 0.05


def test_a_bias_stays():
    true = poses(4000)
    local = localiser(true, position_bias=0.05)
    first = (local.poses - true)[:, :2]
    moved = true + np.array([0.1, -0.2, 0.0])
    local.fix(moved)
    np.testing.assert_allclose((local.poses - moved)[:, :2], first, atol=1e-12)
    assert first.std() == pytest.approx(0.05, rel=0.03)


def test_dropped_fixes_have_their_share_and_keep_the_last():
    true = poses(4000)
    local = localiser(true, position_dropout=0.3)
    local.fix(true + 0.01)
    kept = np.isclose(local.poses, true).all(axis=1)
    fresh = np.isclose(local.poses, true + 0.01).all(axis=1)
    assert (kept ^ fresh).all()
    assert kept.mean() == pytest.approx(0.3, abs=0.03)


def test_estimates_stay_in_the_square():
    true = poses(500, reach=1.0)
    local = localiser(true, position_noise=0.3, position_bias=0.3)
    for _ in range(5):
        local.fix(true)
        local.roll(np.full((500, 2), 15.0), 1 / 60)
        assert np.abs(local.poses[:, :2]).max() <= 1.0
        assert np.abs(local.poses[:, 2]).max() <= np.pi


def test_odometry_is_exact_where_wheels_turn_evenly():
    count, rng = 30, np.random.default_rng(2)
    true = poses(count)
    wheels = rng.uniform(-15, 15, (count, 2))
    wheels[0] = 12.0
    # A plain integration of the axle's middle in ten thousand small steps.
    rims = ROBOT.wheel_radius * wheels
    forward, turn = rims.mean(axis=1), (rims[:, 1] - rims[:, 0]) / ROBOT.track_width
    heading, offset = true[:, 2].copy(), ROBOT.axle_offset
    axle = true[:, :2] - offset * np.column_stack([np.cos(heading), np.sin(heading)])
    step = 0.2 / 10_000
    for _ in range(10_000):
        middle = heading + 0.5 * turn * step
        axle += (forward * step)[:, None] * np.column_stack([np.cos(middle), np.sin(middle)])
        heading += turn * step
    ahead = np.column_stack([np.cos(heading), np.sin(heading)])
    found = rolled(true, wheels, ROBOT, 0.2)
    np.testing.assert_allclose(found[:, :2], axle + offset * ahead, atol=1e-9)
    np.testing.assert_allclose(np.cos(found[:, 2] - heading), 1.0, atol=1e-9)


def test_odometry_follows_a_free_robot_without_any_fix():
    start = np.array([[0.0, 0.0, 0.3]])
    arena = KinematicArena(ROBOT, start)
    local = localiser(start, position_dropout=0.99)
    rng = np.random.default_rng(4)
    for _ in range(20):
        command = rng.uniform(-10, 15, (1, 2))
        for _ in range(6):
            arena.set_wheel_speeds(command)
            arena.step()
            local.roll(arena.wheel_speeds(), 1 / 60)
    way = np.linalg.norm(arena.poses()[0, :2])
    assert way > 0.02
    # Within an update the wheels ramp and then hold: the mean of both ends is a little off.
    assert np.linalg.norm(local.poses[0, :2] - arena.poses()[0, :2]) < 0.1 * way


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"position_noise": -0.1}, "position_noise=-0.1 .* 0 to 0.5 m"),
        ({"position_noise": float("nan")}, "position_noise=nan"),
        ({"position_bias": 1.0}, "position_bias=1 "),
        ({"position_dropout": 1.0}, "position_dropout=1 .* 0 to 0.99"),
    ],
)
def test_errors_out_of_range(settings, words):
    with pytest.raises(UsageError, match=words):
        Sensing(**settings)


@pytest.mark.parametrize("dynamics", ["ideal", *WHEELED])
def test_observed_are_measured_poses_and_infos_are_the_true_ones(swarm, dynamics):
    env = swarm(dynamics=dynamics, robots=40, radius=0.02, sensing=Sensing(position_noise=0.03))
    seen, infos = drive(env, 4)
    for observation, info in zip(seen, infos, strict=True):
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
    estimated = observation["pose"][0, :2]
    true = []
    for _ in range(3):
        observation, *_, info = env.step(np.clip(estimated + np.array([[0.01, 0.0]]), -1, 1))
        np.testing.assert_array_equal(observation["pose"][0, :2], estimated)
        true.append(info["pose"][0, 0] - estimated[0])
    np.testing.assert_allclose(true, [0.01, 0.02, 0.03])
