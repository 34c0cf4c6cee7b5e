"""What watches a run: a video, a live view, a report; each is told of all that happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from bildsim.basics.stopping import finishing
from bildsim.basics.time_budget import TimeBudget
from bildsim.simulation.tick import Tick


class Watcher(Protocol):
    """What is told of a run, in this order: ticks and, some ticks late, rows; and then its end.

    Watching changes nothing in the run.
    """

    @property
    def activity(self) -> str:
        """What its time is counted as."""
        ...

    @property
    def wants_rows(self) -> bool:
        """Whether rows must be measured for it, also where no other wants them."""
        ...

    def show(self, tick: Tick) -> None:
        """Take note of a tick; each is told once, in order.

        Raises:
            RunError: what is made of the run cannot be made any more.
        """
        ...

    def take(self, row: Mapping[str, float | int]) -> None:
        """Take note of a row of metrics, in the columns of `bildsim.simulation.measurements`."""
        ...

    def close(self) -> None:
        """Finish what is made of the run, however it ended; further calls do nothing.

        Raises:
            RunError: it cannot be finished.
        """
        ...


class Watchers:
    """All that watch a run, as one.

    Args:
        watchers: in the order in which they are told.
        time_budget: where their time is counted.
    """

    def __init__(self, watchers: Sequence[Watcher], time_budget: TimeBudget) -> None:
        self._watchers, self._budget = tuple(watchers), time_budget

    @property
    def wants_rows(self) -> bool:
        """Whether one of them wants rows."""
        return any(watcher.wants_rows for watcher in self._watchers)

    def show(self, tick: Tick) -> None:
        """Tell all of them of a tick."""
        for watcher in self._watchers:
            with self._budget.spent(watcher.activity):
                watcher.show(tick)

    def take(self, row: Mapping[str, float | int]) -> None:
        """Tell all of them of a row."""
        for watcher in self._watchers:
            with self._budget.spent(watcher.activity):
                watcher.take(row)

    def close(self) -> None:
        """Let all of them finish, whatever happens to one, and let nothing get in the way.

        Raises:
            RunError: one cannot.
        """
        failures: list[Exception] = []
        with finishing():
            for watcher in self._watchers:
                try:
                    watcher.close()
                except Exception as error:
                    failures.append(error)
        if failures:
            raise failures[0]
