"""What the physics must get right at its default rate and the speeds that runs use."""

import numpy as np
import pytest

from bildsim.controllers.tracking import desaturate, track_waypoints
from bildsim.envs.bullet.arena import Arena
from bildsim.envs.dynamics import make_model
from bildsim.envs.robots.spawn import spawn

pytestmark = pytest.mark.parametrize("radius", [0.0025, 0.025, 0.03])
MOST_TILT = np.radians(5.0)
# Of the radius.
MOST_OVERLAP = 0.1
# Of the top speed.
MOST_CREEP = 2e-4


def model(radius):
    return make_model("bullet", radius)


def record(arena, seconds):
    """Step one by one and return poses and tilts after each step."""
    poses, tilts = [arena.poses()], [arena.tilt()]
    for _ in range(round(seconds * arena.physics_rate)):
        arena.step()
        poses.append(arena.poses())
        tilts.append(arena.tilt())
    return np.array(poses), np.array(tilts)


def test_free_robots_move_as_their_wheels_say(radius):
    robot = model(radius)
    speeds = robot.max_wheel_speed * np.array([[1, 1], [0.25, 0.25], [-1, 1], [0.5, 1], [1, -0.2]])
    start = np.column_stack([np.linspace(-0.8, 0.8, 5), np.full(5, -0.6), np.full(5, np.pi / 2)])
    with Arena(robot, start) as arena:
        arena.set_wheel_speeds(speeds)
        arena.step(arena.physics_rate // 2)
        poses, tilts = record(arena, 2.0)
    moves = np.diff(poses, axis=0)
    path = np.hypot(moves[..., 0], moves[..., 1]).sum(axis=0) / 2.0
    turned = ((moves[..., 2] + np.pi) % (2 * np.pi) - np.pi).sum(axis=0) / 2.0
    turn = robot.wheel_radius * (speeds[:, 1] - speeds[:, 0]) / robot.track_width
    forward = robot.wheel_radius * speeds.mean(axis=1)
    np.testing.assert_allclose(path, np.hypot(forward, robot.axle_offset * turn), rtol=1e-3)
    np.testing.assert_allclose(turned[2:], turn[2:], rtol=1e-3)
    np.testing.assert_allclose(turned[:2], 0.0, atol=1e-3)
    assert tilts.max() < MOST_TILT


def test_a_circle_is_the_unicycles(radius):
    robot = model(radius)
    speeds = np.array([[0.6, 1.0]]) * robot.max_wheel_speed
    with Arena(robot, np.zeros((1, 3))) as arena:
        arena.set_wheel_speeds(speeds)
        arena.step(arena.physics_rate // 2)
        poses, _ = record(arena, 3.0)
    points = poses[:, 0, :2]
    # Least squares: |p|^2 = 2 c.p + (radius^2 - |c|^2).
    design = np.column_stack([2 * points, np.ones(len(points))])
    centre_x, centre_y, rest = np.linalg.lstsq(design, (points**2).sum(axis=1), rcond=None)[0]
    fitted = np.sqrt(rest + centre_x**2 + centre_y**2)
    axle_circle = 0.5 * robot.track_width * (1.0 + 0.6) / (1.0 - 0.6)
    assert fitted == pytest.approx(np.hypot(axle_circle, robot.axle_offset), rel=1e-3)
    distance = np.hypot(points[:, 0] - centre_x, points[:, 1] - centre_y)
    assert np.ptp(distance) < 0.01 * fitted


def test_full_speed_hits_neither_tilt_nor_sink(radius):
    robot = model(radius)
    # Pairs meet head-on, off centre, grazing, and by their rears; phases of the step differ by row.
    offsets = radius * np.array([0.0, 0.0, 0.0, 0.5, 1.5, 0.0])
    gaps = 0.2 + 1e-3 * np.arange(6) / 4.0
    rears = np.array([0, 0, 0, 0, 0, np.pi])
    y = np.linspace(-0.8, 0.8, 6)
    left = np.column_stack([-gaps, y, rears])
    right = np.column_stack([gaps, y + offsets, np.pi - rears])
    sign = np.where(rears > 0, -1.0, 1.0)
    walls = np.array([[0.85, -0.6, 0.0], [0.85, 0.0, 0.6], [0.85, 0.85, 0.8]])
    speeds = np.outer(np.concatenate([sign, sign, np.ones(3)]), [1.0, 1.0])
    with Arena(robot, np.vstack([left, right, walls])) as arena:
        arena.set_wheel_speeds(robot.max_wheel_speed * speeds)
        poses, tilts = record(arena, 0.4 / robot.max_speed)
    between = np.linalg.norm(poses[:, :6, :2] - poses[:, 6:12, :2], axis=2)
    assert between[:, :4].min(axis=0).max() < 2 * radius * (1 + 1e-4), "they met"
    assert 2 * radius - between.min() <= MOST_OVERLAP * radius
    beyond = np.abs(poses[:, 12:, :2]).max() - 1.0
    assert 0.0 < beyond <= MOST_OVERLAP * radius
    assert tilts.max() < MOST_TILT


def test_robots_told_to_stand_stand(radius):
    robot = model(radius)
    start = spawn("uniform", 5, radius, np.random.default_rng(2))
    with Arena(robot, start) as arena:
        arena.step(5 * arena.physics_rate)
        moved = arena.poses() - start
    # Measured: 0.02 mm a second, a ten-thousandth of the top speed.
    assert np.hypot(moved[:, 0], moved[:, 1]).max() < 5 * MOST_CREEP * robot.max_speed
    assert np.abs(moved[:, 2]).max() < 5 * MOST_CREEP * robot.max_turn_rate


def test_a_tracked_robot_arrives_and_comes_to_rest(radius):
    robot = model(radius)
    start = np.column_stack([np.linspace(-0.7, 0.7, 8), np.zeros(8), np.linspace(-3, 3, 8)])
    goal = start[:, :2] + [0.05, 0.25]
    with Arena(robot, start) as arena:
        for _ in range(round(36 / robot.max_speed)):
            command = track_waypoints(arena.poses(), goal, robot)
            arena.set_wheel_speeds(desaturate(command, robot.max_wheel_speed))
            arena.step(arena.physics_rate // 60)
        left = np.linalg.norm(arena.poses()[:, :2] - goal, axis=1)
        speed = np.hypot(*arena.velocities()[:, :2].T)
    assert left.max() < 1e-4
    assert speed.max() < 1e-3


@pytest.mark.slow
def test_a_hundred_robots_driven_to_one_point_stay_stable(radius):
    robot = model(radius)
    start = spawn("uniform", 100, radius, np.random.default_rng(0))
    goal = np.full((100, 2), 0.2)
    overlap = tilt = speed = 0.0
    with Arena(robot, start) as arena:
        for _ in range(60 * 8):
            command = track_waypoints(arena.poses(), goal, robot)
            arena.set_wheel_speeds(desaturate(command, robot.max_wheel_speed))
            arena.step(arena.physics_rate // 60)
            overlap = max(overlap, arena.contacts().max_overlap)
            tilt = max(tilt, float(arena.tilt().max()))
            speed = max(speed, float(np.hypot(*arena.velocities()[:, :2].T).max()))
        arena.check()
    assert overlap <= MOST_OVERLAP * radius
    assert tilt < MOST_TILT
    # The solver parts overlapping discs by a fifth of the overlap a step.
    assert speed < robot.max_speed + 0.2 * radius * MOST_OVERLAP * arena.physics_rate
