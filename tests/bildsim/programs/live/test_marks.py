"""What a live view shows of a tick: states, an even choice of edges, colours."""

from types import SimpleNamespace

import numpy as np

from bildsim.drawing.palette import heat_colours
from bildsim.network.graph import network_of_edges
from bildsim.programs.live import marks


def tick(active, robot=None, wall=None, network=None):
    active = np.array(active)
    none = np.zeros(len(active), dtype=bool)
    return SimpleNamespace(
        pose=np.arange(3.0 * len(active)).reshape(-1, 3),
        active=active,
        touching_robot=none if robot is None else np.array(robot),
        touching_wall=none if wall is None else np.array(wall),
        network=network,
    )


def complete(robots):
    pairs = np.array([(i, j) for i in range(robots) for j in range(i + 1, robots)])
    return network_of_edges(pairs, robots)


def test_the_dead_are_dead_whatever_they_touch():
    found = marks.states(
        tick([True, True, True, False], [False, True, False, True], [False, False, True, False])
    )
    assert [marks.STATES[number] for number in found] == [
        "free",
        "touching",
        "touching",
        "dead or not there yet",
    ]
    assert len(marks.STATES) == len(marks.STATE_COLOURS)


def test_each_edge_is_shown_once():
    assert sorted(map(tuple, marks.edges(complete(4)).tolist())) == [
        (0, 1),
        (0, 2),
        (0, 3),
        (1, 2),
        (1, 3),
        (2, 3),
    ]


def test_of_many_edges_an_even_choice_is_shown():
    pairs = marks.edges(complete(60))
    assert len(pairs) == marks.MOST_EDGES
    assert len({tuple(pair) for pair in pairs.tolist()}) == marks.MOST_EDGES
    assert np.bincount(pairs[:, 0], minlength=60)[:50].min() >= 1, "of every robot but the last"


def test_edges_are_between_those_in_the_network():
    alive = tick([True, False, True], network=complete(2))
    np.testing.assert_array_equal(marks.places(alive), alive.pose[[0, 2], :2])
    whole = tick([True, False, True], network=complete(3))
    np.testing.assert_array_equal(marks.places(whole), whole.pose[:, :2])
    assert marks.places(tick([True, True, True, False], network=complete(2))) is None


def test_densities_have_the_colours_of_the_video():
    colours = marks.painted(np.array([[0.0, 1.0], [2.0, 9.0]]), 2.0)
    scale = heat_colours()
    np.testing.assert_array_equal(colours[0, 0], scale[0])
    np.testing.assert_array_equal(colours[0, 1], scale[127])
    np.testing.assert_array_equal(colours[1], [scale[255], scale[255]])
