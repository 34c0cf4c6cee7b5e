"""Predictions against arcs one after the other, against what the physics does, and locality."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.controllers.pose_prediction import PosePredictor
from bildsim.envs.dynamics import make_dynamics
from bildsim.envs.localisation.odometry import inside, rolled
from bildsim.envs.robots.model import RobotModel

ROBOT = RobotModel()
TOP = ROBOT.max_wheel_speed
UPDATE_S = 1.0 / 60.0
ROBOTS = 5
SEEDS = st.integers(0, 2**32 - 1)


def poses_of(rng, side=0.5):
    places = rng.uniform(-side, side, (ROBOTS, 2))
    return np.column_stack([places, rng.uniform(-np.pi, np.pi, ROBOTS)])


@settings(deadline=None)
@given(seed=SEEDS, delay=st.integers(1, 60), sent=st.integers(0, 80))
def test_a_prediction_is_arc_after_arc_of_the_speeds_that_motors_reach(seed, delay, sent):
    rng = np.random.default_rng(seed)
    commands = rng.uniform(-TOP, TOP, (sent, ROBOTS, 2))
    predictor, poses = PosePredictor(ROBOT, delay, ROBOTS), poses_of(rng)
    for command in commands:
        predictor.send(command)
    # One robot, one wheel, one update after the other.
    change, speed = ROBOT.traction / ROBOT.wheel_radius * UPDATE_S, np.zeros((ROBOTS, 2))
    means = [np.zeros((ROBOTS, 2))] * delay
    for command in commands:
        before = speed
        speed = np.clip(command, before - change, before + change)
        share = np.abs(speed - before) / change
        means.append(share * 0.5 * (before + speed) + (1.0 - share) * speed)
    expected = poses
    for mean in means[len(means) - delay :]:
        expected = rolled(expected, mean, ROBOT, UPDATE_S)
    found = predictor.predict(poses)
    np.testing.assert_allclose(found[:, :2], inside(expected)[:, :2], atol=1e-12)
    turned = np.mod(found[:, 2] - expected[:, 2] + np.pi, 2.0 * np.pi) - np.pi
    np.testing.assert_allclose(turned, 0.0, atol=1e-9)
    assert (np.abs(found[:, 2]) <= np.pi).all()


@pytest.mark.parametrize(("dynamics", "error_m"), [("kinematic", 1e-9), ("bullet", 2e-3)])
def test_free_robots_are_where_they_predicted_to_be(dynamics, error_m):
    rng, delay = np.random.default_rng(1), 12
    angle = 2.0 * np.pi * np.arange(ROBOTS) / ROBOTS
    poses = np.column_stack([0.6 * np.cos(angle), 0.6 * np.sin(angle), angle])
    arena = make_dynamics(dynamics, ROBOT, poses)
    predictor, sent, predicted, found = PosePredictor(ROBOT, delay, ROBOTS), [], [], []
    for update in range(90):
        found.append(arena.poses())
        predicted.append(predictor.predict(arena.poses()))
        # A new command every quarter of a second.
        sent.append(rng.uniform(-TOP, TOP, (ROBOTS, 2)) if update % 15 == 0 else sent[-1])
        predictor.send(sent[-1])
        arena.set_wheel_speeds(sent[-1 - delay] if update >= delay else np.zeros((ROBOTS, 2)))
        arena.step(arena.physics_rate // 60)
    arena.close()
    found, predicted = np.array(found[delay:]), np.array(predicted[:-delay])
    assert np.linalg.norm(found[0, :, :2] - found[-1, :, :2], axis=1).max() > 0.05
    assert np.abs(found - predicted)[..., :2].max() < error_m


def test_robots_that_sent_nothing_stay_to_the_bit():
    poses = poses_of(np.random.default_rng(0))
    np.testing.assert_array_equal(
        PosePredictor(ROBOT, 7, ROBOTS).predict(poses)[:, :2], poses[:, :2]
    )


def test_a_robot_knows_the_walls():
    predictor = PosePredictor(ROBOT, 60, 1)
    for _ in range(60):
        predictor.send(np.full((1, 2), TOP))
    assert predictor.predict(np.array([[0.95, 0.0, 0.0]]))[0, 0] == 1.0


def test_a_slow_ramp_is_foreseen():
    predictor = PosePredictor(ROBOT, 60, 1, max_wheel_acceleration=6.0)
    for _ in range(60):
        predictor.send(np.full((1, 2), TOP))
    # a t^2 / 2 of a wheel that gains 6 rad/s in a second.
    way = predictor.predict(np.zeros((1, 3)))[0, 0]
    assert way == pytest.approx(0.5 * 6.0 * ROBOT.wheel_radius, rel=1e-9)


def test_nobody_elses_commands_count():
    rng = np.random.default_rng(3)
    poses, command = poses_of(rng), rng.uniform(-TOP, TOP, (2, ROBOTS, 2))
    command[1, 1:] = command[0, 1:]
    found = []
    for own in command:
        predictor = PosePredictor(ROBOT, 4, ROBOTS)
        predictor.send(own)
        found.append(predictor.predict(poses))
    np.testing.assert_array_equal(found[0][1:], found[1][1:])
    assert (found[0][0] != found[1][0]).any()


def test_a_predictor_goes_on_from_its_state_to_the_bit():
    rng = np.random.default_rng(5)
    one, other, poses = (
        PosePredictor(ROBOT, 6, ROBOTS),
        PosePredictor(ROBOT, 6, ROBOTS),
        poses_of(rng),
    )
    for _ in range(9):
        one.send(rng.uniform(-TOP, TOP, (ROBOTS, 2)))
    state = one.snapshot()
    expected = one.predict(poses)
    one.send(np.zeros((ROBOTS, 2)))
    for predictor in (other, one):
        predictor.restore(state)
        np.testing.assert_array_equal(predictor.predict(poses), expected)
        predictor.send(np.full((ROBOTS, 2), 3.0))
    np.testing.assert_array_equal(one.predict(poses), other.predict(poses))
