"""Tasks done by processes of this machine (loky)."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

from loky import ProcessPoolExecutor
from loky.process_executor import BrokenProcessPool

from bildsim.programs.sweep.engines import worker
from bildsim.programs.sweep.engines.base import MOST_DEATHS, Engine, Lost, Task


class LocalEngine(Engine):
    """A pool of processes that outlives its members.

    When a process dies, the pool is made anew, and each of the tasks in flight is done once more
    with nothing beside it, so that the next death has one cause.

    Args:
        processes: how many.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        self._deaths: Counter[str] = Counter()

    def close(self) -> None:
        """End the processes."""
        self._end_pool()

    def results(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Any]]:
        """Yield every task with what came of it; see `Engine`."""
        fresh, suspects = deque(tasks), deque[Task]()
        while fresh or suspects:
            # One more than there are processes: the next is there when one is done.
            waiting, most = (fresh, self._processes + 1) if fresh else (suspects, 1)
            for task, found in self._until_death(waiting, most):
                if not isinstance(found, BrokenProcessPool):
                    yield task, found
                elif self._deaths[task.identity] < MOST_DEATHS:
                    suspects.append(task)
                else:
                    yield task, Lost(f"its worker process died {MOST_DEATHS} times: {_how(found)}")

    def _until_death(self, waiting: deque[Task], most: int) -> Iterator[tuple[Task, Any]]:
        """Yield tasks with their results, or with the error if a process died."""
        flying: dict[Future[Any], Task] = {}
        broken = False
        while flying or (waiting and not broken):
            while waiting and len(flying) < most and not broken:
                task = waiting.popleft()
                flying[self._submit(task)] = task
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                task = flying.pop(future)
                found = _found(future)
                if isinstance(found, BrokenProcessPool):
                    broken = True
                    self._deaths[task.identity] += 1
                yield task, found
        if broken:
            self._end_pool()

    def _submit(self, task: Task) -> Future[Any]:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._processes,
                initializer=worker.prepare,
                initargs=(os.getpid(),),
                env=worker.ONE_THREAD,
            )
        try:
            return self._pool.submit(worker.call, task.work, task.argument)  # type: ignore[no-any-return]
        except BrokenProcessPool as error:
            # It died since the last result came.
            failed: Future[Any] = Future()
            failed.set_exception(error)
            return failed

    def _end_pool(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, kill_workers=True)
            self._pool = None


def _found(future: Future[Any]) -> Any:
    """Return the result, the error of a broken pool, or `Lost` where there is neither."""
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, BrokenProcessPool):
        return error
    return Lost(f"{type(error).__name__}: {error}")


def _how(error: BrokenProcessPool) -> str:
    words = " ".join(str(error).split())
    _, found, codes = words.partition("exit codes of the workers are ")
    return codes.strip(" {}") if found else words
