"""Compiled passes over robots, divided among threads."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

# Below this many robots a thread's work is too short to be worth handing over.
_LEAST_ROBOTS = 16


def over_robots(count: int, run: Callable[..., None], *args: Any) -> None:
    """Call ``run(first, last, *args)`` for ranges that together are 0..count-1, in parallel.

    The passes write only their own robots' rows, so the number of threads changes no result.
    """
    workers = max(1, min(thread_count(), count // _LEAST_ROBOTS))
    bounds = [count * k // workers for k in range(workers + 1)]
    tasks = [
        _pool().submit(run, first, last, *args)
        for first, last in zip(bounds[1:-1], bounds[2:], strict=True)
    ]
    run(bounds[0], bounds[1], *args)
    for task in tasks:
        task.result()


@cache
def thread_count() -> int:
    """Threads that the passes use: OMP_NUM_THREADS where it is set, else the cores we may use."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return int(asked) if asked.isdigit() and int(asked) > 0 else len(os.sched_getaffinity(0))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_count(), thread_name_prefix="bildsim")
