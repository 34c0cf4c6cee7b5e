"""Standard streams whose readers may go away."""

import contextlib
import os
from typing import TextIO


def silence(stream: TextIO) -> None:
    """Send to nowhere what is still to be printed on a stream that takes nothing any more.

    Python would complain once more when it closes its output at the end.
    """
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
