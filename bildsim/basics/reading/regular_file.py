"""Files of users, opened without waiting and read up to a bound: pipes and devices are none."""

import os
import stat
from io import BufferedReader
from pathlib import Path

NOT_A_FILE = "is a pipe or a device, and no file"


class NotAFileError(OSError):
    """A path leads to something that may never end, or never begin."""

    def __init__(self) -> None:
        super().__init__()
        self.strerror = NOT_A_FILE


class TooLargeError(OSError):
    """A file is longer than what is read of one of its kind.

    Args:
        most_bytes: what is read.
    """

    def __init__(self, most_bytes: int) -> None:
        super().__init__()
        self.strerror = f"is too large: at most {in_units(most_bytes)} is read"


def open_regular(path: Path) -> BufferedReader:
    """Open a file for reading its bytes.

    Raises:
        NotAFileError: it is a pipe, a socket or a device, which reading might wait for for ever.
        OSError: it does not exist, is a directory or cannot be read.
        ValueError: no file can have such a name.
    """
    mode = os.stat(path).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise NotAFileError
    return path.open("rb")


def read_regular(path: Path, most_bytes: int) -> bytes:
    """Return all that a file holds, or refuse it before more than ``most_bytes`` are read.

    Raises:
        TooLargeError: it holds more.
        OSError, ValueError: as `open_regular`.
    """
    with open_regular(path) as file:
        # Asked of the system first, as the memory for a read is taken before it; and read to the
        # bound all the same, as a file may grow, and those of /proc say that they are empty.
        if os.fstat(file.fileno()).st_size > most_bytes:
            raise TooLargeError(most_bytes)
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise TooLargeError(most_bytes)
    return content


def in_units(count: int) -> str:
    """Return a number of bytes in words: whole GB, MB or kB where it has such, else in bytes."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= unit and count % unit == 0:
            return f"{count // unit} {name}"
    return f"{count} bytes"
