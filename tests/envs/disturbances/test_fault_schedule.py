"""Schedules: what is read, what is refused, and whom they befall."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.fault_injection import FaultInjector
from bildsim.envs.disturbances.fault_schedule import KINDS, Event, Faults, parse_schedule

ROBOTS = 50
shares = st.floats(0.02, 0.45)
times = st.floats(0.0, 100.0)


def fault_injector(seed=0, robots=ROBOTS, **schedules):
    faults = Faults(**schedules)
    faults.require_robots(robots)
    return FaultInjector(faults, robots, np.random.default_rng(seed))


def dead_at(who, time_s):
    who.update(time_s, np.zeros((len(who.active), 2)))
    return set(np.flatnonzero(~who.active))


@given(st.lists(st.tuples(shares, times), min_size=1, max_size=2))
def test_shares_are_read_as_they_are_written(pairs):
    text = ",".join(f"{share!r}@{time_s!r}" for share, time_s in pairs)
    expected = tuple(Event(share, (), time_s) for share, time_s in pairs)
    assert parse_schedule("dead", text) == expected
    assert parse_schedule("dead", text.replace(",", " , ")) == expected


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6, unique=True), times)
def test_named_robots_are_read_as_they_are_written(robots, time_s):
    text = f"robots:{'+'.join(map(str, robots))}@{time_s!r}"
    assert parse_schedule("stop", text) == (Event(0.0, tuple(robots), time_s),)


@given(st.text(max_size=12) | st.from_regex(r"[0-9.,@+robts:-]{1,14}", fullmatch=True))
def test_any_text_is_read_or_refused_in_one_sentence(text):
    try:
        events = parse_schedule("dead", text)
    except UsageError:
        with pytest.raises(UsageError, match=r"^dead="):
            parse_schedule("dead", text)
    else:
        assert events
        assert all(0.0 <= event.time_s < np.inf for event in events)
        assert all(bool(event.robots) != (0.0 < event.share <= 1.0) for event in events)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0.2", "such as 0.2@30"),
        ("0@3", "such as"),
        ("1.2@3", "such as"),
        ("nan@3", "such as"),
        ("0.2@-1", "such as"),
        ("0.2@nan", "such as"),
        ("0.2@inf", "such as"),
        ("0.2@3,", "such as"),
        ("robots:@3", "such as"),
        ("robots:-1@3", "such as"),
        ("robots:1.5@3", "such as"),
        ("robots:3+3@3", "robot 3 twice"),
        ("robots:3@3,robots:3@4", "robot 3 twice"),
        ("0.6@3,0.6@4", "add up to more than 1"),
    ],
)
def test_schedules_that_make_no_sense(text, words):
    for kind in KINDS:
        with pytest.raises(UsageError, match=rf"^{kind}=.*{words}"):
            Faults(**{kind: text})


@pytest.mark.parametrize(
    ("schedules", "words"),
    [
        ({"dead": "robots:50@3"}, "no robot 50, allowed are 0 to 49"),
        ({"stuck": "0.005@3"}, "is nobody"),
        ({"stop": "0.99@3,robots:1+2@4"}, "more than all 50"),
    ],
)
def test_schedules_for_robots_that_there_are_not(schedules, words):
    with pytest.raises(UsageError, match=words):
        Faults(**schedules).require_robots(ROBOTS)


def test_nobody_joins_at_the_start_and_nothing_comes_after_the_end():
    with pytest.raises(UsageError, match=r"^join='0.1@0' .* come later"):
        Faults(join="0.1@0")
    Faults(dead="0.2@30").require_within(30.1)
    with pytest.raises(UsageError, match=r"^dead='0.2@30' .*ends at 30 s"):
        Faults(dead="0.2@30").require_within(30.0)


@pytest.mark.parametrize(
    "schedules",
    [{"dead": "1@3"}, {"join": "1@3"}, {"dead": "0.5@3,0.5@4"}, {"dead": "1@3", "join": "0.2@9"}],
)
def test_somebody_must_be_left(schedules):
    with pytest.raises(UsageError, match="nobody is left in the swarm"):
        fault_injector(**schedules)


@given(shares, shares, st.integers(0, 5))
def test_a_larger_share_takes_the_robots_of_a_smaller_one_too(one, other, seed):
    few, many = sorted((one, other))
    fewer = dead_at(fault_injector(seed, dead=f"{few!r}@1"), 1.0)
    more = dead_at(fault_injector(seed, dead=f"{many!r}@1"), 1.0)
    assert fewer <= more
    assert (len(fewer), len(more)) == (round(few * ROBOTS), round(many * ROBOTS))


def test_whom_a_kind_befalls_does_not_depend_on_the_others():
    alone = dead_at(fault_injector(dead="0.2@1"), 1.0)
    with_others = dead_at(fault_injector(dead="0.2@1", stuck="0.3@1", stop="0.1@0"), 1.0)
    assert alone == with_others != dead_at(fault_injector(1, dead="0.2@1"), 1.0)


def test_robots_die_in_turn_from_the_tick_of_their_time_on():
    who = fault_injector(dead="0.1@2,robots:7+8@3,0.1@4")
    sizes = []
    for tick in range(60):
        who.update(tick / 10, np.zeros((ROBOTS, 2)))
        sizes.append(int(who.active.sum()))
    assert sizes == [50] * 20 + [45] * 10 + [43] * 10 + [38] * 20
    assert who.fewest == 38
    assert not who.active[[7, 8]].any()
    assert (who.still == ~who.active).all()


def test_latecomers_stand_still_outside_until_they_come():
    who = fault_injector(join="0.2@5", dead="robots:0@7")
    assert who.fewest <= who.active.sum() == 40
    late = ~who.active
    speeds = np.ones((ROBOTS, 2))
    np.testing.assert_array_equal(who.act(speeds)[late], 0.0)
    np.testing.assert_array_equal(who.act(speeds)[~late], 1.0)
    who.update(5.0, speeds)
    assert who.active.all()
    np.testing.assert_array_equal(who.act(speeds), speeds)


def test_stopped_wheels_stand_still_and_the_robot_counts():
    who = fault_injector(stop="robots:3@1")
    who.update(1.0, np.ones((ROBOTS, 2)))
    assert who.active.all()
    assert np.flatnonzero(who.still).tolist() == [3]
    assert np.flatnonzero(~who.act(np.ones((ROBOTS, 2))).all(axis=1)).tolist() == [3]


def test_a_stuck_wheel_keeps_the_speed_of_that_moment():
    who = fault_injector(stuck="0.4@2")
    early, now = np.full((ROBOTS, 2), 3.0), np.random.default_rng(0).uniform(1, 9, (ROBOTS, 2))
    who.update(1.9, early)
    np.testing.assert_array_equal(who.act(now), now)
    who.update(2.0, now)
    who.update(2.1, early)
    speeds = who.act(np.full((ROBOTS, 2), -1.0))
    held = speeds != -1.0
    assert held.sum() == held.any(axis=1).sum() == 20, "one wheel each"
    np.testing.assert_array_equal(speeds[held], now[held])
    assert 3 < held[:, 0].sum() < 17, "left and right"


def test_standing_still_wins_over_a_stuck_wheel():
    who = fault_injector(stuck="robots:1+2+3@1", stop="robots:2@2", dead="robots:3@2")
    for time_s in (1.0, 2.0):
        who.update(time_s, np.full((ROBOTS, 2), 5.0))
    speeds = who.act(np.zeros((ROBOTS, 2)))
    assert np.flatnonzero(speeds.any(axis=1)).tolist() == [1]
