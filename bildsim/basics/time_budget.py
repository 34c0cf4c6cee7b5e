"""Where wall time goes: seconds by name, each second counted once."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


class TimeBudget:
    """Adds up the wall time of named activities.

    What is spent on an activity inside another one counts for the inner alone. Readings differ from
    run to run: they go into a summary, and never into results.
    """

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._open: list[str] = []
        self._since = 0.0

    @property
    def seconds(self) -> Mapping[str, float]:
        """Seconds by activity, in the order in which they first ended."""
        return dict(self._seconds)

    @contextmanager
    def spent(self, activity: str) -> Iterator[None]:
        """Count what happens inside as time spent on this activity."""
        self._count()
        self._open.append(activity)
        try:
            yield
        finally:
            self._count()
            self._open.pop()

    def _count(self) -> None:
        now = time.perf_counter()
        if self._open:
            name = self._open[-1]
            self._seconds[name] = self._seconds.get(name, 0.0) + now - self._since
        self._since = now
