"""Collision avoidance: what it keeps apart, what it leaves alone, and what it may know."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from bildsim.basics.errors import UsageError
from bildsim.controllers.safety.layer import WALL_RATE
from bildsim.controllers.safety.neighbours import sense
from bildsim.controllers.safety.orca import Orca
from bildsim.controllers.safety.registry import SAFETY_NAMES, make_safety
from bildsim.controllers.tracking import desaturate, wheel_speeds
from bildsim.envs.control_tick import Driver
from bildsim.envs.dynamics import make_dynamics
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.spawn import spawn
from bildsim.envs.swarm import SwarmEnv

ROBOT = RobotModel()
METHODS = SAFETY_NAMES[1:]
SEEDS = st.integers(0, 2**32 - 1)
# No neighbour farther off than this, m, matters to any of the methods.
FAR = 2.0 * ROBOT.radius + 0.004 + 2.0 * ROBOT.max_speed * 0.5
both = pytest.mark.parametrize("name", METHODS)


def crowd(seed, robots=30, side=0.5):
    """Poses without overlap in a square, velocities and wishes."""
    rng = np.random.default_rng(seed)
    places = np.empty((0, 2))
    while len(places) < robots:
        place = rng.uniform(-side, side, (1, 2))
        if not len(places) or cdist(place, places).min() > 2.0 * ROBOT.radius + 0.005:
            places = np.vstack([places, place])
    velocities, wanted = rng.normal(0.0, 0.1, (2, robots, 2))
    return np.column_stack([places, rng.uniform(-np.pi, np.pi, robots)]), velocities, wanted


def circle(robots, radius=0.6):
    angle = 2.0 * np.pi * np.arange(robots) / robots
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), angle + np.pi])


def swap(poses, name, seconds, dynamics="kinematic"):
    """Send all to the opposite places; return least gap, deepest overlap, touches, way left."""
    arena = make_dynamics(dynamics, ROBOT, poses)
    driver = Driver(ROBOT, 12.0, make_safety(name, ROBOT))
    goals, gap, overlap, touches = -poses[:, :2], np.inf, 0.0, 0
    for _ in range(round(10 * seconds)):
        here = arena.poses()[:, :2]
        way = goals - here
        length = np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-12)
        driver.drive(arena, here + way * np.minimum(1.0, 0.02 / length))
        contacts = arena.contacts()
        overlap, touches = max(overlap, contacts.max_overlap), touches + len(contacts.pairs)
        apart = cdist(here, here)[~np.eye(len(here), dtype=bool)]
        gap = min(gap, apart.min() - 2.0 * ROBOT.radius)
    left = np.linalg.norm(goals - arena.poses()[:, :2], axis=1)
    arena.close()
    return gap, overlap, touches, left


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


def test_orca_finds_its_way_where_places_are_a_little_off():
    poses = circle(20) + np.random.default_rng(0).normal(0.0, (0.01, 0.01, 0.5), (20, 3))
    gap, _, touches, left = swap(poses, "orca", 20)
    assert (touches, gap > 0.0) == (0, True)
    assert left.max() < 1e-3
    assert swap(poses, "none", 20)[3].min() > 0.1


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


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_barriers_hold_for_every_pair_and_wall(seed):
    poses, velocities, wanted = crowd(seed)
    barrier = make_safety("cbf", ROBOT)
    found = barrier.filter(poses, velocities, wanted)
    assert not found.infeasible.any()
    u = found.velocity
    for i in range(len(u)):
        for j in range(i):
            way = poses[j, :2] - poses[i, :2]
            h = np.linalg.norm(way) - 2.0 * ROBOT.radius - barrier.margin
            slope = way @ (u[j] - u[i]) / np.linalg.norm(way)
            assert slope >= -barrier.rate * h - 1e-9
    assert (u <= WALL_RATE * (1.0 - poses[:, :2]) + 1e-9).all()
    assert (-u <= WALL_RATE * (1.0 + poses[:, :2]) + 1e-9).all()


def closest(way, relative, horizon):
    """Return the least distance within the horizon of two that keep their velocities."""
    time = np.clip(way @ relative / max(relative @ relative, 1e-12), 0.0, horizon)
    return np.linalg.norm(way - time * relative)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_the_rim_of_an_obstacle_is_where_two_just_pass(seed):
    """The change leads to the rim, and none that is shorter leads out of or into the obstacle."""
    rng = np.random.default_rng(seed)
    orca, apart = Orca(ROBOT), 0.054
    way = rng.normal(0.0, 0.15, 2)
    way *= max(1.0, 1.02 * apart / np.linalg.norm(way))
    relative = rng.normal(0.0, 0.3, 2)
    change, outward = (rows[0] for rows in orca._least_change(way[None], relative[None], apart))
    assert np.linalg.norm(outward) == pytest.approx(1.0)
    passing = partial(closest, way, horizon=orca.horizon)
    assert passing(relative + change) == pytest.approx(apart, abs=1e-6)
    inside = passing(relative) < apart
    assert (change @ outward > 0.0) == inside
    for angle in np.linspace(0.0, 2.0 * np.pi, 90):
        shorter = 0.98 * np.linalg.norm(change) * np.array([np.cos(angle), np.sin(angle)])
        assert (passing(relative + shorter) < apart) == inside


def test_orcas_pair_that_obeys_avoids_each_other():
    orca = Orca(ROBOT)
    poses = np.array([[-0.1, 0.0, 0.0], [0.1, 0.005, np.pi]])
    velocities = np.array([[0.2, 0.0], [-0.2, 0.0]])
    way = poses[1, :2] - poses[0, :2]
    apart = 2.0 * ROBOT.radius + orca.margin
    assert closest(way, velocities[0] - velocities[1], orca.horizon) < apart
    u = orca.filter(poses, velocities, velocities).velocity
    assert closest(way, u[0] - u[1], orca.horizon) >= apart - 1e-9


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


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, robots=st.integers(1, 40), reach=st.floats(0.01, 3.0))
def test_neighbours_are_all_in_range_in_order(seed, robots, reach):
    places = np.random.default_rng(seed).uniform(-1.0, 1.0, (robots, 2))
    found = sense(places, reach)
    near = cdist(places, places) <= reach
    np.fill_diagonal(near, False)
    robot, other = np.nonzero(near)
    np.testing.assert_array_equal(found.robot, robot)
    np.testing.assert_array_equal(found.other, other)
    np.testing.assert_array_equal(found.starts, np.concatenate([[0], near.sum(axis=1).cumsum()]))


@both
def test_the_environment_tells_how_often_it_acted(name):
    env = SwarmEnv(robots=30, start="corner", dynamics="kinematic", safety=name)
    env.reset(seed=0)
    info = env.step(np.full((30, 2), -0.9))[-1]
    assert 0.0 < info["safety_acted"].mean() <= 1.0
    assert (info["safety_infeasible"] <= info["safety_acted"]).all()
    np.testing.assert_allclose(6.0 * info["safety_acted"], np.round(6.0 * info["safety_acted"]))
    env.close()


def test_without_it_nothing_acts():
    env = SwarmEnv(robots=30, start="corner", dynamics="kinematic")
    env.reset(seed=0)
    info = env.step(np.full((30, 2), -0.9))[-1]
    assert not info["safety_acted"].any()
    env.close()


def test_an_unknown_method_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match=r"did you mean cbf.*none, cbf, orca"):
        SwarmEnv(robots=3, dynamics="kinematic", safety="cfb")


@both
def test_points_that_jump_cannot_be_kept_apart(name):
    with pytest.raises(UsageError, match=f"safety='{name}' is not possible with dynamics='ideal'"):
        SwarmEnv(robots=3, dynamics="ideal", safety=name)
