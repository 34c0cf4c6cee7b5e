"""Checks of where results will go, made before a run starts; they write nothing."""

import os
import tempfile
from pathlib import Path

from bildsim.basics.errors import UsageError, reason_of
from bildsim.basics.ffmpeg import find_ffmpeg
from bildsim.programs.output.files import LONGEST_NAME
from bildsim.programs.output.gif import SUFFIX as GIF
from bildsim.programs.output.gif import encoded

VIDEO_SUFFIXES = (".mp4", ".mkv", ".mov", GIF)
# Longer than any name of a file in a directory of results, with those of the folders in it.
_LONGEST_WITHIN = "x" * 100


def check_output(path: Path, option: str = "--video") -> None:
    """Make sure that a video can be written under this name.

    Args:
        path: the file to come.
        option: the option as the user typed it, named in the error.

    Raises:
        UsageError: the suffix is unknown, something of that name exists, its directory is missing
            or cannot be written to, or ffmpeg does not run.
    """
    if path.suffix.lower() not in VIDEO_SUFFIXES:
        raise UsageError(
            f"{option} {path} has no known video suffix: allowed are {', '.join(VIDEO_SUFFIXES)}"
        )
    _check_new(path, option)
    if encoded(path).exists():
        raise UsageError(f"{option} {path} needs the name {encoded(path)}, which exists")
    find_ffmpeg()


def check_new_file(path: Path, option: str, suffixes: tuple[str, ...]) -> None:
    """Make sure that a file can be written under this name.

    Args:
        path: the file to come.
        option: the option as the user typed it, named in the error.
        suffixes: those that are allowed.

    Raises:
        UsageError: the suffix is none of these, something of that name exists, or its directory is
            missing or cannot be written to.
    """
    if path.suffix.lower() not in suffixes:
        raise UsageError(f"{option} {path} must end in {' or '.join(suffixes)}")
    _check_new(path, option)


def _check_new(path: Path, option: str) -> None:
    if _exists(path, option):
        kind = "is a directory" if path.is_dir() else "exists and would be overwritten"
        raise UsageError(f"{option} {path} {kind}: give the name of a new file")
    _exists(path, option, path.with_name("x" * LONGEST_NAME))
    _check_parent(path, option)


def check_out_directory(
    path: Path, option: str = "--out", ignored: frozenset[str] = frozenset()
) -> None:
    """Make sure that a directory of results can be made here, or exists and is empty.

    Args:
        path: the directory to come.
        option: the option as the user typed it, named in the error.
        ignored: names of files that may stand in it.

    Raises:
        UsageError: it is a file, holds something, or cannot be made or written to.
    """
    taken = _exists(path, option)
    _exists(path, option, path / _LONGEST_WITHIN)
    if not taken:
        _check_parent(path, option)
        return
    if not path.is_dir():
        raise UsageError(f"{option} {path} is a file: give a new or an empty directory")
    if not _writable(path):
        raise UsageError(f"{option} {path} cannot be written to: give a directory that can")
    if any(entry.name not in ignored for entry in path.iterdir()):
        raise UsageError(f"{option} {path} is not empty: give a new or an empty directory")


def _exists(path: Path, option: str, name: Path | None = None) -> bool:
    """Say whether anything has this name (or another that is needed), a dangling link included."""
    try:
        (name or path).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        raise UsageError(f"{option} {path} cannot be used: {reason_of(error)}") from None
    return True


def _check_parent(path: Path, option: str) -> None:
    parent = path.parent
    if not parent.exists():
        raise UsageError(f"{option} {path}: the directory {parent} does not exist")
    if not parent.is_dir():
        raise UsageError(f"{option} {path}: {parent} is not a directory")
    if not _writable(parent):
        raise UsageError(f"{option} {path}: the directory {parent} cannot be written to")


def _writable(directory: Path) -> bool:
    """Say whether files can be made in a directory, without making one that has a name."""
    if not os.access(directory, os.W_OK | os.X_OK):
        return False
    return not _has_no_blocks(directory) or _takes_unnamed_file(directory)


def _has_no_blocks(directory: Path) -> bool:
    """Recognise a file system without storage, such as /proc, which grants root every access."""
    return hasattr(os, "statvfs") and os.statvfs(directory).f_blocks == 0


def _takes_unnamed_file(directory: Path) -> bool:
    """Tell a memory file system without a size limit from one that keeps no files at all."""
    try:
        with tempfile.TemporaryFile(dir=directory):
            return True
    except OSError:
        return False
