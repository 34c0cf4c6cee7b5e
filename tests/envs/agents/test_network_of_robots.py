"""Who hears whom among an environment's robots: by radio, drawn, and without those that died."""

import numpy as np
import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.envs.agents.network_of_robots import RobotNetwork
from bildsim.network.spec import NetworkSpec

PLACES = np.array([[0.0, 0.0], [0.3, 0.0], [0.6, 0.0], [-0.9, 0.9]])
EVERYBODY = np.ones(4, dtype=bool)


def network(text, active=EVERYBODY, seed=0):
    made = RobotNetwork(NetworkSpec.parse(text), 4)
    made.begin(PLACES, active, np.random.default_rng(seed))
    return made


def hears(made):
    """Return whom each robot hears."""
    now = made.now
    rows = np.split(now.indices, now.indptr[1:-1])
    return [set(row.tolist()) - {robot} for robot, row in enumerate(rows)]


def test_a_radio_follows_the_robots_and_may_leave_some_alone():
    made = network("disk:0.4")
    assert hears(made) == [{1}, {0, 2}, {1}, set()]
    moved = PLACES.copy()
    moved[3] = [0.0, 0.2]
    made.follow(moved, EVERYBODY)
    assert hears(made)[3] == {0, 1}


@pytest.mark.parametrize("text", ["disk:0.4", "complete", "ring", "er:0.9"])
def test_who_is_not_in_the_swarm_hears_nobody_and_is_not_heard(text):
    active = np.array([True, False, True, True])
    made = network(text, active)
    assert hears(made)[1] == set()
    assert not any(1 in heard for heard in hears(made))
    np.testing.assert_array_equal(made.now.matrix().sum(axis=1), np.ones(4))
    made.follow(PLACES, EVERYBODY)
    assert any(1 in heard for heard in hears(made)), "it came"


def test_a_drawn_graph_stays_and_comes_back_with_its_state():
    made = network("er:0.5", seed=1)
    before = hears(made)
    made.follow(PLACES[::-1], EVERYBODY)
    assert hears(made) == before
    other = network("er:0.5", seed=4)
    assert hears(other) != before
    other.restore(made.snapshot(), PLACES, EVERYBODY)
    assert hears(other) == before


def test_links_of_robots_that_are_not_there_are_no_state():
    for drawn in (np.array([[0, 4]]), np.zeros((1, 3), np.int64), np.zeros((1, 2))):
        with pytest.raises(ValueError, match="4 robots"):
            network("ring").restore({"drawn": drawn}, PLACES, EVERYBODY)


def test_too_few_robots_for_their_neighbours():
    with pytest.raises(UsageError, match=r"knn:3.* is not allowed"):
        network("knn:3", np.array([True, True, True, False]))
    made = network("knn:3")
    with pytest.raises(RunError, match="knn:3"):
        made.follow(PLACES, np.array([True, True, True, False]))
