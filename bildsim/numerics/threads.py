"""Compiled passes over robots, divided among threads.

Plain threads rather than numba's: what a thread works on is whole groups of robots in a fixed
order, so results are the same to the last bit on any number of threads, and a process that was
forked gets threads of its own. ``python -m benchmarks.round_cost`` prints a round with one thread
and with two.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import Any

# Robots are handed out in groups that the kernels work on side by side (bildsim.numerics.lanes).
_GROUP = 8
LEAST_GROUPS = 8
"""Fewer groups of robots are too short a work to be worth handing over: waking a thread takes a
tenth of a millisecond, as long as a round of Algorithm 1 takes for some twenty robots."""


def over_robots(
    count: int, run: Callable[..., None], *args: Any, least_groups: int | None = None
) -> None:
    """Call ``run(first, last, *args)`` for ranges that together are 0..count-1, in parallel.

    The passes write only their own robots' rows, so the number of threads changes no result.

    Args:
        count: number of robots, or of whatever is divided.
        run: the pass.
        args: what else it is given.
        least_groups: a thread works on so many groups of eight or more; by default LEAST_GROUPS.
    """
    least = LEAST_GROUPS if least_groups is None else least_groups
    groups = -(-count // _GROUP)
    workers = max(1, min(thread_count(), groups // least))
    bounds = [min(count, groups * k // workers * _GROUP) for k in range(workers + 1)]
    # The calling thread takes the first range itself: with one worker nothing is handed over.
    tasks = [_pool().submit(run, first, last, *args) for first, last in pairwise(bounds[1:])]
    run(bounds[0], bounds[1], *args)
    for task in tasks:
        task.result()


@cache
def thread_count() -> int:
    """Threads that the passes use: OMP_NUM_THREADS where it is set, else the cores we may use."""
    return _asked() or usable_cores()


def _asked() -> int:
    """Return what OMP_NUM_THREADS asks for, of a list by level the first; 0 if it is no number."""
    first = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    # Nine digits: more threads than any machine has, and never slow to read.
    return int(first) if first.isascii() and first.isdigit() and len(first) <= 9 else 0


def usable_cores() -> int:
    """Cores that this process may use: its affinity and its container's quota are respected."""
    # Only here: a run that is told its threads need not load it.
    from loky import cpu_count

    return int(cpu_count())


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_count(), thread_name_prefix="bildsim")


# A process that was forked has the pool without its threads, which would be waited for for ever.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)
