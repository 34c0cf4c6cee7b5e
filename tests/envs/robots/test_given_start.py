"""Places that are given: taken as they are, or refused with the robot that is in the way."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.robots.given_start import SLACK, given_places, require_beside, with_headings
from bildsim.obstacles.reading import obstacles_of

RADIUS = 0.025


def given(places, robots=None, apart=True):
    robots = len(places) if robots is None else robots
    return given_places(places, robots, RADIUS, apart=apart)


def test_places_are_taken_as_they_are_and_are_a_copy():
    places = np.array([[-1.0, 1.0, 7.0], [0.0, 0.25, -7.0]])
    found = given(places)
    np.testing.assert_array_equal(found, places)
    found[:] = 0.0
    assert places[0, 0] == -1.0
    np.testing.assert_array_equal(given([[0, 1], [1, 0]]), [[0.0, 1.0], [1.0, 0.0]])


def test_headings_are_kept_modulo_a_turn_or_drawn():
    rng = np.random.default_rng(0)
    turns = np.array([[0.0, 0.0, 1.0 + 4 * np.pi], [0.5, 0.0, -np.pi], [0.0, 0.5, np.pi]])
    poses = with_headings(turns, rng)
    np.testing.assert_allclose(poses[:, 2], [1.0, -np.pi, -np.pi], atol=1e-12)
    np.testing.assert_array_equal(poses[:, :2], turns[:, :2])
    assert rng.random() == np.random.default_rng(0).random(), "nothing was drawn"
    drawn = with_headings(np.zeros((500, 2)), np.random.default_rng(1))
    np.testing.assert_array_equal(drawn[:, 2], np.random.default_rng(1).uniform(-np.pi, np.pi, 500))


def test_places_as_contacts_leave_them_are_possible():
    beyond = 1.0 + 0.9 * SLACK * RADIUS
    close = (2.0 - 0.9 * SLACK) * RADIUS
    found = given([[beyond, 0.0], [1.0 - close, 0.0]])
    np.testing.assert_array_equal(found, [[1.0, 0.0], [1.0 - close, 0.0]])


def test_where_nothing_collides_robots_may_stand_on_each_other():
    places = np.zeros((3, 2))
    np.testing.assert_array_equal(given(places, apart=False), places)
    with pytest.raises(UsageError, match=r"robots \d and \d at a distance of 0\.0000 m"):
        given(places)


def test_the_worst_pair_is_named():
    places = np.array([[0.0, 0.0], [0.5, 0.5], [0.04, 0.0], [0.5, 0.48]])
    words = r"robots 1 and 3 at a distance of 0\.0200 m .*: discs of radius 0\.025 m would lie on"
    with pytest.raises(UsageError, match=words):
        given(places)


@pytest.mark.parametrize(
    ("places", "robots", "words"),
    [
        (np.zeros(4), 4, r"of shape \(4,\) are not possible: allowed is a row a robot, x, y"),
        (np.zeros((2, 4)), 2, r"of shape \(2, 4\)"),
        (np.zeros((1, 2, 3)), 1, r"of shape \(1, 2, 3\)"),
        (np.zeros((0, 2)), 0, r"of shape \(0, 2\)"),
        (np.zeros((3, 2)), 4, "of 3 robots are not possible with robots=4: allowed is robots=3"),
        ([[0.0, np.nan]], 1, "that are not finite"),
        ([[0.0, 0.0, np.inf]], 1, "that are not finite"),
        ([[0.0, 0.0], [1.2, 0.5]], 2, r"with robot 1 at \(1\.2, 0\.5\) m are not possible"),
        ([["a", "b"]], 1, "are no array of numbers"),
        ([[0.0], [0.0, 1.0]], 2, "are no array of numbers"),
        ({}, 1, "are no array of numbers"),
    ],
)
def test_other_places_are_refused(places, robots, words):
    with pytest.raises(UsageError, match=f"^poses {words}"):
        given(places, robots)


def test_places_in_an_obstacle_are_refused():
    obstacles = obstacles_of("disc:0,0,0.2 box:0.5,0.5,0.2,0.2")
    places = np.array([[0.5, 0.0], [0.62, 0.5]])
    with pytest.raises(UsageError, match="robot 1 at") as caught:
        require_beside(places, 0.025, obstacles)
    assert "box:0.5,0.5,0.2,0.2" in str(caught.value)
    require_beside(places, 0.02, obstacles)
