"""``python -m bildsim.live``: open a recording of a run in Rerun's viewer."""

from __future__ import annotations

import subprocess
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from bildsim.basics.errors import RunError, UsageError, reason_of
from bildsim.programs.config.called import typed
from bildsim.programs.config.display import require_display
from bildsim.programs.live.sdk import load_rerun, viewer_path

PROGRAM = "bildsim.live"
SUMMARY = "Open a recording, made by bildsim run --recording, in Rerun's viewer."
_MAGIC = (b"RRF", b"RRIO")
"""How Rerun's files begin."""


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}: give a recording, as in {typed(PROGRAM)} FILE.rrd")


def main(arguments: Sequence[str]) -> int:
    """Open what the command line names, and return when the viewer is closed.

    Raises:
        UsageError: it is no recording, Rerun is not installed, or there is no display.
        RunError: the viewer does not start.
    """
    parser = _Parser(typed(PROGRAM), description=SUMMARY)
    parser.add_argument("recording", metavar="FILE.rrd", type=Path, help="a recording of a run")
    path: Path = parser.parse_args(list(arguments)).recording
    require_recording(path)
    try:
        load_rerun("live", True)
        require_display("recording", str(path), "open it where there is one")
    except UsageError as error:
        # Both are options of a run; here it is the program itself, and a file.
        names = {"live": typed(PROGRAM), "recording": str(path)}
        raise UsageError.renamed(error, lambda setting, _: names[setting]) from None
    viewer = viewer_path() or "rerun"
    try:
        # Not a word that the viewer would take for an option.
        return subprocess.run([viewer, str(path.absolute())], check=False).returncode
    except OSError as error:
        raise RunError(
            "Rerun's viewer {0} does not start: {1}", viewer, reason_of(error)
        ) from error


def require_recording(path: Path) -> None:
    """Make sure that a file is one of Rerun's.

    Raises:
        UsageError: it is not, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(max(map(len, _MAGIC)))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {reason_of(error)}") from None
    if not beginning.startswith(_MAGIC):
        raise UsageError(f"{path} is no recording: give a file that bildsim run --recording wrote")
