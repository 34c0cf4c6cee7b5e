"""Wall time of the planner's control ticks, kept apart from all that a seed determines."""

import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median


class PlanningTime:
    """A stopwatch for the planner's control ticks.

    A clock's reading differs from run to run, so it goes into summary.json and never into
    metrics.csv. All robots are computed on one machine; the share of each is what one robot would
    have to compute where the planner is distributed.

    Args:
        robots: number N of robots.
    """

    def __init__(self, robots: int) -> None:
        self._robots = robots
        self._seconds = array("d")

    @contextmanager
    def measure(self) -> Iterator[None]:
        """Count what happens inside as one tick's planning."""
        begun = time.perf_counter()
        yield
        self._seconds.append(time.perf_counter() - begun)

    def snapshot(self) -> bytes:
        """Return the state; see `bildsim.basics.resumable`."""
        return self._seconds.tobytes()

    def restore(self, state: bytes) -> None:
        """Be as when the state was taken."""
        self._seconds = array("d", state)

    @property
    def ms_per_robot(self) -> float:
        """Mean over the ticks so far of the wall time a robot (ms); 0 before the first."""
        return 1e3 * sum(self._seconds) / (max(1, len(self._seconds)) * self._robots)

    @property
    def median_ms_per_robot(self) -> float:
        """The same in an ordinary tick: the median (ms)."""
        return 1e3 * median(self._seconds) / self._robots if self._seconds else 0.0
