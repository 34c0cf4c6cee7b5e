"""Where robots take themselves to be: fixes at their rate, their age, gaps, odometry in between."""

import numpy as np
import pytest

from bildsim.envs.kinematic.arena import KinematicArena
from bildsim.envs.localisation.odometry import rolled
from tests.envs.localisation.helpers import ROBOT, localiser, poses, turned

SECOND = 1.0 / 60.0


def test_noise_has_its_deviation_and_is_drawn_every_tick():
    true = poses(4000)
    local = localiser(true, position_noise=0.02)
    errors = []
    for _ in range(2):
        local.fix(true)
        errors.append((local.poses - true)[:, :2])
        np.testing.assert_array_equal(local.poses[:, 2], true[:, 2])
    assert np.std(errors[0]) == pytest.approx(0.02, rel=0.03)
    assert abs(np.mean(errors[0])) < 0.001
    assert abs(np.corrcoef(errors[0].ravel(), errors[1].ravel())[0, 1]) < 0.05


def test_a_bias_stays():
    true = poses(4000)
    local = localiser(true, position_bias=0.05)
    first = (local.poses - true)[:, :2]
    moved = true + np.array([0.1, -0.2, 0.0])
    local.fix(moved)
    np.testing.assert_allclose((local.poses - moved)[:, :2], first, atol=1e-12)
    assert first.std() == pytest.approx(0.05, rel=0.03)


def test_dropped_fixes_have_their_share_and_keep_the_last():
    true = poses(4000)
    local = localiser(true, position_dropout=0.3)
    local.fix(true + 0.01)
    kept = np.isclose(local.poses, true).all(axis=1)
    fresh = np.isclose(local.poses, true + 0.01).all(axis=1)
    assert (kept ^ fresh).all()
    assert kept.mean() == pytest.approx(0.3, abs=0.03)


def test_estimates_stay_in_the_square():
    true = poses(500, reach=1.0)
    local = localiser(
        true,
        position_noise=0.3,
        position_bias=0.3,
        heading_noise=1.0,
        fix_latency=0.04,
        outliers=0.3,
        place_bias=0.3,
        wheel_noise=0.1,
    )
    for _ in range(5):
        local.fix(true)
        local.roll(np.full((500, 2), 15.0), SECOND)
        assert np.abs(local.poses[:, :2]).max() <= 1.0
        assert np.abs(local.poses[:, 2]).max() <= np.pi


def test_odometry_follows_a_free_robot_without_any_fix():
    start = np.array([[0.0, 0.0, 0.3]])
    arena = KinematicArena(ROBOT, start)
    local = localiser(start, fix_rate=0.0)
    rng = np.random.default_rng(4)
    for _ in range(20):
        local.fix(arena.poses())
        command = rng.uniform(-10, 15, (1, 2))
        for update in range(1, 7):
            arena.set_wheel_speeds(command)
            arena.step()
            local.roll(arena.wheel_speeds(), SECOND)
            local.fix_within(update, arena.poses())
    way = np.linalg.norm(arena.poses()[0, :2])
    assert way > 0.02
    # Within an update the wheels ramp and then hold: the mean of both ends is a little off.
    error = np.linalg.norm(local.poses[0, :2] - arena.poses()[0, :2])
    assert 0 < error < 0.1 * way


def travel(local, true, updates, seed=5, each=None):
    """Move robots by wheels that tell the truth, as the driver does; return where they end."""
    rng = np.random.default_rng(seed)
    before = np.zeros((len(true), 2))
    for update in range(updates):
        if update % 6 == 0:
            local.fix(true)
        wheels = rng.uniform(-8, 8, (len(true), 2))
        true = rolled(true, 0.5 * (before + wheels), ROBOT, SECOND)
        local.roll(wheels, SECOND)
        before = wheels
        if update % 6 != 5:
            local.fix_within(update % 6 + 1, true)
        if each is not None:
            each(update + 1, true)
    return true


def test_with_little_weight_odometry_smooths_the_noise():
    true = poses(4000)
    local = localiser(true, position_noise=0.1, heading_noise=0.2, fix_weight=0.2)
    for _ in range(60):
        local.fix(true)
    # A filter of the first order: the variance of the noise times w / (2 - w).
    left = np.sqrt(0.2 / 1.8)
    assert np.std((local.poses - true)[:, :2]) == pytest.approx(0.1 * left, rel=0.05)
    assert np.std(turned(local.poses[:, 2] - true[:, 2])) == pytest.approx(0.2 * left, rel=0.05)
    assert np.abs(local.poses[:, 2]).max() <= np.pi


