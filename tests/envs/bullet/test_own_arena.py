"""A robot of the user's own obeys, agrees with its kinematic twin, and is kept and restored."""

import pickle

import numpy as np
import pytest

from bildsim.envs.bullet.own_arena import OwnModelArena
from bildsim.envs.dynamics import KINEMATIC, make_dynamics
from bildsim.envs.robots.spawn import spawn
from tests.envs.bullet.own_robots import own_robot
from tests.envs.robots.urdf.models import COURIER, cube, written

ROBOT = own_robot(COURIER)
START = np.array([[-0.1, -0.1, 0.4]])
# Of the largest wheel speed, left and right.
COMMANDS = {"straight": (1.0, 1.0), "slow": (0.5, 0.5), "back": (-1.0, -1.0), "spot": (-1.0, 1.0)}
COMMANDS |= {"curve": (0.5, 1.0)}


def driven(arena, command, seconds=1.0):
    """Drive a second to be at speed, then on; return the poses before and after."""
    arena.set_wheel_speeds(ROBOT.max_wheel_speed * np.array([command]))
    arena.step(arena.physics_rate)
    before = arena.poses()[0]
    arena.step(round(seconds * arena.physics_rate))
    return before, arena.poses()[0]


def expected(pose, command, seconds=1.0):
    """Return where wheels that roll as they are told bring a robot from a pose."""
    left, right = ROBOT.max_speed * np.array(command)
    turn, speed = (right - left) / ROBOT.track_width, 0.5 * (left + right)
    middle, ahead = pose[2] + 0.5 * turn * seconds, ROBOT.axle_offset
    way = speed * seconds * np.sinc(0.5 * turn * seconds / np.pi)
    heading = pose[2] + turn * seconds
    place = pose[:2] + way * np.array([np.cos(middle), np.sin(middle)])
    for angle, sign in ((pose[2], -1.0), (heading, 1.0)):
        place += sign * ahead * np.array([np.cos(angle), np.sin(angle)])
    return place, heading


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_it_obeys_commanded_speeds_within_half_a_per_cent(command):
    with OwnModelArena(ROBOT, START) as arena:
        before, after = driven(arena, command)
        assert arena.tilt()[0] < 1e-3
    place, heading = expected(before, command)
    way = ROBOT.max_speed
    np.testing.assert_allclose(after[:2], place, atol=5e-3 * way)
    turn = (command[1] - command[0]) * ROBOT.max_speed / ROBOT.track_width
    off = (after[2] - heading + np.pi) % (2 * np.pi) - np.pi
    assert abs(off) < max(5e-3 * abs(turn), 2e-3)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_it_agrees_with_its_kinematic_twin(command):
    with OwnModelArena(ROBOT, START) as arena:
        _, after = driven(arena, command)
    twin = make_dynamics(KINEMATIC, own_robot(COURIER, KINEMATIC), START)
    _, there = driven(twin, command)
    # Two seconds from rest, in which it drives up to 0.67 m and turns twice.
    np.testing.assert_allclose(after[:2], there[:2], atol=6e-3)
    assert abs((after[2] - there[2] + np.pi) % (2 * np.pi) - np.pi) < 0.06


def test_robots_start_where_they_were_put_and_stay_there():
    poses = spawn("uniform", 8, ROBOT.radius, np.random.default_rng(1))
    with OwnModelArena(ROBOT, poses) as arena:
        np.testing.assert_allclose(arena.poses(), poses, atol=1e-9)
        arena.step(240)
        np.testing.assert_allclose(arena.poses(), poses, atol=1e-3)
        assert not arena.contacts().robot.any()


def test_a_frame_of_the_masses_that_is_turned_changes_nothing(tmp_path):
    turned = (
        '<origin xyz="0.018 0 0.045"/>',
        '<origin xyz="0.018 0 0.045" rpy="0 0 1.5707963268"/>',
    )
    swapped = (
        'ixx="5.0e-4" ixy="0" ixz="0" iyy="9.4e-4"',
        'ixx="9.4e-4" ixy="0" ixz="0" iyy="5.0e-4"',
    )
    other = own_robot(written(tmp_path, turned, swapped))
    with OwnModelArena(ROBOT, START) as arena, OwnModelArena(other, START) as same:
        _, there = driven(arena, (0.5, 1.0))
        _, here = driven(same, (0.5, 1.0))
    np.testing.assert_allclose(here, there, atol=1e-3)


def test_wheels_whose_axes_point_to_the_right_drive_ahead_too(tmp_path):
    other = own_robot(written(tmp_path, ("0 1 0", "0 -1 0")))
    with OwnModelArena(other, START) as arena:
        before, after = driven(arena, (0.5, 1.0))
        speeds = arena.wheel_speeds()[0]
    place, _ = expected(before, (0.5, 1.0))
    np.testing.assert_allclose(after[:2], place, atol=2e-3)
    np.testing.assert_allclose(speeds, ROBOT.max_wheel_speed * np.array([0.5, 1.0]), rtol=0.01)


