"""The wall time of planning, with a clock that the tests set."""

import pytest

from bildsim.simulation import planning_time
from bildsim.simulation.planning_time import PlanningTime


@pytest.fixture
def watch(monkeypatch):
    """Count ticks that take the given times (s): watch(robots, 0.1, 0.2)."""

    def count(robots, *seconds):
        watched = PlanningTime(robots)
        for duration in seconds:
            moments = iter([5.0, 5.0 + duration])
            monkeypatch.setattr(planning_time.time, "perf_counter", lambda: next(moments))  # noqa: B023
            with watched.measure():
                pass
        return watched

    return count


def test_the_mean_and_the_median_are_of_one_robots_share(watch):
    watched = watch(4, 0.1, 0.1, 0.1, 0.9)
    assert watched.ms_per_robot == pytest.approx(1e3 * 0.3 / 4)
    assert watched.median_ms_per_robot == pytest.approx(1e3 * 0.1 / 4)


def test_before_the_first_tick_no_time_has_passed():
    assert PlanningTime(7).ms_per_robot == 0.0
    assert PlanningTime(7).median_ms_per_robot == 0.0


def test_a_tick_that_fails_does_not_count():
    watched = PlanningTime(2)
    with pytest.raises(ValueError, match="no"), watched.measure():
        raise ValueError("no")
    assert watched.snapshot() == b""


def test_it_goes_on_from_a_state(watch):
    state = watch(2, 0.4, 0.2).snapshot()
    again = PlanningTime(2)
    again.restore(state)
    assert again.ms_per_robot == pytest.approx(150.0)
    assert again.snapshot() == state
