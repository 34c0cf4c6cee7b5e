"""What is said while kernels are compiled."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from bildsim.programs.compilation.groups import SHARES

_WORDS = "compiling for this machine, once"


@contextmanager
def compiling(
    console: Console, groups: Sequence[str], *, kept: bool = True
) -> Iterator[Callable[[str], None]]:
    """Say that groups of kernels are compiled, and how long it took when it is done.

    A terminal shows how many are compiled and how long the others will take.

    Args:
        console: where to say it; a quiet one says nothing.
        groups: their names.
        kept: whether later starts will find them.

    Yields:
        What is called with the name of each group that is compiled; again, it counts no more.
    """
    done, begun = set[str](), time.perf_counter()
    shares = {name: SHARES.get(name, 0.1) for name in groups}
    if not console.is_terminal:
        console.print(_WORDS, highlight=False)
    with Progress(
        TextColumn(f"{_WORDS}: {{task.fields[done]}} of {len(shares)}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("done, to go"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=console.quiet or not console.is_terminal,
    ) as bar:
        task = bar.add_task("", total=sum(shares.values()), done=0)

        def count(name: str) -> None:
            done.add(name)
            bar.update(task, completed=sum(shares[each] for each in done), done=len(done))

        yield count
    later = ", kept for later starts" if kept else ""
    spent = f"compiled in {time.perf_counter() - begun:.1f} s{later}; no run's time counts it"
    console.print(spent, highlight=False)
