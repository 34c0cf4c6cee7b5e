import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bildsim.controllers.steering import rolling_velocity
from bildsim.controllers.tracking import (
    DEFAULT_GAIN,
    approach,
    braking_needed,
    desaturate,
    levers,
    limited,
    track_waypoints,
    wheel_speeds,
)
from bildsim.envs.robots.body import described_body
from bildsim.envs.robots.model import RobotModel

ROBOT = RobotModel()
commands = arrays(
    np.float64, st.tuples(st.integers(1, 5), st.just(2)), elements=st.floats(-1e4, 1e4)
)
limits = st.floats(0.1, 100.0)


def centre_rates(heading, speeds):
    """Planar velocity of the disc's centre and rate of turn of an ideal unicycle."""
    left, right = ROBOT.wheel_radius * speeds.T
    turn = (right - left) / ROBOT.track_width
    forward = 0.5 * (left + right)
    side = ROBOT.axle_offset * turn
    x = forward * np.cos(heading) - side * np.sin(heading)
    y = forward * np.sin(heading) + side * np.cos(heading)
    return np.column_stack([x, y, turn])


def drive(poses, waypoints, seconds, limit=np.inf, step=1e-3):
    track = [poses]
    for _ in range(round(seconds / step)):
        speeds = desaturate(track_waypoints(poses, waypoints, ROBOT), limit)
        poses = poses + step * centre_rates(poses[:, 2], speeds)
        track.append(poses)
    return np.array(track)


@pytest.fixture
def scattered():
    rng = np.random.default_rng(3)
    poses = np.column_stack([rng.uniform(-1, 1, (20, 2)), rng.uniform(-np.pi, np.pi, 20)])
    return poses, rng.uniform(-1, 1, (20, 2))


def test_the_centre_moves_as_wanted_whatever_the_heading(scattered):
    poses, waypoints = scattered
    rates = centre_rates(poses[:, 2], track_waypoints(poses, waypoints, ROBOT, gain=3.0))
    np.testing.assert_allclose(rates[:, :2], 3.0 * (waypoints - poses[:, :2]), atol=1e-12)


def test_a_robot_at_its_waypoint_gets_no_command(scattered):
    poses, _ = scattered
    np.testing.assert_array_equal(track_waypoints(poses, poses[:, :2], ROBOT), 0.0)


def test_limited_robots_go_straight_and_arrive(scattered):
    poses, waypoints = scattered
    # At the limit the heading turns fast against the step, hence the fine step and 0.1 mm.
    track = drive(poses, waypoints, 15.0, limit=ROBOT.max_wheel_speed)
    start = poses[:, :2]
    along = (waypoints - start) / np.linalg.norm(waypoints - start, axis=1, keepdims=True)
    moved = track[:, :, :2] - start
    across = moved[..., 0] * along[:, 1] - moved[..., 1] * along[:, 0]
    assert np.abs(across).max() < 1e-4
    assert np.linalg.norm(track[-1, :, :2] - waypoints, axis=1).max() < 1e-6
    distance = np.linalg.norm(track[:, :, :2] - waypoints, axis=2)
    assert (np.diff(distance, axis=0) < 1e-12).all()


def test_robots_end_up_facing_the_way_they_go(scattered):
    poses, waypoints = scattered
    far = poses[:, :2] + 100.0 * (waypoints - poses[:, :2])
    end = drive(poses, far, 3.0, limit=ROBOT.max_wheel_speed)[-1]
    bearing = np.arctan2(*(far - end[:, :2]).T[::-1])
    assert np.cos(end[:, 2] - bearing).min() > 0.999


def test_the_default_gain_covers_most_of_the_way_in_a_control_tick():
    poses = np.array([[0.0, 0.0, 0.0]])
    end = drive(poses, np.array([[0.01, 0.0]]), 0.1)[-1]
    assert end[0, 0] == pytest.approx(0.01 * (1 - np.exp(-0.1 * DEFAULT_GAIN)), rel=0.02)


@given(commands, limits)
def test_desaturation_never_exceeds_the_limit(command, limit):
    assert np.abs(desaturate(command, limit)).max() <= limit


@given(commands, limits)
def test_desaturation_keeps_curvature_and_direction(command, limit):
    slowed = desaturate(command, limit)
    # Equal ratios, written without a division; relative to the product's own size.
    cross = command[:, 0] * slowed[:, 1] - command[:, 1] * slowed[:, 0]
    assert (np.abs(cross) <= 1e-14 * limit * np.abs(command).max(axis=1) + 1e-300).all()
    assert (np.einsum("ij,ij->i", command, slowed) >= 0.0).all()


