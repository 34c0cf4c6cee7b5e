"""The longest step that a planner may ask for, and places a little off the walls."""

import numpy as np

from bildsim.controllers.step_limit import limited, off_the_walls


def test_a_goal_within_reach_is_the_waypoint():
    positions, goals = np.array([[0.0, 0.0], [0.99, 0.0]]), np.array([[0.01, 0.01], [1.5, 0.0]])
    np.testing.assert_array_equal(limited(positions, goals, 0.02), [[0.01, 0.01], [1.0, 0.0]])


def test_a_goal_out_of_reach_is_approached_in_a_straight_line():
    positions = np.array([[0.1, -0.2], [1.01, 0.5]])
    waypoints = limited(positions, np.array([[0.4, 0.2], [-1.0, 0.5]]), 0.02)
    np.testing.assert_allclose(waypoints, [[0.112, -0.184], [0.98, 0.5]], atol=1e-15)


def test_off_the_walls_moves_only_those_at_a_wall():
    points = np.array([[0.5, -0.98], [1.0, -1.0]])
    np.testing.assert_array_equal(off_the_walls(points), [[0.5, -0.98], [0.98, -0.98]])
