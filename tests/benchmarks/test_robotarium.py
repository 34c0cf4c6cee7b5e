"""The replay of the Robotarium's coverage: its cost, its field, and a short run."""

import numpy as np
import pytest

from benchmarks.robotarium import (
    HALF,
    PUBLISHED,
    START,
    Options,
    cost,
    curve,
    density,
    random_start,
    robot_file,
    row,
)
from bildsim.envs.robots.described import described_robot


def test_the_published_start_costs_what_was_published():
    assert cost(START[:, :2]) == pytest.approx(PUBLISHED[0.0], abs=1e-4)


def test_the_density_is_that_of_the_field_and_none_beyond():
    assert density(np.array([-0.92, 0.43])) == pytest.approx(1.15 + 0.18, rel=0.1)
    assert density(HALF) >= 0.18
    assert not density(np.array([[1.43, 0.0], [0.0, -0.83]])).any()


def test_random_starts_are_apart_in_the_field_and_their_seeds_own():
    first, again, other = (random_start(np.random.default_rng(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert (np.abs(first) <= HALF).all()
    assert np.linalg.norm(first[:, None] - first, axis=-1)[~np.eye(8, dtype=bool)].min() >= 0.3


def test_the_robot_is_a_gternal_in_our_units(tmp_path):
    ours, theirs = described_robot(robot_file(tmp_path)), described_robot("gternal")
    assert 1.6 * ours.radius == pytest.approx(theirs.radius)
    assert 1.6 * ours.body.track_width == pytest.approx(theirs.body.track_width)
    assert 1.6 * ours.max_speed == pytest.approx(0.11)
    # Times are true, so wheels turn as fast and gain as much.
    assert ours.drive == theirs.drive


def test_robots_descend_the_cost(tmp_path):
    options = Options(dynamics="kinematic", duration=2.0)
    costs = curve(options, robot_file(tmp_path), START, 0)
    assert len(costs) == 21
    assert (np.diff(costs) < 1e-4).all()
    assert costs[-1] < 0.75 * costs[0]
    assert row("ours", costs).count("|") == 2 + len(PUBLISHED) + 1
