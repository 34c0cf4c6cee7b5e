"""What a program was called by, for its help and its sentences: the one command, or ``-m``."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

PACKAGE = "bildsim"
_command: ContextVar[str] = ContextVar("command", default="")


@contextmanager
def called_by(command: str) -> Iterator[None]:
    """Let programs within the block be known as a part of the one command.

    Args:
        command: how it was typed: ``bildsim`` or ``python -m bildsim``.
    """
    token = _command.set(command)
    try:
        yield
    finally:
        _command.reset(token)


def typed(program: str) -> str:
    """Return the words that call a program as this one was called.

    Args:
        program: the module that is its door, such as ``bildsim.run``.
    """
    command = _command.get()
    return f"{command} {_part(program)}" if command else f"python -m {program}"


def spoken(program: str) -> str:
    """Return what a program's sentences begin with: ``bildsim run``, or its module."""
    inside = program.startswith(f"{PACKAGE}.")
    return f"{PACKAGE} {_part(program)}" if _command.get() and inside else program


def _part(program: str) -> str:
    return program.removeprefix(f"{PACKAGE}.").replace("_", "-")
