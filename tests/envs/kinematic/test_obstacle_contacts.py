"""Contacts with obstacles: the compiled distances against the plain ones, and robots that push."""

import numpy as np
import pytest

from bildsim.envs.kinematic.arena import KinematicArena
from bildsim.envs.kinematic.obstacle_contacts import away
from bildsim.envs.robots.model import RobotModel
from bildsim.numerics.compiling import kernel
from bildsim.obstacles.reading import obstacles_of

ROBOT = RobotModel()
MIXED = obstacles_of("disc:0.3,0.2,0.15 box:-0.4,-0.1,0.2,0.6,30")


@kernel(__file__)
def all_away(points, obstacles, found):
    for n in range(len(points)):
        for k in range(len(obstacles)):
            distance, x, y = away(points[n, 0], points[n, 1], k, obstacles)
            found[n, k, 0], found[n, k, 1], found[n, k, 2] = distance, x, y


def test_the_compiled_distances_are_the_plain_ones():
    points = np.random.default_rng(0).uniform(-1.0, 1.0, (500, 2))
    found = np.empty((500, 2, 3))
    all_away(points, MIXED.rows.copy(), found)
    distance, out = MIXED.nearest(points)
    np.testing.assert_allclose(found[:, :, 0], distance, atol=1e-14)
    np.testing.assert_allclose(found[:, :, 1:], out, atol=1e-14)


def pushed(obstacles, seconds=8.0):
    """Let a robot push against an obstacle, and return its poses and the arena."""
    poses = np.array([[-0.8, 0.0, 0.0]])
    arena = KinematicArena(ROBOT, poses, obstacles=obstacles)
    arena.set_wheel_speeds(np.full((1, 2), ROBOT.max_wheel_speed))
    track = []
    for _ in range(round(60 * seconds)):
        arena.step()
        track.append(arena.poses()[0])
    return np.array(track), arena


@pytest.mark.parametrize("text", ["disc:0,0,0.3", "box:0,0,0.6,0.6"])
def test_a_robot_that_drives_straight_at_one_stops_at_its_rim(text):
    obstacles = obstacles_of(text)
    track, arena = pushed(obstacles)
    assert track[-1, 0] == pytest.approx(-0.3 - ROBOT.radius, abs=1e-4)
    assert obstacles.clearance(track[:, :2]).min() > ROBOT.radius - 1e-4
    contacts = arena.contacts()
    assert contacts.wall[0]
    assert contacts.max_overlap < 1e-4


def test_a_crowd_presses_nobody_into_one():
    obstacles = obstacles_of("disc:0,0,0.3")
    rng = np.random.default_rng(0)
    poses = np.column_stack([rng.uniform(-0.9, -0.5, 30), rng.uniform(-0.6, 0.6, 30), np.zeros(30)])
    arena = KinematicArena(ROBOT, poses, obstacles=obstacles)
    arena.set_wheel_speeds(np.full((30, 2), ROBOT.max_wheel_speed))
    for _ in range(40):
        arena.step(10)
        assert obstacles.clearance(arena.poses()[:, :2]).min() > ROBOT.radius - 1e-3


def test_it_goes_on_from_its_snapshot_to_the_bit():
    obstacles = obstacles_of("disc:0,0,0.3")
    _, arena = pushed(obstacles, 3.0)
    state = arena.snapshot()
    arena.step(60)
    ends = arena.poses()
    other = KinematicArena(ROBOT, np.zeros((1, 3)) - 0.5, obstacles=obstacles)
    other.restore(state)
    other.step(60)
    np.testing.assert_array_equal(other.poses(), ends)


def test_a_snapshot_with_another_arenas_obstacles_is_refused():
    _, arena = pushed(obstacles_of("disc:0,0,0.3"), 4.0)
    other = KinematicArena(ROBOT, np.zeros((1, 3)))
    with pytest.raises(ValueError, match="rows of contacts"):
        other.restore(arena.snapshot())
