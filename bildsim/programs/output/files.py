"""Files that are whole as soon as they have their name: written beside it, then renamed."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bildsim.basics.errors import RunError, reason_of
from bildsim.basics.names import writable

LONGEST_NAME = 143
"""Bytes of a temporary name: file systems allow 255, but some that encrypt 143."""
_DIGITS = 12


def part_of(path: Path) -> Path:
    """Return the name under which a file is written until it is whole."""
    return path.with_name(f"{path.name}.part")


def tame(stem: str, ending: int) -> str:
    """Return the beginning of a temporary name beside a file of the user's.

    That is ``stem`` itself, unless the name would be too long, or holds what other programs may not
    take, such as line breaks: then what is good of it, and a hash of it all.

    Args:
        stem: the beginning of the file's name.
        ending: how many bytes follow.
    """
    most = LONGEST_NAME - ending
    if stem.isprintable() and len(stem.encode()) <= most:
        return stem
    digest = hashlib.sha256(stem.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    printable = "".join(sign for sign in stem if sign.isprintable())
    return f"{printable.encode()[: most - _DIGITS - 1].decode(errors='ignore')}~{digest}"


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

    What is not UTF-8 in names is spelled out (`bildsim.basics.names.writable`).

    Raises:
        RunError: it cannot be written.
    """
    try:
        with whole(path) as part:
            part.write_text(writable(text), encoding="utf-8", newline="\n")
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
