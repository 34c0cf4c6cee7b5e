"""The ffmpeg that reads and writes videos: imageio's own, or the one that the user names."""

import os
import subprocess
from functools import cache

import imageio_ffmpeg

from bildsim.basics.errors import UsageError, reason_of

VARIABLE = "IMAGEIO_FFMPEG_EXE"
"""The environment variable that names another ffmpeg than imageio's own."""
_LONGEST_S = 60.0


def find_ffmpeg() -> str:
    """Return the ffmpeg to call, once it has shown that it runs.

    Raises:
        UsageError: there is none, or it does not run; says which and what names another.
    """
    try:
        executable = str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        raise UsageError(
            f"videos need ffmpeg, and none was found: install it, or let {VARIABLE} name one"
        ) from None
    problem = _problem(executable)
    if not problem:
        return executable
    if os.environ.get(VARIABLE):
        raise UsageError(
            f"videos need ffmpeg, and {executable}, which {VARIABLE} names, {problem}: name one "
            "that runs, or unset the variable for imageio's own"
        )
    raise UsageError(
        f"videos need ffmpeg, and {executable} {problem}: let {VARIABLE} name one that runs"
    )


@cache
def _problem(executable: str) -> str:
    """Return why an executable cannot be used as ffmpeg; empty if it can."""
    try:
        ended = subprocess.run(
            [executable, "-version"], capture_output=True, timeout=_LONGEST_S, check=False
        )
    except FileNotFoundError:
        return "does not exist"
    except subprocess.TimeoutExpired:
        return f"does not answer within {_LONGEST_S:g} s"
    except (OSError, ValueError) as error:
        return f"cannot be run ({reason_of(error)})"
    if ended.returncode or not ended.stdout.startswith(b"ffmpeg"):
        return "is no ffmpeg that runs"
    return ""
