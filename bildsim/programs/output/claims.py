"""Names that one process at a time writes to."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from pathlib import Path

from bildsim.basics.errors import UsageError


class ClaimedError(OSError):
    """Another process has claimed the file."""


def claim(descriptor: int) -> None:
    """Keep others from claiming an open file until it is closed, where its file system can.

    Raises:
        ClaimedError: another process has, or another part of this one.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ClaimedError from None
    except OSError:
        return


class Claim:
    """A file or a directory by which a process keeps a name for itself.

    Args:
        path: a directory, or a file, made where it is missing; what is in it stays.
        setting: the setting that names what is written.
        name: what is written.

    Raises:
        UsageError: another process has claimed it.
    """

    def __init__(self, path: Path, setting: str, name: Path) -> None:
        flags = os.O_RDONLY if path.is_dir() else os.O_WRONLY | os.O_CREAT | os.O_APPEND
        try:
            descriptor = os.open(path, flags, 0o666)
        except OSError:  # who writes there will tell what is wrong
            self._close: Callable[[], object] = _nothing
            return
        # Also when nobody releases it.
        self._close = weakref.finalize(self, os.close, descriptor)
        try:
            claim(descriptor)
        except ClaimedError:
            self.release()
            raise UsageError(
                f"{{{setting}}} is not possible: another process writes to it",
                **{setting: str(name)},
            ) from None

    def release(self) -> None:
        """Let others have the name; a second call does nothing."""
        self._close()


def _nothing() -> None:
    """Release what was never claimed."""
