"""Files of users, opened without waiting: pipes and devices are none."""

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
