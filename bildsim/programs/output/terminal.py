"""What programs say on a terminal while they run: the words of users are never markup there."""

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bildsim.basics.names import shown


def open_console(*, quiet: bool) -> Console:
    """Return where a program talks to people: standard error, or nowhere.

    Names in brackets or between colons stay what they are, instead of becoming styles and emoji.
    """
    return Console(stderr=True, quiet=quiet, markup=False, emoji=False)


def say_written(paths: Iterable[Path], console: Console) -> None:
    """Say where files are, a line each."""
    for path in paths:
        line = Text.assemble(("written", "dim"), " ", shown(str(path)))
        console.print(line, soft_wrap=True, highlight=False)
