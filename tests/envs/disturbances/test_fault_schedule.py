"""Schedules: what is read, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.fault_schedule import KINDS, Event, Faults, parse_schedule

ROBOTS = 50
shares = st.floats(0.02, 0.45)
times = st.floats(0.0, 100.0)


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
