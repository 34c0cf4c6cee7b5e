"""What is said while kernels are compiled."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

_WORDS = "compiling for this machine, once"


class Compiling:
    """Says how many groups of kernels are compiled; where no terminal is, that it is done at all.

    Args:
        console: where to say it; a quiet one says nothing.
        groups: how many there are.
    """

    def __init__(self, console: Console, groups: int) -> None:
        self._console, self._done = console, set[str]()
        self._bar = Progress(
            TextColumn(f"{_WORDS}: {{task.completed:.0f}} of {groups}"),
            TimeElapsedColumn(),
            console=console,
            disable=console.quiet or not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=groups)

    def done(self, name: str) -> None:
        """Say that a group is compiled; one that was counted before is not counted again."""
        self._done.add(name)
        self._bar.update(self._task, completed=len(self._done))

    def __enter__(self) -> Self:
        if not self._console.is_terminal:
            self._console.print(_WORDS, highlight=False)
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()
