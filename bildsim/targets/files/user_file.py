"""A file of the user's that is read as a target: opening it, and what is said of a bad one."""

from pathlib import Path
from typing import BinaryIO

from bildsim.basics.errors import UsageError, reason_of
from bildsim.basics.reading.regular_file import NotAFileError, in_units, open_regular

LARGEST_IMAGE = 64_000_000
"""Pictures of more pixels are refused: 8,000 x 8,000, more than cameras have."""
MOST_BYTES = 512_000_000
"""Larger pictures and arrays are refused: 64 million pixels take so much in double precision, and
in four colours of 16 bits."""


def file_error(path: Path, problem: str, otherwise: str = "") -> UsageError:
    """Return the error that says what is wrong with the file.

    Args:
        path: the file.
        problem: what is wrong, to go on after the file's name.
        otherwise: how it could be read instead; settings in it stand in braces.
    """
    return UsageError("{target_file} {0}" + otherwise, problem, target_file=str(path))


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading.

    Raises:
        UsageError: it does not exist or cannot be read.
    """
    try:
        return open_regular(path)
    except NotAFileError as error:
        said = f"{reason_of(error)}: give a picture, a video or an array"
        raise file_error(path, said) from None
    except FileNotFoundError:
        raise file_error(path, "does not exist: give a picture, a video or an array") from None
    except IsADirectoryError:
        raise file_error(path, "is a directory: give a picture, a video or an array") from None
    except (OSError, ValueError) as error:
        raise file_error(path, f"cannot be read: {reason_of(error)}") from None


def check_pixels(shape: tuple[int, ...], path: Path) -> None:
    """Refuse a picture of too many pixels, (rows, columns, ...).

    Raises:
        UsageError: it has.
    """
    if shape[0] * shape[1] > LARGEST_IMAGE:
        raise too_large(path)


def check_bytes(size: int, most: int, path: Path) -> None:
    """Refuse a file that holds, or says that it holds, more than ``most`` bytes.

    Raises:
        UsageError: it does.
    """
    if size > most:
        raise file_error(path, f"is too large: at most {in_units(most)} is read")


def too_large(path: Path) -> UsageError:
    """Return the error for a picture of too many pixels."""
    return file_error(
        path, f"is too large: at most {LARGEST_IMAGE // 10**6} million pixels are read"
    )
