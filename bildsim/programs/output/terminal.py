"""What programs say on a terminal while they run: the words of users are never markup there."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from bildsim.basics.names import shown
from bildsim.basics.streams import silence


def open_console(*, quiet: bool) -> Console:
    """Return where a program talks to people: standard error, or nowhere.

    Names in brackets or between colons stay what they are, instead of becoming styles and emoji. A
    reader that goes away, or a disk that is full, does not end what is being told of.
    """
    file: Any = _PatientStream(sys.stderr)
    return Console(file=file, quiet=quiet, markup=False, emoji=False)


def say_written(paths: Iterable[Path], console: Console) -> None:
    """Say where files are, a line each."""
    for path in paths:
        line = Text.assemble(("written", "dim"), " ", shown(str(path)))
        console.print(line, soft_wrap=True, highlight=False)


def say_target(source: str, console: Console) -> None:
    """Say what was read of a target file, if there is one."""
    if source:
        line = Text.assemble(("target", "dim"), " ", shown(source))
        console.print(line, soft_wrap=True, highlight=False)


def say_tracking(advice: str, console: Console) -> None:
    """Say how tracking bears late commands, if there are any."""
    if advice:
        line = Text.assemble(("tracking", "dim"), " ", advice)
        console.print(line, soft_wrap=True, highlight=False)


class _PatientStream:
    """A stream that takes everything, and passes on what the one behind it still takes."""

    def __init__(self, behind: TextIO) -> None:
        self._behind, self._gone = behind, False

    def write(self, text: str) -> int:
        if not self._gone:
            try:
                self._behind.write(text)
            except (OSError, ValueError):
                self._give_up()
        return len(text)

    def flush(self) -> None:
        if not self._gone:
            try:
                self._behind.flush()
            except (OSError, ValueError):
                self._give_up()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)

    def _give_up(self) -> None:
        self._gone = True
        silence(self._behind)
