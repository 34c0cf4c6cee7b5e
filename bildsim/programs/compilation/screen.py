"""What is said while kernels are compiled."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

_WORDS = "compiling for this machine, once"


@contextmanager
def compiling(console: Console, groups: int) -> Iterator[Callable[[str], None]]:
    """Say how many groups of kernels are compiled; where no terminal is, that it is done at all.

    Args:
        console: where to say it; a quiet one says nothing.
        groups: how many there are.

    Yields:
        What is called with the name of each group that is compiled; again, it counts no more.
    """
    done = set[str]()
    if not console.is_terminal:
        console.print(_WORDS, highlight=False)
    with Progress(
        TextColumn(f"{_WORDS}: {{task.completed:.0f}} of {groups}"),
        TimeElapsedColumn(),
        console=console,
        disable=console.quiet or not console.is_terminal,
    ) as bar:
        task = bar.add_task("", total=groups)

        def count(name: str) -> None:
            done.add(name)
            bar.update(task, completed=len(done))

        yield count
