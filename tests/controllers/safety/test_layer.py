"""What every method keeps apart, leaves alone, may know, and answers within."""

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.spatial.distance import cdist

from bildsim.controllers.safety.registry import make_safety
from bildsim.controllers.tracking import desaturate, wheel_speeds
from bildsim.envs.control_tick import Driver
from bildsim.envs.dynamics import make_dynamics
from bildsim.envs.robots.spawn import spawn
from tests.controllers.safety.helpers import ROBOT, SEEDS, both, circle, crowd, swap

# No neighbour farther off than this, m, matters to any of the methods.
FAR = 2.0 * ROBOT.radius + 0.004 + 2.0 * ROBOT.max_speed * 0.5


@both
@pytest.mark.parametrize(("robots", "seconds"), [(2, 12), (8, 10), (20, 10)])
def test_robots_that_swap_places_on_a_circle_never_touch(name, robots, seconds):
    gap, overlap, touches, _ = swap(circle(robots), name, seconds)
    assert swap(circle(robots), "none", seconds)[2] > 50, "without it they do"
    assert (touches, overlap) == (0, 0.0)
    assert gap >= 0.0


@both
def test_robots_in_pybullet_never_touch(name):
    gap, _, touches, _ = swap(circle(4), name, 5, "bullet")
    assert touches == 0
    assert gap >= 0.0


@both
def test_far_apart_commands_are_the_same_to_the_bit(name):
    poses = spawn("uniform", 5, ROBOT.radius, np.random.default_rng(3))
    assert np.sort(cdist(poses[:, :2], poses[:, :2]), axis=1)[:, 1].min() > FAR
    goals = 0.5 * poses[:, :2]
    motions, ends = [], []
    for method in (None, make_safety(name, ROBOT)):
        arena = make_dynamics("kinematic", ROBOT, poses)
        motions.append(Driver(ROBOT, 12.0, method).drive(arena, goals))
        ends.append(arena.poses())
    np.testing.assert_array_equal(motions[0].command, motions[1].command)
    np.testing.assert_array_equal(motions[0].applied, motions[1].applied)
    np.testing.assert_array_equal(*ends)
    assert not motions[1].safety_acted.any()


@both
@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_a_robot_knows_nothing_of_who_is_out_of_range(name, seed):
    poses, velocities, wanted = crowd(seed)
    method = make_safety(name, ROBOT)
    before = method.filter(poses, velocities, wanted)
    far = cdist(poses[:1, :2], poses[:, :2])[0] > FAR
    rng = np.random.default_rng(seed)
    poses[far, 0] += np.where(poses[far, 0] > poses[0, 0], 0.3, -0.3)
    poses[far, 2] = rng.uniform(-np.pi, np.pi, far.sum())
    velocities[far], wanted[far] = rng.normal(0.0, 0.1, (2, far.sum(), 2))
    assert far.any()
    after = method.filter(poses, velocities, wanted)
    np.testing.assert_array_equal(before.velocity[0], after.velocity[0])
    assert before.acted[0] == after.acted[0]


@both
@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_a_robot_knows_nothing_of_others_wishes_and_headings(name, seed):
    poses, velocities, wanted = crowd(seed)
    before = make_safety(name, ROBOT).filter(poses, velocities, wanted)
    rng = np.random.default_rng(seed)
    poses[1:, 2] = rng.uniform(-np.pi, np.pi, len(poses) - 1)
    wanted[1:] = rng.normal(0.0, 0.1, (len(poses) - 1, 2))
    after = make_safety(name, ROBOT).filter(poses, velocities, wanted)
    np.testing.assert_array_equal(before.velocity[0], after.velocity[0])


@both
@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_the_wheels_can_do_what_it_answers(name, seed):
    poses, velocities, wanted = crowd(seed)
    velocity = make_safety(name, ROBOT).filter(poses, velocities, 5.0 * wanted).velocity
    command = wheel_speeds(poses[:, 2], velocity, ROBOT)
    assert np.abs(command).max() <= ROBOT.max_wheel_speed * (1.0 + 1e-9)


@both
def test_what_the_wheels_cannot_do_is_shortened_as_the_drive_would(name):
    poses = np.array([[0.0, 0.0, 0.7]])
    wanted = np.array([[3.0, 1.0]])
    safe = make_safety(name, ROBOT).filter(poses, np.zeros((1, 2)), wanted)
    command = desaturate(wheel_speeds(poses[:, 2], wanted, ROBOT), ROBOT.max_wheel_speed)
    np.testing.assert_allclose(wheel_speeds(poses[:, 2], safe.velocity, ROBOT), command, rtol=1e-12)
    assert not safe.acted.any()


@both
def test_robots_that_overlap_part(name):
    poses = np.array([[0.0, 0.0, 0.0], [0.045, 0.0, 0.0], [0.9, 0.9, 0.0]])
    safe = make_safety(name, ROBOT).filter(poses, np.zeros((3, 2)), np.zeros((3, 2)))
    assert safe.velocity[0, 0] < 0.0 < safe.velocity[1, 0]
    assert safe.acted.tolist() == [True, True, False]


@both
def test_where_nothing_is_safe_it_says_so_and_stays_within_the_limits(name):
    # Six that overlap the one in the middle from all sides.
    angle = np.arange(6) * np.pi / 3.0
    ring = 0.04 * np.column_stack([np.cos(angle), np.sin(angle)])
    poses = np.column_stack([np.vstack([[0.0, 0.0], ring]), np.zeros(7)])
    safe = make_safety(name, ROBOT).filter(poses, np.zeros((7, 2)), np.zeros((7, 2)))
    assert safe.infeasible[0]
    assert np.abs(wheel_speeds(poses[:, 2], safe.velocity, ROBOT)).max() <= ROBOT.max_wheel_speed


@both
def test_nobody_runs_into_a_wall(name):
    poses = np.array([[0.9, 0.0, 0.0], [0.0, -0.8, 0.3], [-0.9, 0.9, 2.0]])
    arena = make_dynamics("kinematic", ROBOT, poses)
    driver = Driver(ROBOT, 12.0, make_safety(name, ROBOT))
    touched = 0
    for _ in range(60):
        driver.drive(arena, np.array([[1.0, 0.0], [0.0, -1.0], [-1.0, 1.0]]))
        touched += arena.contacts().wall.sum()
    assert touched == 0
    assert np.abs(arena.poses()[:, :2]).max() == pytest.approx(1.0, abs=1e-3), "yet they come near"


@both
@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_the_same_input_gives_the_same_bits(name, seed):
    first, again = (make_safety(name, ROBOT).filter(*crowd(seed)) for _ in range(2))
    np.testing.assert_array_equal(first.velocity, again.velocity)
