"""Who senses whom, against all pairs."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from bildsim.controllers.safety.neighbours import nobody, sense
from tests.controllers.safety.helpers import SEEDS


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


def test_nobody_is_what_lone_robots_sense():
    places = np.array([[0.0, 0.0], [0.5, 0.0], [0.0, 0.5]])
    for found, expected in zip(nobody(3), sense(places, 0.1), strict=True):
        np.testing.assert_array_equal(found, expected)
