"""Rerun, where it is installed: its module, its viewer, and whether one can be shown here."""

from __future__ import annotations

import os
from importlib import import_module, util
from pathlib import Path
from typing import Any

from bildsim.basics.errors import RunError, UsageError, in_words

_EXTRA = "pip install 'bildsim[live]'"


def load_rerun(setting: str = "live", value: object = True) -> Any:
    """Return the module ``rerun``.

    Args:
        setting: what needs it, named in the error.
        value: its value there.

    Raises:
        UsageError: it is not installed.
    """
    try:
        return import_module("rerun")
    except ImportError:
        raise UsageError(
            f"{{{setting}}} needs Rerun, which is not installed: {_EXTRA}", **{setting: value}
        ) from None


def open_viewer(rerun: Any) -> None:
    """Start Rerun's viewer, which outlives this process, and wait until it listens.

    A viewer that is open already is used.

    Raises:
        RunError: it does not start.
    """
    try:
        rerun.spawn(connect=False, hide_welcome_screen=True, executable_path=viewer_path())
    except Exception as error:  # whatever its own language makes of it
        raise RunError("Rerun's viewer does not start: {0}", in_words(error)) from error


def viewer_path() -> str | None:
    """Return the viewer that came with the package; None to look for it among the commands."""
    found = util.find_spec("rerun_cli")
    if found is None or found.origin is None:
        return None
    program = Path(found.origin).with_name("rerun.exe" if os.name == "nt" else "rerun")
    return str(program) if program.is_file() else None
