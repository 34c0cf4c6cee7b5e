"""Barriers: the condition of every pair and wall, and that robots pass each other."""

import numpy as np
import pytest
from hypothesis import given, settings

from bildsim.controllers.safety.cbf import Barrier
from bildsim.controllers.safety.layer import WALL_RATE
from bildsim.controllers.safety.registry import make_safety
from tests.controllers.safety.helpers import ROBOT, SEEDS, circle, crowd, swap


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_barriers_hold_for_every_pair_and_wall(seed):
    poses, velocities, wanted = crowd(seed)
    barrier = make_safety("cbf", ROBOT)
    found = barrier.filter(poses, velocities, wanted)
    assert not found.infeasible.any()
    u = found.velocity
    for i in range(len(u)):
        for j in range(i):
            way = poses[j, :2] - poses[i, :2]
            h = np.linalg.norm(way) - 2.0 * ROBOT.radius - barrier.margin
            slope = way @ (u[j] - u[i]) / np.linalg.norm(way)
            assert slope >= -barrier.rate * h - 1e-9
    assert (u <= WALL_RATE * (1.0 - poses[:, :2]) + 1e-9).all()
    assert (-u <= WALL_RATE * (1.0 + poses[:, :2]) + 1e-9).all()


@pytest.mark.parametrize(("robots", "seconds"), [(2, 12), (4, 12), (10, 20), (20, 20)])
def test_robots_that_swap_places_pass_each_other_and_arrive(robots, seconds):
    gap, overlap, touches, left = swap(circle(robots), "cbf", seconds)
    assert left.max() < 1e-3
    assert (touches, overlap) == (0, 0.0)
    assert gap > 1.9e-3, "the margin, less what motors lag behind"


def test_four_arrive_in_pybullet():
    gap, _, touches, left = swap(circle(4), "cbf", 14, "bullet")
    assert left.max() < 1e-3
    assert touches == 0
    assert gap > 0.0


def test_ten_that_swap_places_do_so_to_the_same_bits():
    first, again = (swap(circle(10), "cbf", 10) for _ in range(2))
    assert first[:3] == again[:3]
    np.testing.assert_array_equal(first[3], again[3])


def test_without_the_turn_nobody_passes_the_middle():
    *_, left = swap(circle(10), Barrier(ROBOT, turn=0.0), 20)
    assert left.min() > 0.6


def ahead(gap, wish, others=1):
    """Return the answer to a robot that faces others, a gap (m) beyond the margin ahead."""
    away = 2.0 * ROBOT.radius + 2e-3 + gap
    places = [[0.0, 0.0], [away, 0.0], [0.0, away]][: 1 + others]
    poses = np.column_stack([places, np.zeros(1 + others)])
    wanted = np.vstack([[wish], np.zeros((others, 2))])
    return make_safety("cbf", ROBOT).filter(poses, np.zeros_like(wanted), wanted).velocity[0]


def test_a_wish_that_is_denied_goes_to_the_right():
    velocity = ahead(0.0, [0.03, 0.0])
    # It stands at the margin: denied altogether, so turned by 120 degrees, out of the other's way.
    np.testing.assert_allclose(velocity, 0.03 * np.array([-0.5, -(0.75**0.5)]), atol=1e-12)


def test_a_wish_that_is_granted_stays_to_the_bit():
    for wish in ([-0.03, 0.0], [0.03, 0.0], [0.0, 0.0]):
        np.testing.assert_array_equal(ahead(0.03, wish), wish)


def test_the_turn_grows_with_what_is_denied():
    # Half of the wish is what the row 5 h / 2 leaves.
    velocity = ahead(0.4 * 0.015, [0.03, 0.0])
    angle = np.arctan2(velocity[1], velocity[0])
    assert angle == pytest.approx(-np.pi / 3.0)
    assert np.linalg.norm(velocity) == pytest.approx(0.03)


def test_a_wall_turns_nobody():
    poses = np.array([[0.99, 0.0, 0.0]])
    safe = make_safety("cbf", ROBOT).filter(poses, np.zeros((1, 2)), np.array([[0.1, 0.02]]))
    np.testing.assert_allclose(safe.velocity, [[WALL_RATE * 0.01, 0.02]], atol=1e-12)
