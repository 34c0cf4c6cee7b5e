"""A file of the user's that is read as a target: opening it, and what is said of a bad one."""

from pathlib import Path
from typing import BinaryIO

from bildsim.basics.errors import UsageError, reason_of


def file_error(path: Path, problem: str) -> UsageError:
    """Return the error that says what is wrong with the file."""
    return UsageError("{target_file} {0}", problem, target_file=str(path))


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading.

    Raises:
        UsageError: it does not exist or cannot be read.
    """
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise file_error(path, "does not exist: give a picture, a video or an array") from None
    except IsADirectoryError:
        raise file_error(path, "is a directory: give a picture, a video or an array") from None
    except (OSError, ValueError) as error:
        raise file_error(path, f"cannot be read: {reason_of(error)}") from None
