"""What each imperfection of a drive does to commands, against figures worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.actuation import Actuation, ActuationLimits
from bildsim.envs.disturbances.drivetrain import Backlash, DriveTrain, draw_gains, usual_delay
from bildsim.envs.robots.model import RobotModel

ROBOT = RobotModel()
TOP = ROBOT.max_wheel_speed
ROBOTS = 4
commands = arrays(np.float64, (12, ROBOTS, 2), elements=st.floats(-2 * TOP, 2 * TOP))


def train(seed=0, robots=ROBOTS, **settings):
    actuation = Actuation(**settings)
    rng = np.random.default_rng(seed)
    return DriveTrain(actuation, actuation.fitted(ROBOT), robots, rng)


def applied(drives, speeds):
    return np.array([drives.apply(command)[0] for command in speeds])


def walk(count, seed=1, robots=ROBOTS):
    """Commands within the limit."""
    return np.random.default_rng(seed).uniform(-TOP, TOP, (count, robots, 2))


@given(commands)
def test_a_perfect_drive_is_the_plain_limit_to_the_bit(speeds):
    drives, limits = train(), ActuationLimits(TOP)
    for command in speeds:
        for one, other in zip(drives.apply(command), limits.apply(command), strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_robot_turns_no_faster_than_it_may_and_keeps_its_curvature():
    per_difference = ROBOT.wheel_radius / ROBOT.track_width
    drives = train(robots=3, max_turn_rate=1.0)
    command = np.array([[3.0, 9.0], [-8.0, 8.0], [5.0, 5.5]])
    found, saturated = drives.apply(command)
    rates = (found[:, 1] - found[:, 0]) * per_difference
    np.testing.assert_allclose(rates[:2], 1.0, rtol=1e-12)
    np.testing.assert_allclose(found[0, 1] / found[0, 0], 3.0, rtol=1e-12)
    np.testing.assert_array_equal(found[2], command[2])
    np.testing.assert_array_equal(saturated, [True, True, False])


def test_a_rate_of_turn_that_limits_nothing_is_refused():
    with pytest.raises(UsageError, match=r"max_turn_rate=20 .*below 10\.67 rad/s"):
        Actuation(max_turn_rate=20.0).fitted(ROBOT)


@given(
    commands,
    st.builds(
        dict,
        deadband=st.floats(0.0, 5.0),
        quantisation=st.just(0.0) | st.floats(1e-3, 5.0),
        max_wheel_acceleration=st.floats(1.0, 2000.0),
        command_delay=st.floats(0.0, 0.1),
        command_jitter=st.floats(0.0, 0.1),
        drive_gain_tolerance=st.floats(0.0, 0.5),
        wheel_gain_tolerance=st.floats(0.0, 0.5),
        battery_sag=st.floats(0.0, 10.0),
        backlash=st.floats(0.0, 0.5),
    ),
)
def test_no_wheel_turns_faster_than_its_limit_whatever_is_on(speeds, settings):
    drives = train(**settings)
    for command in speeds:
        top = drives.top_speed
        found, saturated = drives.apply(command)
        assert np.abs(found).max() <= top
        assert saturated.shape == (ROBOTS,)


@pytest.mark.parametrize("updates", [1, 3, 6, 60])
def test_a_delay_shifts_commands_by_whole_updates(updates):
    speeds = walk(80)
    late = applied(train(command_delay=updates / 60), speeds)
    np.testing.assert_array_equal(late[updates:], speeds[:-updates])
    assert not late[:updates].any(), "at rest until the first command arrives"


def test_a_command_counts_from_the_first_update_after_it_arrived():
    speeds = walk(10)
    for seconds, updates in ((0.001, 1), (1 / 60 + 0.001, 2), (0.05, 3), (0.0501, 4)):
        late = applied(train(command_delay=seconds), speeds)
        np.testing.assert_array_equal(late[updates:], speeds[:-updates])


def test_jitter_holds_the_newest_command_that_arrived():
    count, settings = 300, {"command_delay": 2.5 / 60, "command_jitter": 4 / 60}
    sent = np.arange(1.0, count + 1)[:, None, None] * np.full((1, ROBOTS, 2), 0.01)
    late = applied(train(**settings), sent)
    age = np.arange(1, count + 1)[:, None, None] - np.rint(late / 0.01)
    assert (np.diff(late, axis=0) >= 0.0).all(), "never back to an older command"
    seen = age[8:, :, 0].astype(int)
    # ceil(2.5 + 4 u) updates, u even in [0, 1): 3 to 7, and a newer one may have come earlier.
    assert set(np.unique(seen)) <= set(range(3, 8))
    assert len(np.unique(seen)) >= 3
    assert len(np.unique(age[50])) > 1, "robots have delays of their own"


def test_jitter_against_a_plain_queue_a_robot():
    class Drawn:
        """Hands out the same draws twice."""

        def __init__(self):
            self.rng, self.seen = np.random.default_rng(3), []

        def random(self, size):
            self.seen.append(self.rng.random(size))
            return self.seen[-1]

    drives = train(command_delay=0.02, command_jitter=0.08)
    draws = drives._delay._rng = Drawn()
    speeds = walk(60)
    found = applied(drives, speeds)
    for robot in range(ROBOTS):
        arrivals = [k / 60 + 0.02 + 0.08 * u[robot] for k, u in enumerate(draws.seen)]
        for now in range(60):
            there = [k for k in range(now + 1) if arrivals[k] <= now / 60 + 1e-9]
            expected = speeds[max(there), robot] if there else [0.0, 0.0]
            np.testing.assert_array_equal(found[now, robot], expected)


@pytest.mark.parametrize(
    ("delay", "jitter"),
    [(0.0, 0.0), (0.05, 0.0), (0.06, 0.0), (0.0, 0.2), (0.02, 0.08), (0.1, 0.5)],
)
def test_the_usual_delay_is_the_mean_age_of_the_command_that_counts(delay, jitter):
    count, robots, slow = 400, 50, 1e-3
    sent = np.arange(1.0, count + 1)[:, None, None] * np.full((1, robots, 2), slow)
    late = applied(train(robots=robots, command_delay=delay, command_jitter=jitter), sent)
    age = np.arange(1, count + 1)[:, None, None] - np.rint(late / slow)
    expected = usual_delay(Actuation(command_delay=delay, command_jitter=jitter))
    assert abs(age[100:].mean() - expected) <= 0.51


def test_what_was_sent_is_known_before_it_acts():
    drives = train(command_delay=0.1, quantisation=0.5)
    found, _ = drives.apply(np.full((ROBOTS, 2), [[3.2, 4 * TOP]]))
    assert not found.any()
    np.testing.assert_array_equal(drives.sent, np.full((ROBOTS, 2), [[1.0, 19.0]]))


def test_an_acceleration_limit_makes_ramps():
    up = np.full((30, 1, 2), [[10.0, -5.0]])
    down = np.zeros((30, 1, 2))
    found = applied(train(robots=1, max_wheel_acceleration=60.0), np.concatenate([up, down]))
    steps = np.arange(1, 31)
    np.testing.assert_allclose(found[:30, 0, 0], np.minimum(steps, 10.0))
    np.testing.assert_allclose(found[:30, 0, 1], np.maximum(-steps, -5.0))
    np.testing.assert_allclose(found[30:, 0, 0], np.maximum(10.0 - steps, 0.0))


def test_beyond_the_speed_limit_a_ramp_keeps_the_curvature():
    speeds = np.full((200, 1, 2), [[4 * TOP, 2 * TOP]])
    found = applied(train(robots=1, max_wheel_acceleration=100.0), speeds)
    np.testing.assert_allclose(found[-1], [[TOP, TOP / 2]])


def test_a_deadband_swallows_slow_speeds_and_no_others():
    speeds = np.array([[[0.99, -0.99], [1.0, -1.0], [5.0, 0.5], [0.0, 3.0]]])
    found = applied(train(deadband=1.0), speeds)
    np.testing.assert_array_equal(found[0], [[0.0, 0.0], [1.0, -1.0], [5.0, 0.0], [0.0, 3.0]])


def test_quantised_speeds_are_the_nearest_multiples():
    speeds = walk(50)
    found = applied(train(quantisation=0.5), speeds)
    np.testing.assert_allclose(found / 0.5, np.round(found / 0.5), atol=1e-9)
    inside = np.abs(found) < TOP
    assert np.abs(found - speeds)[inside].max() <= 0.25 + 1e-12


def test_gains_are_even_within_their_tolerances_and_multiply_speeds():
    robots = 20_000
    gains = draw_gains(Actuation(drive_gain_tolerance=0.2), robots, np.random.default_rng(0))
    np.testing.assert_array_equal(gains[:, 0], gains[:, 1])
    assert 0.8 <= gains.min() < 0.801
    assert 1.199 < gains.max() <= 1.2
    assert gains.std() == pytest.approx(0.2 / 3**0.5, rel=0.02)
    gains = draw_gains(Actuation(wheel_gain_tolerance=0.1), robots, np.random.default_rng(0))
    assert abs(np.corrcoef(gains.T)[0, 1]) < 0.03
    drives = train(wheel_gain_tolerance=0.1)
    speeds = 0.5 * walk(5)
    np.testing.assert_allclose(applied(drives, speeds), drives.gains * speeds)
    assert len(np.unique(drives.gains)) == 2 * ROBOTS


def test_batteries_lose_their_share_of_the_top_speed_a_minute():
    drives = train(robots=1, battery_sag=0.5)
    full = np.full((1, 2), [TOP, TOP / 2])
    tops = []
    for _ in range(60 * 150):
        found, saturated = drives.apply(full)
        tops.append(found.max())
    np.testing.assert_allclose(tops[0], TOP)
    np.testing.assert_allclose(tops[60 * 60], 0.5 * TOP)
    np.testing.assert_allclose(tops[60 * 90], 0.25 * TOP)
    assert tops[60 * 120] == tops[-1] == 0.0, "empty"
    assert saturated.all()
    drives = train(robots=1, battery_sag=0.5)
    assert not drives.apply(full)[1].any()
    for _ in range(60 * 30):
        drives.apply(full)
    found, _ = drives.apply(full)
    np.testing.assert_allclose(found[0], [0.75 * TOP, 0.5 * TOP], rtol=1e-3)


def test_a_reversal_loses_the_play_and_no_more():
    play, there, back = 0.05, np.full((30, 1, 2), 1.7), np.full((30, 1, 2), -1.7)
    found = applied(train(robots=1, backlash=play), np.concatenate([there, back, there]))
    turned = found[:, 0] / 60.0
    shaft = 30 * 1.7 / 60.0
    # At first half of the play, from its middle; then the whole of it, each way.
    np.testing.assert_allclose(turned[:30].sum(axis=0), shaft - 0.5 * play, rtol=1e-12)
    np.testing.assert_allclose(turned[30:60].sum(axis=0), play - shaft, rtol=1e-12)
    np.testing.assert_allclose(turned[60:].sum(axis=0), shaft - play, rtol=1e-12)
    # 0.05 rad at 1.7 rad/s take 1.76 updates: one in which the wheel stands, then a part of one.
    np.testing.assert_allclose(found[30:33, 0, 0], [0.0, play * 60.0 - 3.4, -1.7], atol=1e-12)


def test_a_wheel_that_slows_down_and_goes_on_loses_nothing():
    speeds = np.abs(walk(40))
    found = applied(train(backlash=0.05), np.concatenate([np.full((5, ROBOTS, 2), 5.0), speeds]))
    np.testing.assert_allclose(found[5:], speeds, atol=1e-12)


@given(commands, st.floats(1e-3, 0.5))
def test_a_wheel_turns_as_its_shaft_but_for_the_play(speeds, play):
    backlash = Backlash(play, ROBOTS)
    wheel = np.cumsum([backlash.pass_on(speed) / 60.0 for speed in speeds], axis=0)
    shaft = np.cumsum(speeds, axis=0) / 60.0
    assert (np.abs(wheel - shaft) <= 0.5 * play + 1e-9).all()
    # One wheel after the other: the flanks push it along, and nothing else does.
    place, expected = np.zeros((ROBOTS, 2)), []
    for turned in shaft:
        place = np.clip(place, turned - 0.5 * play, turned + 0.5 * play)
        expected.append(place)
    np.testing.assert_allclose(wheel, expected, atol=1e-9)


@given(commands)
def test_no_play_is_no_backlash_to_the_bit(speeds):
    backlash = Backlash(0.0, ROBOTS)
    for speed in speeds:
        np.testing.assert_array_equal(backlash.pass_on(speed), speed)


def test_the_play_goes_on_from_its_state_to_the_bit():
    speeds = walk(40)
    one, other = train(backlash=0.3), train(backlash=0.3)
    applied(one, speeds[:20])
    other.restore(one.snapshot())
    np.testing.assert_array_equal(applied(one, speeds[20:]), applied(other, speeds[20:]))


def test_the_order_of_effects():
    """Steps first, then the delay and the deadband, then the ramp, then gains, then the battery."""
    drives = train(
        quantisation=2.0, command_delay=2 / 60, deadband=3.0, max_wheel_acceleration=300.0
    )
    drives.gains = np.full((ROBOTS, 2), 1.1)
    found = applied(drives, np.full((8, ROBOTS, 2), [[2.9, 17.2]]))
    ramp = np.minimum(1.1 * np.array([0, 0, 5, 10, 15, 18, 18, 18.0]), TOP)
    np.testing.assert_allclose(found[:, 0, 0], 0.0), "2.9 becomes 2, which does not move a wheel"
    np.testing.assert_allclose(found[:, 0, 1], ramp)


def test_equal_seeds_give_equal_drives():
    settings = {"command_jitter": 0.05, "wheel_gain_tolerance": 0.1}
    speeds = walk(40)
    first, again, other = (applied(train(seed, **settings), speeds) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_wheels_are_cut_each_by_itself_where_that_is_asked_for():
    command = np.array([[2.0 * TOP, 0.5 * TOP], [-3.0 * TOP, 3.0 * TOP], [1.0, -1.0]])
    found, saturated = train(robots=3, clip="wheels").apply(command)
    np.testing.assert_array_equal(found, [[TOP, 0.5 * TOP], [-TOP, TOP], [1.0, -1.0]])
    np.testing.assert_array_equal(saturated, [True, True, False])


def test_periods_lags_and_noise_act_on_commands():
    speeds = walk(40)
    plain = applied(train(), speeds)
    for settings in ({"command_period": 0.05}, {"motor_lag": 0.1}, {"drive_noise": 0.05}):
        drives = train(**settings)
        found = applied(drives, speeds)
        assert np.abs(found - plain).max() > 0.01 * TOP
        assert np.abs(found).max() <= TOP
    held = applied(train(command_period=0.05), speeds)
    np.testing.assert_array_equal(held[1], held[0])


def test_noise_changes_no_delay():
    speeds = walk(40)
    jittered = applied(train(command_jitter=0.1), speeds)
    noisy = applied(train(command_jitter=0.1, drive_noise=1e-9), speeds)
    np.testing.assert_allclose(noisy, jittered, atol=1e-6)
