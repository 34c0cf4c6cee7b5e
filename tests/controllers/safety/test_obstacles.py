"""Robots and obstacles: kept off, led round, and left at the rim where their wish lies inside."""

import numpy as np
import pytest

from bildsim.controllers.safety.obstacles import Around, joined
from bildsim.controllers.safety.registry import make_safety
from bildsim.envs.control_tick import Driver
from bildsim.envs.dynamics import make_dynamics
from bildsim.envs.robots.model import RobotModel
from bildsim.obstacles.reading import obstacles_of

ROBOT = RobotModel()
NEAR = 0.02


def driven(name, text, start, goal, seconds=25.0, dynamics="kinematic", near=True):
    """Send a robot to a goal by waypoints, near ones unless told otherwise; return its way."""
    obstacles = obstacles_of(text)
    poses, goal = np.array([[*start, 0.0]]), np.array([goal])
    arena = make_dynamics(dynamics, ROBOT, poses, obstacles=obstacles)
    driver = Driver(ROBOT, 12.0, make_safety(name, ROBOT, obstacles=obstacles))
    driver.reset(poses, np.random.default_rng(0))
    track = []
    for _ in range(round(10 * seconds)):
        here = arena.poses()[:, :2]
        way = goal - here
        length = max(float(np.linalg.norm(way)), 1e-9)
        driver.drive(arena, here + way * min(1.0, NEAR / length) if near else goal)
        track.append(arena.poses()[0, :2])
        assert not arena.contacts().wall.any()
    arena.close()
    return np.array(track)


WALLED = "box:-0.5,0,1.1,0.1"


@pytest.mark.parametrize("name", ["cbf", "orca"])
@pytest.mark.parametrize(
    ("text", "start", "goal"),
    [
        ("disc:0,0,0.2", (-0.6, 0.0), (0.6, 0.0)),
        ("box:0,0,0.1,0.6", (-0.4, 0.0), (0.4, 0.0)),
        ("box:0,0,0.1,0.6", (-0.4, 0.1), (0.4, -0.1)),
        ("box:0,0,0.5,0.5,45", (-0.6, 0.0), (0.6, 0.0)),
        # Between the box and the wall there is no way: the other side it must be.
        (WALLED, (-0.8, 0.4), (-0.8, -0.4)),
        # No robot gets between these two.
        ("disc:0,0.13,0.12 disc:0,-0.13,0.12", (-0.5, 0.0), (0.5, 0.0)),
    ],
)
def test_nobody_stands_before_what_is_in_the_way(name, text, start, goal):
    track = driven(name, text, start, goal)
    assert np.linalg.norm(track[-1] - goal) < 0.01


def test_in_pybullet_too():
    track = driven("orca", "disc:0,0,0.2", (-0.5, 0.0), (0.5, 0.0), 12.0, "bullet")
    assert np.linalg.norm(track[-1] - (0.5, 0.0)) < 0.01


def test_a_far_waypoint_leads_round_as_well():
    track = driven("orca", "disc:0,0,0.2", (-0.6, 0.0), (0.6, 0.0), near=False)
    assert np.linalg.norm(track[-1] - (0.6, 0.0)) < 0.01


def test_who_wants_to_be_inside_comes_to_rest_at_the_rim():
    track = driven("orca", "disc:0,0,0.2", (-0.5, 0.1), (-0.1, 0.05))
    assert np.linalg.norm(track[-1]) == pytest.approx(0.2 + ROBOT.radius, abs=0.01)
    assert np.linalg.norm(track[-1] - track[-20]) < 1e-3
    # Near the place of the rim that is nearest to what it wants.
    assert track[-1][0] < -0.15


def test_wishes_that_no_obstacle_denies_are_left_to_the_bit():
    around = Around(obstacles_of("disc:0,0,0.2"), ROBOT.radius, ROBOT.max_speed)
    rng = np.random.default_rng(0)
    positions = rng.uniform(0.5, 1.0, (50, 2))
    wanted = rng.normal(0.0, 0.2, (50, 2))
    np.testing.assert_array_equal(around.steered(positions, wanted), wanted)
    nothing = Around()
    assert nothing.steered(positions, wanted) is wanted


def test_turned_wishes_are_no_faster_and_lead_into_no_obstacle():
    around = Around(obstacles_of("disc:0,0,0.2 box:0.5,0,0.2,0.4"), ROBOT.radius, 0.2)
    rng = np.random.default_rng(1)
    positions = around.obstacles.grown(0.03).pushed_out(rng.uniform(-0.3, 0.7, (300, 2)))
    wanted = rng.normal(0.0, 0.2, (300, 2))
    turned = around.steered(positions, wanted)
    changed = (turned != wanted).any(axis=1)
    assert changed.sum() > 50
    speed = np.linalg.norm(turned[changed], axis=1)
    assert (speed <= np.sqrt(2.0) * 0.2 + 1e-12).all()


def test_rows_are_of_obstacles_near_enough_to_matter():
    around = Around(obstacles_of("disc:0,0,0.2"), ROBOT.radius, 0.2)
    robot, normal, bound = around.rows(np.array([[0.9, 0.9], [-0.25, 0.0]]))
    assert robot.tolist() == [1]
    np.testing.assert_allclose(normal, [[1.0, 0.0]], atol=1e-12)
    assert bound[0] == pytest.approx(5.0 * (0.05 - ROBOT.radius - 2e-3))


def test_rows_are_joined_robot_by_robot():
    starts, normal = np.array([0, 1, 1, 3]), np.arange(6.0).reshape(3, 2)
    more = np.array([0, 1]), np.array([[8.0, 8.0], [9.0, 9.0]]), np.array([80.0, 90.0])
    begins, normals, bounds = joined(starts, normal, np.array([1.0, 2.0, 3.0]), more)
    assert begins.tolist() == [0, 2, 3, 5]
    assert bounds.tolist() == [1.0, 80.0, 90.0, 2.0, 3.0]
    assert normals[:, 0].tolist() == [0.0, 8.0, 9.0, 2.0, 4.0]
