"""Rows of the swarm's observation, as dictionaries and as vectors."""

import numpy as np
import pytest
from gymnasium import spaces

from bildsim.envs.multi_agent.views import Views

SPACE = spaces.Dict(
    {
        "a": spaces.Box(np.full((4, 2), -1.0), np.full((4, 2), 2.0), dtype=np.float64),
        "b": spaces.Box(-3.0, 3.0, (4, 2, 3), np.float64),
        "mean": spaces.Box(0.0, 1.0, (5,), np.float64),
    }
)
SEEN = {
    "a": np.arange(8.0).reshape(4, 2) / 8.0,
    "b": np.arange(24.0).reshape(4, 2, 3) / 8.0,
    "mean": np.linspace(0.0, 1.0, 5),
}
AGENTS = ["robot_1", "robot_3"]
ROBOTS = np.array([1, 3])


def test_dictionaries_have_the_rows_and_what_all_share():
    views = Views(SPACE, flat=False)
    seen = views.of(SEEN, AGENTS, ROBOTS)
    assert list(seen) == AGENTS
    for agent, robot in zip(AGENTS, ROBOTS, strict=True):
        np.testing.assert_array_equal(seen[agent]["a"], SEEN["a"][robot])
        np.testing.assert_array_equal(seen[agent]["b"], SEEN["b"][robot])
        np.testing.assert_array_equal(seen[agent]["mean"], SEEN["mean"])
        assert views.space().contains(seen[agent])
    assert not np.shares_memory(seen["robot_1"]["mean"], seen["robot_3"]["mean"])


def test_vectors_have_one_after_the_other():
    views = Views(SPACE, flat=True)
    seen, space = views.of(SEEN, AGENTS, ROBOTS), views.space()
    assert (space.shape, space.dtype) == ((2 + 6 + 5,), np.float64)
    np.testing.assert_array_equal(space.low, [-1.0] * 2 + [-3.0] * 6 + [0.0] * 5)
    np.testing.assert_array_equal(space.high, [2.0] * 2 + [3.0] * 6 + [1.0] * 5)
    expected = np.concatenate([SEEN["a"][3], SEEN["b"][3].ravel(), SEEN["mean"]])
    np.testing.assert_array_equal(seen["robot_3"], expected)
    assert space.contains(seen["robot_3"])


@pytest.mark.parametrize("flat", [True, False])
def test_all_robots_need_no_choice(flat):
    views, everybody = Views(SPACE, flat), [f"robot_{k}" for k in range(4)]
    one, other = views.of(SEEN, everybody, None), views.of(SEEN, everybody, np.arange(4))
    for agent in everybody:
        if flat:
            np.testing.assert_array_equal(one[agent], other[agent])
        else:
            assert {n: v.tolist() for n, v in one[agent].items()} == {
                n: v.tolist() for n, v in other[agent].items()
            }


def test_spaces_are_new_each_time():
    views = Views(SPACE, flat=False)
    one, other = views.space(), views.space()
    one.seed(1)
    other.seed(2)
    assert one == other
    assert one["a"] is not other["a"]
    assert one.sample()["a"].tolist() != other.sample()["a"].tolist()


def test_vectors_are_of_the_type_of_the_entries():
    space = spaces.Dict({"a": spaces.Box(-1.0, 1.0, (2, 3), np.float32)})
    views = Views(space, flat=True)
    rows = views.of({"a": np.ones((2, 3), np.float32)}, ["robot_0", "robot_1"], None)
    assert rows["robot_1"].dtype == views.space().dtype == np.float32
