"""Tasks done one after another in this process, where no processes can be made."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from typing import Any

from bildsim.programs.sweep.engines import worker
from bildsim.programs.sweep.engines.base import Engine, Lost, Task


class EngineHere(Engine):
    """Does tasks itself; one that ends its process ends the program."""

    def close(self) -> None:
        """Do nothing: there is nothing to end."""

    def results(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Any]]:
        """Yield every task with what came of it; see `Engine`."""
        for task in tasks:
            try:
                found = worker.call(task.work, task.argument)
            except Exception as error:
                found = Lost(f"{type(error).__name__}: {error}")
            yield task, found


def lacks_semaphores() -> bool:
    """Whether this system has no semaphores, without which no pool of processes can be made."""
    try:
        multiprocessing.get_context("spawn").Lock()
    except (ImportError, OSError):
        return True
    return False
