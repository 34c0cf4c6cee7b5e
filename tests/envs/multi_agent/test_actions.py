"""From dictionaries of actions to arrays, and what is refused."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.multi_agent.actions import gathered

AGENTS = ["robot_0", "robot_2", "robot_3"]
ROBOTS = np.array([0, 2, 3])


def given(**changes):
    actions = {agent: np.array([0.1, -0.2]) * number for number, agent in enumerate(AGENTS)}
    return {**actions, **changes}


def test_rows_are_where_their_robots_are():
    rows = gathered(given(), AGENTS, ROBOTS, 5)
    expected = [[0.0, 0.0], [0.0, 0.0], [0.1, -0.2], [0.2, -0.4], [0.0, 0.0]]
    np.testing.assert_array_equal(rows, expected)


def test_the_order_of_the_dictionary_does_not_matter():
    backwards = dict(reversed(given().items()))
    np.testing.assert_array_equal(
        gathered(backwards, AGENTS, ROBOTS, 4), gathered(given(), AGENTS, ROBOTS, 4)
    )


def test_lists_and_single_precision_are_as_good():
    rows = gathered(
        given(robot_0=[1, 0.5], robot_2=np.array([0.25, 0], np.float32)), AGENTS, ROBOTS, 4
    )
    np.testing.assert_array_equal(rows[[0, 2]], [[1.0, 0.5], [0.25, 0.0]])


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        ([np.zeros(2)] * 3, "of type list"),
        (None, "of type NoneType"),
        ({}, "no action for 'robot_0'"),
        ({"robot_0": np.zeros(2)}, "no action for 'robot_2'"),
        (given(robot_1=np.zeros(2)), "'robot_1' is not possible: it is none of env.agents"),
        (given(robot_2=np.zeros(3)), r"of shape \(3,\) is not possible for 'robot_2'"),
        (given(robot_3=0.5), r"of shape \(\) is not possible for 'robot_3'"),
        (given(robot_3=None), "'robot_3'"),
        (given(robot_3=["a", "b"]), "no array of numbers is not possible for 'robot_3'"),
        ({agent: np.zeros((2, 1)) for agent in AGENTS}, r"of shape \(2, 1\)"),
    ],
)
def test_what_is_no_action_for_each_agent_is_refused(actions, words):
    with pytest.raises(UsageError, match=words):
        gathered(actions, AGENTS, ROBOTS, 4)