def test_measured_velocity_is_the_change_of_the_pose():
    with OwnModelArena(ROBOT, START) as arena:
        driven(arena, (0.5, 1.0))
        before, velocity = arena.poses()[0], arena.velocities()[0]
        arena.step()
        change = (arena.poses()[0] - before) * arena.physics_rate
    np.testing.assert_allclose(velocity, change, atol=0.02)


def test_walls_keep_centres_in_the_square():
    with OwnModelArena(ROBOT, np.array([[0.8, 0.0, 0.3], [-0.5, -0.8, -1.2]])) as arena:
        arena.set_wheel_speeds(np.full((2, 2), ROBOT.max_wheel_speed))
        arena.step(4 * arena.physics_rate)
        assert arena.contacts().wall.all()
        assert np.abs(arena.poses()[:, :2]).max() < 1.0 + 1e-4
        arena.check()


def test_robots_meet_as_their_own_shapes_do():
    # Side by side, boxes 90 mm wide on wheels 118 mm apart leave room where discs of 158 mm do not.
    beside = np.array([[0.0, 0.0, 0.0], [0.0, 0.125, 0.0]])
    with OwnModelArena(ROBOT, beside) as arena:
        arena.step(60)
        assert not arena.contacts().robot.any()
    ahead = np.array([[-0.1, 0.0, 0.0], [0.1, 0.0, np.pi]])
    with OwnModelArena(ROBOT, ahead) as arena, OwnModelArena(ROBOT, ahead, contacts=False) as free:
        for each in (arena, free):
            each.set_wheel_speeds(np.full((2, 2), 0.5 * ROBOT.max_wheel_speed))
            each.step(2 * each.physics_rate)
        assert arena.contacts().robot.all()
        assert arena.contacts().max_overlap < 0.1 * ROBOT.radius
        x = arena.poses()[:, 0]
        assert x[1] - x[0] > 0.128, "boxes 130 mm long"
        assert not free.contacts().robot.any()


def test_a_mesh_drives_like_the_box_that_it_is(tmp_path):
    cube(tmp_path / "body.obj", 0.05)
    box = '<geometry><box size="0.13 0.09 0.06"/></geometry>'
    mesh = '<geometry><mesh filename="body.obj" scale="1.3 0.9 0.6"/></geometry>'
    other = own_robot(written(tmp_path, (box, mesh)))
    with OwnModelArena(ROBOT, START) as arena, OwnModelArena(other, START) as same:
        np.testing.assert_allclose(
            driven(same, (0.5, 1.0))[1], driven(arena, (0.5, 1.0))[1], atol=1e-5
        )


def test_it_goes_on_to_the_bit_where_nobody_touches():
    poses = spawn("uniform", 5, ROBOT.radius, np.random.default_rng(2))
    with OwnModelArena(ROBOT, poses) as arena:
        arena.set_wheel_speeds(0.3 * ROBOT.max_wheel_speed * np.array([[-1.0, 1.0]] * 5))
        arena.step(100)
        kept = arena.snapshot()
        again = pickle.loads(pickle.dumps(arena))
        arena.step(100)
        expected_poses = arena.poses()
        arena.restore(kept)
        for each in (arena, again):
            each.step(100)
            np.testing.assert_array_equal(each.poses(), expected_poses)
    again.close()


def test_what_returns_to_a_crowds_moment_twice_is_the_same_twice():
    x, y = np.meshgrid([-0.17, 0.0, 0.17], [-0.17, 0.0, 0.17])
    heading = np.arctan2(-y, -x).ravel()
    with OwnModelArena(ROBOT, np.column_stack([x.ravel(), y.ravel(), heading])) as arena:
        arena.set_wheel_speeds(np.full((9, 2), 0.5 * ROBOT.max_wheel_speed))
        arena.step(240)
        assert arena.contacts().robot.any()
        kept, ends = arena.snapshot(), []
        for _ in range(2):
            arena.restore(kept)
            arena.step(60)
            ends.append(arena.poses())
        np.testing.assert_array_equal(*ends)


@pytest.mark.parametrize("unit_m", [0.4, 5.0])
def test_arenas_of_another_width_move_it_alike(unit_m):
    other, scale = ROBOT.in_arena(unit_m), np.array([unit_m, unit_m, 1.0])
    start = np.array([[0.0, 0.0, 0.4], [0.25, 0.0, -0.3]])
    with OwnModelArena(ROBOT, start) as arena, OwnModelArena(other, start / scale) as same:
        for each in (arena, same):
            each.set_wheel_speeds(np.array([[2.0, 4.0], [-3.0, -3.0]]))
            each.step(each.physics_rate // 2)
        np.testing.assert_allclose(same.poses() * scale, arena.poses(), atol=2e-4)
        assert same.tilt().max() < 1e-3
    with OwnModelArena(other, np.array([[0.9, 0.0, 0.0]])) as same:
        same.set_wheel_speeds(np.array([[8.0, 8.0]]))
        same.step(4 * same.physics_rate)
        assert same.contacts().wall.all()
        assert abs(same.poses()[0, 0] - 1.0) < 1e-3
