"""Poses of a moment ago, and how a late fix is carried to the present."""

import numpy as np
import pytest

from bildsim.envs.localisation.pose_history import PoseHistory, between, carried
from tests.envs.localisation.helpers import poses, turned


def test_poses_come_back_at_their_times_and_between_them():
    path = [poses(5, seed=k) for k in range(9)]
    history = PoseHistory(path[0], 3.5)
    for time, true in enumerate(path):
        history.add(time, true, -true)
        for back in (0, 1, 3.5):
            at = time - back
            low = max(0, int(np.floor(at)))
            share = max(at, 0.0) - low
            found, told = history.at(at)
            one, two = path[low], path[min(low + 1, len(path) - 1)]
            np.testing.assert_allclose(
                found[:, :2], (one + share * (two - one))[:, :2] if share else one[:, :2]
            )
            # Before the start odometry said where they stood.
            if at >= 0:
                np.testing.assert_allclose(told[:, :2], -found[:, :2])


def test_before_the_start_robots_stood_there():
    start = poses(4)
    history = PoseHistory(start, 6.0)
    history.add(0, start, start)
    np.testing.assert_allclose(history.at(-4.2)[0], start)


def test_times_may_be_ticks_apart():
    history = PoseHistory(np.zeros((1, 3)), 5.0)
    for tick in range(4):
        place = np.array([[6.0 * tick, 0.0, 0.0]])
        history.add(6 * tick, place, place)
    assert history.at(18 - 5.0)[0][0, 0] == pytest.approx(13.0)


def test_headings_turn_the_shorter_way():
    history = PoseHistory(np.array([[0.0, 0.0, 3.0]]), 2.0)
    history.add(0, np.array([[0.0, 0.0, 3.0]]), np.zeros((1, 3)))
    history.add(1, np.array([[0.0, 0.0, -3.0]]), np.zeros((1, 3)))
    assert abs(turned(history.at(0.5)[0][0, 2] - np.pi)) < 1e-9
    assert abs(history.at(0.9)[0][0, 2]) <= np.pi


def test_what_moves_like_its_odometry_is_carried_to_where_it_is():
    """A turn and a shift of the whole world between truth and odometry, over two poses."""
    then, now = poses(200, seed=1), poses(200, seed=2)
    angle, shift = 0.8, np.array([0.3, -0.2])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    truth = [np.column_stack([p[:, :2] @ turn.T + shift, p[:, 2] + angle]) for p in (then, now)]
    found = carried(truth[0], then, now)
    np.testing.assert_allclose(found[:, :2], truth[1][:, :2], atol=1e-12)
    np.testing.assert_allclose(turned(found[:, 2] - truth[1][:, 2]), 0.0, atol=1e-12)


def test_between_poses():
    one, two = np.array([[0.0, 1.0, 3.1]]), np.array([[1.0, 0.0, -3.1]])
    found = between(one, two, 0.75)[0]
    np.testing.assert_allclose(found[:2], [0.75, 0.25])
    assert found[2] == pytest.approx(-3.1 - 0.25 * (2 * np.pi - 6.2))
