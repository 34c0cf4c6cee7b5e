"""Wall time by activity: every second counted once, for the innermost."""

import pytest

from bildsim.basics import time_budget
from bildsim.basics.time_budget import TimeBudget


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is put on."""

    class Clock:
        now = 100.0

        def perf_counter(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(time_budget, "time", clock)
    return clock


def test_seconds_add_up(clock):
    budget = TimeBudget()
    for _ in range(3):
        with budget.spent("physics"):
            clock.now += 2.0
        clock.now += 5.0
    assert budget.seconds == {"physics": 6.0}


def test_what_is_inside_counts_once(clock):
    budget = TimeBudget()
    with budget.spent("tracking"):
        clock.now += 1.0
        with budget.spent("physics"):
            clock.now += 4.0
        clock.now += 2.0
    assert budget.seconds == {"physics": 4.0, "tracking": 3.0}


def test_an_activity_that_fails_counts(clock):
    budget = TimeBudget()

    def fail():
        with budget.spent("planning"):
            clock.now += 1.5
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    clock.now += 1.0
    with budget.spent("metrics"):
        clock.now += 0.5
    assert budget.seconds == {"planning": 1.5, "metrics": 0.5}