@given(commands)
def test_desaturation_leaves_what_is_within_the_limit(command):
    np.testing.assert_array_equal(desaturate(command, np.abs(command).max() + 1e-9), command)


@given(commands, limits)
def test_a_limited_command_has_a_wheel_at_the_limit(command, limit):
    fast = np.abs(command).max(axis=1) > limit
    peak = np.abs(desaturate(command, limit)).max(axis=1)
    np.testing.assert_allclose(peak[fast], limit, rtol=1e-15)


@given(commands, limits)
def test_who_is_limited_is_said_and_nobody_else_is_changed(command, limit):
    given = command.copy()
    slowed, beyond = limited(command, limit)
    np.testing.assert_array_equal(beyond, np.abs(command).max(axis=1) > limit)
    np.testing.assert_array_equal(slowed, desaturate(command, limit))
    np.testing.assert_array_equal(slowed[~beyond], command[~beyond])
    slowed[:] = np.nan
    np.testing.assert_array_equal(command, given)


def test_the_reference_robots_tracked_point_is_its_centre_at_any_distance():
    way = np.array([[0.0, 0.0], [1e-4, 0.0], [0.0, 0.02], [1.0, -1.0]])
    np.testing.assert_array_equal(levers(way, ROBOT), ROBOT.axle_offset)


@pytest.mark.parametrize(("offset", "side"), [(0.0, 1.0), (-0.01, -1.0)])
def test_a_handle_shrinks_to_half_of_the_way_and_no_further(offset, side):
    robot = RobotModel(0.04, body=described_body(0.04, 0.2, 0.02, 0.06, axle_offset=offset))
    way = np.array([[0.0, 0.0], [0.0, 0.03], [0.5, 0.0]])
    expected = side * np.array([max(0.005, abs(offset)), 0.015, 0.02])
    np.testing.assert_allclose(levers(way, robot), expected)
    np.testing.assert_allclose(levers(way, robot.steady), side * 0.02)


def test_the_tracked_point_moves_as_wanted_whatever_the_heading(scattered):
    poses, velocity = scattered
    robot = RobotModel(0.04, body=described_body(0.04, 0.2, 0.02, 0.06))
    wheels = wheel_speeds(poses[:, 2], velocity, robot)
    np.testing.assert_allclose(rolling_velocity(poses[:, 2], wheels, robot), velocity, atol=1e-12)


def fast_robot(max_speed=1.0, ramp=2.0):
    return RobotModel(0.04, max_speed, body=described_body(0.04, 0.2, 0.02, 0.06), ramp=ramp)


def test_a_fast_robot_slows_down_by_no_more_than_it_can():
    robot, time_step = fast_robot(), 1e-4
    way, speeds = 0.5, []
    for _ in range(round(3.0 / time_step)):
        (velocity,) = approach(np.array([[way, 0.0]]), robot, DEFAULT_GAIN)
        speeds.append(velocity[0])
        way -= time_step * velocity[0]
    braking = -np.diff(speeds) / time_step
    assert braking.max() <= robot.braking * (1.0 + 1e-2)
    assert braking[:1000].min() >= robot.braking * (1.0 - 1e-2)
    assert 0.0 < way < 1e-6


def test_near_its_waypoint_a_fast_robot_goes_by_the_gain():
    robot = fast_robot()
    straight = robot.braking / DEFAULT_GAIN**2
    near = np.array([[0.9 * straight, 0.0], [0.0, -0.5 * straight], [0.0, 0.0]])
    np.testing.assert_array_equal(approach(near, robot, DEFAULT_GAIN), DEFAULT_GAIN * near)
    rim = np.array([[1.0001 * straight, 0.0]])
    np.testing.assert_allclose(approach(rim, robot, DEFAULT_GAIN), DEFAULT_GAIN * rim, rtol=1e-3)


def test_robots_that_can_brake_go_by_the_gain_at_any_distance(scattered):
    poses, waypoints = scattered
    way = waypoints - poses[:, :2]
    slow = fast_robot(max_speed=0.1)
    for robot in (ROBOT, slow):
        assert braking_needed(robot, DEFAULT_GAIN) == np.inf
        np.testing.assert_array_equal(approach(way, robot, DEFAULT_GAIN), DEFAULT_GAIN * way)
    assert braking_needed(fast_robot(), DEFAULT_GAIN) == fast_robot().braking
