"""Every tick as arrays."""

import numpy as np
import pytest

from bildsim.api.trajectory import Trajectory
from bildsim.basics.errors import UsageError


def trajectory(ticks=4, robots=2):
    return Trajectory(
        time_s=0.1 * np.arange(ticks),
        pose=np.arange(3.0 * ticks * robots).reshape(ticks, robots, 3),
        waypoint=np.zeros((ticks, robots, 2)),
        command=np.zeros((ticks, robots, 2)),
        applied=np.zeros((ticks, robots, 2)),
        active=np.ones((ticks, robots), dtype=np.bool_),
    )


def test_positions_are_without_headings():
    found = trajectory()
    assert found.position.shape == (4, 2, 2)
    assert found.position[0, 1].tolist() == [3.0, 4.0]
    assert len(found) == 4


@pytest.mark.parametrize(("time_s", "tick"), [(None, 3), (0.0, 0), (0.12, 1), (0.3, 3), (0.34, 3)])
def test_the_nearest_tick_is_taken(time_s, tick):
    assert trajectory().tick_at(time_s) == tick


@pytest.mark.parametrize("time_s", [-0.1, 0.4, float("nan")])
def test_other_times_are_not_in_the_run(time_s):
    with pytest.raises(UsageError, match=r"allowed is 0 to 0.3 s"):
        trajectory().tick_at(time_s)


def test_arrays_go_by_their_names():
    assert list(trajectory().arrays()) == [
        "time_s",
        "pose",
        "waypoint",
        "command",
        "applied",
        "active",
    ]