@pytest.mark.parametrize("weight", [0.3, 1.0])
@pytest.mark.parametrize("rate", [3.0, 10.0, 30.0, 60.0])
@pytest.mark.parametrize("latency", [0.004, 1 / 60, 0.075, 0.33])
def test_late_fixes_are_exact_where_odometry_is(rate, latency, weight):
    def check(_, true):
        np.testing.assert_allclose(local.poses[:, :2], true[:, :2], atol=1e-12)
        np.testing.assert_allclose(turned(local.poses[:, 2] - true[:, 2]), 0.0, atol=1e-12)

    start = poses(20)
    local = localiser(start, fix_rate=rate, fix_latency=latency, fix_weight=weight)
    travel(local, start, 60, each=check)


def test_late_fixes_correct_what_odometry_did_wrong_only_until_they_were_taken():
    """A robot that is pushed knows it once a fix is of after the push."""
    start = poses(3)
    local = localiser(start, fix_latency=0.25)
    shown = []
    pushed = start + np.array([0.05, 0.0, 0.0])
    for tick in range(6):
        local.fix(start if tick < 1 else pushed)
        shown.append(np.abs(local.poses - pushed)[:, :2].max())
        for update in range(1, 6):
            local.fix_within(update, start if tick < 1 and update < 3 else pushed)
    # Pushed at .05 s, and 0.25 s later the first fix of then has come.
    np.testing.assert_allclose(shown, [0.05, 0.05, 0.05, 0.0, 0.0, 0.0], atol=1e-12)


def test_points_without_wheels_stay_where_a_late_fix_saw_them():
    local = localiser(np.zeros((1, 3)), fix_latency=0.15)
    found = []
    for tick in range(5):
        local.fix(np.array([[0.1 * tick, 0.0, 0.0]]))
        found.append(local.poses[0, 0])
    np.testing.assert_allclose(found, [0.0, 0.0, 0.05, 0.15, 0.25], atol=1e-12)


@pytest.mark.parametrize(
    ("rate", "count"),
    [(0.0, 1), (1.0, 1), (2.5, 3), (10.0, 10), (20.0, 20), (45.0, 45), (60.0, 60)],
)
def test_fixes_come_at_their_rate(rate, count):
    start = poses(4)
    local = localiser(start, fix_rate=rate, position_noise=0.01)
    taken = []
    take = local._take
    local._take = lambda now, true: (taken.append(now), take(now, true))
    travel(local, start, 60)
    assert len(taken) == count
    assert taken[0] == 0
    if rate:
        np.testing.assert_array_less(np.diff(taken), 60 / rate + 1)


def test_points_get_at_most_a_fix_a_tick():
    local = localiser(poses(4), fix_rate=30.0)
    taken = []
    local._take = lambda now, true: taken.append(now)
    for _ in range(4):
        local.fix(poses(4))
    assert taken == [0, 6, 12, 18]


def test_the_root_mean_square_is_over_robots_and_ticks():
    true = poses(2000)
    local = localiser(true, position_noise=0.03, heading_noise=0.2)
    assert local.rms == (0.0, 0.0)
    squares = []
    for _ in range(3):
        local.fix(true)
        squares.append(((local.poses - true)[:, :2] ** 2).sum(axis=1).mean())
    position, heading = local.rms
    assert position == pytest.approx(np.sqrt(np.mean(squares)))
    assert position == pytest.approx(0.03 * np.sqrt(2), rel=0.05)
    assert heading == pytest.approx(0.2, rel=0.05)


def test_it_goes_on_from_its_state_to_the_bit():
    errors = {
        "position_noise": 0.01,
        "position_dropout": 0.2,
        "heading_noise": 0.1,
        "fix_rate": 20.0,
        "fix_latency": 0.06,
        "outliers": 0.1,
        "place_bias": 0.02,
        "wheel_radius_error": 0.01,
        "wheel_slip": 0.05,
        "wheel_noise": 0.001,
        "heading_drift": 0.01,
    }
    start = poses(6)
    local, other = localiser(start, **errors), localiser(start, seed=7, **errors)
    middle = travel(local, start, 30)
    state = local.snapshot()
    ends = []
    for one in (local, other):
        one.restore(state)
        travel(one, middle, 30, seed=8)
        ends.append((one.poses, one.rms))
    np.testing.assert_array_equal(ends[0][0], ends[1][0])
    assert ends[0][1] == ends[1][1]
