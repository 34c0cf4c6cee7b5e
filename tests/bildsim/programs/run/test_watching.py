"""What watches a run: all are told of all, and all are closed, whatever happens to one."""

import pytest

from bildsim.basics.errors import RunError
from bildsim.basics.time_budget import TimeBudget
from bildsim.programs.run.watching import Watchers


class Watcher:
    def __init__(self, activity, *, wants_rows=False, fails=False):
        self.activity, self.wants_rows, self._fails = activity, wants_rows, fails
        self.told = []

    def show(self, tick):
        self.told.append(("tick", tick))

    def take(self, row):
        self.told.append(("row", row))

    def close(self):
        self.told.append(("closed", self.activity))
        if self._fails:
            raise RunError(f"{self.activity} is gone")


def test_all_are_told_of_all_and_their_time_is_counted():
    budget, watchers = TimeBudget(), [Watcher("drawing"), Watcher("live view")]
    both = Watchers(watchers, budget)
    both.show("first")
    both.take({"w2": 1.0})
    both.close()
    for watcher in watchers:
        assert watcher.told[:2] == [("tick", "first"), ("row", {"w2": 1.0})]
        assert watcher.told[-1] == ("closed", watcher.activity)
    assert set(budget.seconds) == {"drawing", "live view"}


def test_rows_are_measured_where_somebody_wants_them():
    assert not Watchers([], TimeBudget()).wants_rows
    assert not Watchers([Watcher("a")], TimeBudget()).wants_rows
    assert Watchers([Watcher("a"), Watcher("b", wants_rows=True)], TimeBudget()).wants_rows


def test_what_happens_to_one_keeps_no_other_from_its_end():
    watchers = [Watcher("a", fails=True), Watcher("b", fails=True), Watcher("c")]
    with pytest.raises(RunError, match="a is gone"):
        Watchers(watchers, TimeBudget()).close()
    assert [watcher.told for watcher in watchers] == [[("closed", name)] for name in "abc"]
