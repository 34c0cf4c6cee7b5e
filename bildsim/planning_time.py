"""How long a planner thinks: wall time, kept apart from all that a seed determines."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class PlanningTime:
    """Adds up the wall time of a planner's control ticks.

    A clock's reading differs from run to run, so it goes into summary.json and never into
    metrics.csv. All robots are computed on one machine; the share of each is what one robot would
    have to compute where the planner is distributed.

    Args:
        robots: number N of robots.
    """

    def __init__(self, robots: int) -> None:
        self._robots, self._seconds, self._ticks = robots, 0.0, 0

    @contextmanager
    def measure(self) -> Iterator[None]:
        """Count what happens inside as one tick's planning."""
        begun = time.perf_counter()
        yield
        self._seconds += time.perf_counter() - begun
        self._ticks += 1

    @property
    def ms_per_robot(self) -> float:
        """Mean over the ticks so far of the wall time a robot (ms); 0 before the first."""
        return 1e3 * self._seconds / (max(1, self._ticks) * self._robots)
