"""How a program ends: its errors as one sentence, its exit status, and signals on the way."""

from __future__ import annotations

import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from bildsim.basics.errors import RunError, UsageError, in_words
from bildsim.basics.names import shown
from bildsim.basics.stopping import as_stopped, signals_raise
from bildsim.basics.streams import silence
from bildsim.programs.config.called import spoken
from bildsim.programs.config.command_line import as_option

WRONG_INPUT, FAILED = 2, 1


def run_program(name: str, program: Callable[[Sequence[str]], int], *, last: bool = False) -> int:
    """Run a program and turn its errors into one sentence and an exit status.

    Args:
        name: the module that is its door, by which sentences name it unless a part of a command.
        program: called with the words of the command line.
        last: whether the process ends then.

    Returns:
        What the program returned, or after an error, which is printed: 2 for wrong input, 1 for a
        run that failed, 130, 143 and 129 for Ctrl-C, SIGTERM and SIGHUP; 0 where nobody reads on
        what is printed.
    """
    with signals_raise(last=last):
        try:
            return _flushed(program)
        except UsageError as error:
            return complain(name, error.said(as_option), WRONG_INPUT)
        except RunError as error:
            return complain(name, error.said(as_option), FAILED)
        except KeyboardInterrupt as error:
            stopped = as_stopped(error)
            sentence = f"{stopped}; {stopped.way_on}" if stopped.way_on else str(stopped)
            return complain(name, sentence, stopped.status)
        except BrokenPipeError:
            silence(sys.stdout)
            return 0
        except Exception as error:
            return complain(name, unforeseen(error, None), FAILED)


def unforeseen(error: BaseException, directory: Path | None) -> str:
    """Return a sentence about an error that nobody has foreseen, and write its traceback.

    Args:
        error: the error.
        directory: where the traceback goes; None for that of temporary files.
    """
    said = f"{in_words(error)}, which nobody has foreseen"
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            prefix="bildsim-traceback-",
            suffix=".txt",
            dir=directory,
            delete=False,
            encoding="utf-8",
            errors="backslashreplace",
        ) as file:
            file.writelines(traceback.format_exception(error))
    except OSError:
        return said
    return f"{said}: please report it with {file.name}"


def _flushed(program: Callable[[Sequence[str]], int]) -> int:
    """Run a program and hand over all that it printed, also when it ends by ``SystemExit``."""
    try:
        return program(sys.argv[1:])
    finally:
        sys.stdout.flush()


def complain(name: str, sentence: str, status: int) -> int:
    """Say a sentence on standard error, if anybody listens, and return the exit status.

    Args:
        name: the program, as `run_program` takes it.
        sentence: what it has to say; in one line, whatever values in it hold.
        status: the exit status.
    """
    try:
        print(f"{spoken(name)}: {shown(' '.join(sentence.split()))}", file=sys.stderr, flush=True)
    except OSError:
        silence(sys.stderr)
    return status
