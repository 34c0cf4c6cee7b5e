"""Contact points of the engine, reduced to robots and walls."""

import numpy as np

from bildsim.envs.bullet.contacts import read_contacts

ROBOTS = {5: 0, 6: 1, 7: 2}
FLOOR, WALL, BASE, WHEEL = 0, 1, -1, 0


def point(first, second, distance, force, link_a=BASE, link_b=BASE):
    return (0, first, second, link_a, link_b, (), (), (), distance, force)


def test_robots_walls_and_floor_are_told_apart():
    contacts = read_contacts(
        [
            point(7, 5, -1e-3, 2.0),
            point(WALL, 6, -2e-3, 1.0, link_a=3),
            point(6, FLOOR, -1e-5, 0.1, link_a=WHEEL),
        ],
        ROBOTS,
        3,
        1.0,
    )
    np.testing.assert_array_equal(contacts.pairs, [[0, 2]])
    np.testing.assert_array_equal(contacts.robot, [True, False, True])
    np.testing.assert_array_equal(contacts.wall, [False, True, False])
    np.testing.assert_allclose(contacts.pair_overlap, [1e-3])
    np.testing.assert_allclose(contacts.wall_overlap, [0, 2e-3, 0])
    assert contacts.max_overlap == 2e-3


def test_points_that_are_merely_close_do_not_count():
    contacts = read_contacts([point(5, 6, 1e-4, 0.0)], ROBOTS, 3, 1.0)
    assert contacts.pairs.shape == (0, 2)
    assert not contacts.robot.any()


def test_a_force_without_overlap_counts():
    contacts = read_contacts([point(5, 6, 1e-4, 0.5)], ROBOTS, 3, 1.0)
    np.testing.assert_array_equal(contacts.pairs, [[0, 1]])
    assert contacts.max_overlap == 0.0


def test_a_pair_is_listed_once_with_its_deepest_point():
    contacts = read_contacts([point(6, 5, -1e-4, 1.0), point(5, 6, -3e-4, 1.0)], ROBOTS, 3, 1.0)
    np.testing.assert_array_equal(contacts.pairs, [[0, 1]])
    np.testing.assert_allclose(contacts.pair_overlap, [3e-4])


def test_no_points_no_contacts():
    contacts = read_contacts([], ROBOTS, 3, 1.0)
    assert contacts.max_overlap == 0.0
    assert not contacts.wall.any()


def test_overlaps_are_metres():
    contacts = read_contacts([point(7, 5, -0.04, 2.0), point(6, 1, -0.02, 1.0)], ROBOTS, 3, 0.025)
    np.testing.assert_allclose(contacts.pair_overlap, [1e-3])
    np.testing.assert_allclose(contacts.wall_overlap, [0, 5e-4, 0])
