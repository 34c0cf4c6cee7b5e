"""Drives: limits, weak motors, smooth floors, deadbands, and settings that make no sense."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.actuation import Actuation, ActuationLimits
from bildsim.envs.dynamics import make_dynamics, make_model
from tests.envs.disturbances.helpers import ROBOT, TOP, drive, series, wheeled

commands = arrays(np.float64, (4, 2), elements=st.floats(-100.0, 100.0))


@given(commands, st.floats(1.0, 50.0))
def test_saturation_is_reported_exactly_where_the_command_was_changed(command, limit):
    applied, saturated = ActuationLimits(limit).apply(command)
    assert np.abs(applied).max() <= limit
    np.testing.assert_array_equal(saturated, (np.abs(command) > limit).any(axis=1))
    np.testing.assert_array_equal(applied[~saturated], command[~saturated])
    assert (applied[saturated] != command[saturated]).any(axis=1).all()


def test_the_command_itself_is_not_changed():
    command = np.array([[30.0, 10.0]])
    ActuationLimits(15.0).apply(command)
    np.testing.assert_array_equal(command, [[30.0, 10.0]])


@wheeled
def test_a_lower_top_speed_holds_for_everyone_who_asks(swarm, dynamics):
    env = swarm(dynamics=dynamics, actuation=Actuation(max_wheel_speed=TOP / 4))
    assert env.robot.max_wheel_speed == pytest.approx(TOP / 4)
    assert env.max_step == pytest.approx(0.25 * 0.2 * 0.1)
    _, infos = drive(env, 10)
    moved = np.linalg.norm(np.diff(series(infos, "pose")[:, :, :2], axis=0), axis=2)
    assert np.abs(series(infos, "applied")).max() <= TOP / 4 * (1 + 1e-12)
    assert np.abs(series(infos, "command")).max() > TOP / 2, "what was asked for is recorded too"
    free = ~(series(infos, "touching_robot") | series(infos, "touching_wall"))
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
    # At rest both wheels are given less than the band.
    assert not info["applied"].any()
    assert 0.0 < np.abs(info["command"]).max() < band
    assert 1e-4 < left < band * ROBOT.wheel_radius / 12.0 * 1.1


def test_saturation_is_reported_of_each_robot(swarm):
    env = swarm(robots=2, start="centre", actuation=Actuation(battery_sag=0.5))
    pose = env.reset(seed=1)[0]["pose"]
    far = pose[:, :2].copy()
    far[1] += 0.9 * np.array([np.cos(pose[1, 2]), np.sin(pose[1, 2])]) / 2
    info = env.step(far)[-1]
    assert info["saturated"][0] == 0.0
    assert info["saturated"][1] == 1.0


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
        ({"motor_lag": -0.1}, "motor_lag=-0.1 .*0 to 1 s"),
        ({"drive_noise": 2.0}, "drive_noise=2 .*0 to 0.5"),
        ({"command_period": 3.0}, "command_period=3 .*0 to 1 s"),
        ({"clip": "robots"}, "clip='robots' is unknown.*curvature, wheels"),
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
