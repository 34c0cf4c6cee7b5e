"""Being stopped from outside: Ctrl-C, SIGTERM and SIGHUP alike, and never in the midst of an end.

The first signal raises `Stopped` wherever the program is; what it has by then is written. A second
one, from somebody impatient, is let pass, and the third raises again.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

_SIGNALS = {
    getattr(signal, name): said
    for name, said in (("SIGINT", "Ctrl-C"), ("SIGTERM", "SIGTERM"), ("SIGHUP", "SIGHUP"))
    if hasattr(signal, name)  # Windows has no SIGHUP
}
_OF_SIGNALS = 128
_COMMAND = "bildsim"
_LAST_WORD = 3


class Stopped(KeyboardInterrupt):
    """A signal asked the program to stop.

    Attributes:
        status: the exit status that says so: 128 and the signal's number.
        way_on: how to go on, in words; empty where there is no way.
    """

    def __init__(self, number: int = signal.SIGINT) -> None:
        self.number = int(number)
        self.status = _OF_SIGNALS + self.number
        self.way_on = ""
        super().__init__(f"stopped by {_SIGNALS.get(number, f'signal {self.number}')}")


def as_stopped(error: KeyboardInterrupt) -> Stopped:
    """Return what stopped the program; Python's own error is Ctrl-C."""
    return error if isinstance(error, Stopped) else Stopped()


class _Signals:
    """The signals that came so far, and whether they must wait."""

    def __init__(self) -> None:
        self.count, self.held, self.waiting = 0, 0, 0

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.count += 1
        if self.count >= _LAST_WORD:
            raise Stopped(number)
        if self.count == 1 and not self.held:
            raise Stopped(number)
        if self.count == 1:
            self.waiting = number

    @contextmanager
    def holding(self) -> Iterator[None]:
        self.held += 1
        try:
            yield
        finally:
            self.held -= 1
        if self.waiting and not self.held:
            number, self.waiting = self.waiting, 0
            raise Stopped(number)


_current: list[_Signals] = []


@contextmanager
def signals_raise(*, last: bool = False) -> Iterator[None]:
    """Let Ctrl-C, SIGTERM and SIGHUP raise `Stopped`; those that are ignored stay so.

    Args:
        last: whether the process ends after the block, so that one signal more must not be how.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals, before = _Signals(), {number: signal.getsignal(number) for number in _SIGNALS}
    taken = {n: old for n, old in before.items() if old not in (signal.SIG_IGN, None)}
    for number in taken:
        signal.signal(number, signals)
    _current.append(signals)
    try:
        yield
    finally:
        _current.remove(signals)
        for number, old in taken.items():
            signal.signal(number, signal.SIG_IGN if last else old)


@contextmanager
def going_on(way: str) -> Iterator[None]:
    """Let who stops the block hear how to go on.

    Args:
        way: in words, such as ``the same command goes on``.
    """
    try:
        yield
    except KeyboardInterrupt as error:
        stopped = as_stopped(error)
        stopped.way_on = way
        raise stopped from None


@contextmanager
def finishing() -> Iterator[None]:
    """Let what is in the block come to its end: a signal waits for it, but for the third.

    Raises:
        Stopped: at the end of the block, if one came in it that was the first.
    """
    if not _current:
        yield
        return
    with _current[-1].holding():
        yield


def quiet_while_importing(arguments: list[str], of_python: list[str]) -> None:
    """End without a traceback on Ctrl-C while a program of ours is still importing.

    Python imports the package before it runs anything of ``python -m bildsim.PROGRAM``, and so does
    the script ``bildsim``.

    Args:
        arguments: the program's command line.
        of_python: the interpreter's command line.
    """
    program = _program(arguments, of_python)
    if program and signal.getsignal(signal.SIGINT) is signal.default_int_handler:

        def end(*_: Any) -> None:
            print(f"{program}: stopped by Ctrl-C", file=sys.stderr)
            raise SystemExit(_OF_SIGNALS + signal.SIGINT)

        signal.signal(signal.SIGINT, end)


def _program(arguments: list[str], of_python: list[str]) -> str:
    """Return what a program's sentences begin with; empty for programs that are not ours."""
    called = arguments[0] if arguments else ""
    if Path(called).stem == _COMMAND:
        return _of_command(arguments[1:])
    # So it stands there while the package of what `python -m` names is imported.
    if called != "-m" or "-m" not in of_python[:-1]:
        return ""
    place = of_python.index("-m") + 1
    module = of_python[place]
    if module == _COMMAND:
        return _of_command(of_python[place + 1 :])
    return module if module.startswith(f"{_COMMAND}.") else ""


def _of_command(words: list[str]) -> str:
    """Return the command with the name of a program that may follow it."""
    named = bool(words) and words[0][:1].isalpha() and words[0].isprintable()
    return f"{_COMMAND} {words[0]}" if named else _COMMAND
