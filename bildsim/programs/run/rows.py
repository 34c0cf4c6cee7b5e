"""The rows of metrics.csv, measured beside the physics and written in their order."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeAlias

from bildsim.basics.stopping import finishing
from bildsim.basics.time_budget import TimeBudget
from bildsim.simulation.measurements import Measurements
from bildsim.simulation.tick import Tick

Row: TypeAlias = dict[str, float | int]
# A row takes less time than there is between two: more wait only where rows are dense.
_MOST_WAITING = 4


class Rows:
    """Measures rows on a thread of its own.

    Most of a row's time is an optimal transport problem, whose solver lets go of Python's lock.

    Attributes:
        last: the newest row that was written; empty before the first.

    Args:
        measurements: follow the run, and measure it when asked.
        write: takes each row, in order.
        time_budget: where the time of ``waiting`` for rows is counted.
    """

    def __init__(
        self,
        measurements: Measurements,
        write: Callable[[Row], None],
        time_budget: TimeBudget,
    ) -> None:
        self._measurements, self._write, self._budget = measurements, write, time_budget
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bildsim-rows")
        self._waiting: deque[Future[Row]] = deque()
        self._begun_s: float | None = None
        self.last: Row = {}

    def measure(self, tick: Tick) -> None:
        """Measure the tick that was followed last.

        Raises:
            RunError: an earlier row cannot be measured or written.
        """
        # A signal waits: a row that is begun can only be begun once.
        with finishing():
            begun = self._measurements.begin_row(tick)
            self._waiting.append(self._thread.submit(begun.complete))
            self._begun_s = tick.time_s
        while self._waiting and (self._waiting[0].done() or len(self._waiting) > _MOST_WAITING):
            self._take()

    def finish(self, tick: Tick | None = None) -> None:
        """Wait for the rows that are being measured, and measure a last tick if it was not.

        Raises:
            RunError: a row cannot be measured or written.
        """
        if tick is not None and tick.time_s != self._begun_s:
            self.measure(tick)
        while self._waiting:
            self._take()

    def restore(self, last: Row) -> None:
        """Be as when all rows up to this one had been written; an empty one is none."""
        self.last = last
        self._begun_s = last.get("time_s")

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()

    def _take(self) -> None:
        with self._budget.spent("waiting"):
            row = self._waiting[0].result()
        with finishing():
            self._waiting.popleft()
            self.last = row
            self._write(row)
