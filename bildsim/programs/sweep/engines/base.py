"""Pieces of work that processes take from a sweep, and the processes as a sweep sees them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

MOST_DEATHS = 3
"""So many times a worker may die at a task before the task is given up."""


@dataclass(frozen=True, eq=False)
class Task:
    """A piece of work, to be done by any process.

    Attributes:
        identity: what it is known by.
        work: a function that can be imported by name.
        argument: what the function takes.
    """

    identity: str
    work: Callable[[Any], Any]
    argument: Any


@dataclass(frozen=True)
class Lost:
    """What comes of a task that no worker survived.

    Attributes:
        reason: how they ended.
    """

    reason: str


class Engine(ABC):
    """What does tasks, in processes or without, closed at the end of a with statement."""

    @abstractmethod
    def results(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Any]]:
        """Yield every task with what its work returned, or `Lost`, in any order.

        Raises:
            RunError: the processes are gone and do not come back.
        """

    @abstractmethod
    def close(self) -> None:
        """End the processes, also those in the midst of a task."""

    def __enter__(self) -> Self:
        """Return the engine."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()
