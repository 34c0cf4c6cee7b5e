"""Files that are whole as soon as they have their name: written beside it, then renamed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bildsim.basics.errors import RunError, reason_of


def part_of(path: Path) -> Path:
    """Return the name under which a file is written until it is whole."""
    return path.with_name(f"{path.name}.part")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield the name to write to; afterwards what stands there takes the name ``path``.

    If anything goes wrong, a file that had the name before keeps it, and the half-written one goes.

    Raises:
        OSError: the file cannot be written.
    """
    part = part_of(path)
    try:
        yield part
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a whole text file, in UTF-8 with plain line ends on all systems.

    Raises:
        RunError: it cannot be written.
    """
    try:
        with whole(path) as part:
            part.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RunError(f"{path} cannot be written: {reason_of(error)}") from error


def sync(path: Path) -> None:
    """Bring a file, or the names in a directory, to the disk, where the system can."""
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
