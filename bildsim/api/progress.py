"""How far something is, in a terminal or a notebook; elsewhere nothing is said."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from time import monotonic
from typing import Any, TypeAlias

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bildsim.programs.output.terminal import open_console

Show: TypeAlias = Callable[[float, str], None]
"""Called with how much is done, and a few words about it."""
_NOTEBOOK_PERIOD_S = 0.2


def console_of(*, shown: bool) -> Console:
    """Return where it is said that something is compiled: standard error, where somebody reads."""
    return open_console(quiet=not (shown and (sys.stderr.isatty() or _in_notebook())))


@contextmanager
def progress(total: float, unit: str, *, shown: bool) -> Iterator[Show]:
    """Show how far something is while it is done; the line goes when it is.

    Args:
        total: how much there is to do.
        unit: of that amount.
        shown: whether to show anything at all.
    """
    if shown and _in_notebook():
        with _notebook(total, unit) as show:
            yield show
    else:
        with _terminal(total, unit, shown=shown and sys.stderr.isatty()) as show:
            yield show


@contextmanager
def _terminal(total: float, unit: str, *, shown: bool) -> Iterator[Show]:
    console = open_console(quiet=not shown)
    columns = (
        TextColumn(f"{{task.completed:6.1f}} of {total:g} {unit}"),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not shown, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done, words: bar.update(task, completed=done, description=words)


@contextmanager
def _notebook(total: float, unit: str) -> Iterator[Show]:
    """Show a bar in a notebook's cell: no widgets, which need an extension of their own."""
    from IPython.display import HTML, display, update_display

    def said(done: float, words: str) -> Any:
        bar = f'<progress value="{done:g}" max="{total:g}" style="width: 20em"></progress>'
        return HTML(f"{bar} {done:.4g} of {total:g} {escape(unit)} &nbsp; {escape(words)}")

    handle = display(said(0.0, ""), display_id=True)
    last = [monotonic()]

    def show(done: float, words: str) -> None:
        if monotonic() - last[0] > _NOTEBOOK_PERIOD_S:
            last[0] = monotonic()
            update_display(said(done, words), display_id=handle.display_id)

    try:
        yield show
    finally:
        update_display(HTML(""), display_id=handle.display_id)


def _in_notebook() -> bool:
    """Whether this is a kernel of Jupyter; nothing of it is imported to find out."""
    shell = sys.modules.get("IPython")
    found = None if shell is None else shell.get_ipython()
    return found is not None and type(found).__name__ == "ZMQInteractiveShell"
