"""A directory of results that a run can come back to."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bildsim.basics.errors import RunError, UsageError, reason_of
from bildsim.basics.reading.json_file import read_json
from bildsim.programs.output.files import part_of, write_text
from bildsim.programs.output.paths import check_out_directory

OPTIONS, SUMMARY = "options.json", "summary.json"
_MOST_BYTES = 1_000_000


def check(directory: Path, options: Mapping[str, Any]) -> None:
    """Make sure that a run with these options can begin, or go on, in the directory.

    Args:
        directory: where the results will be.
        options: everything that determines the run, as JSON knows it.

    Raises:
        UsageError: the directory cannot be used, holds something else, a run with other options or
            a finished run.
    """
    if not _exists(directory / OPTIONS):
        # A run that was killed as it began leaves a directory without options.
        check_out_directory(directory, ignored=frozenset({part_of(Path(OPTIONS)).name}))
        return
    if (directory / SUMMARY).exists():
        raise UsageError(f"--out {directory} holds a finished run: give another directory")
    before = _read(directory)
    for name, value in options.items():
        if before.get(name) != value:
            raise UsageError(
                f"--out {directory} holds a run with {_said(name, before.get(name))}, not "
                f"{_said(name, value)}: give the same options to go on, or another directory"
            )


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that is too long, say: the check below words it
        return False


def _read(directory: Path) -> dict[str, Any]:
    try:
        found = read_json(directory / OPTIONS, _MOST_BYTES)
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise UsageError(
            f"--out {directory} holds an {OPTIONS} that cannot be read: give another directory"
        )
    return found


def _said(name: str, value: Any) -> str:
    return f"--{name} {value}" if isinstance(value, str | int) else f"other {name}"


def claim(directory: Path, options: Mapping[str, Any]) -> None:
    """Make the directory where it is missing, and write down the options.

    Raises:
        RunError: it cannot be written.
    """
    try:
        directory.mkdir(exist_ok=True)
    except OSError as error:
        raise RunError(f"--out {directory} cannot be made: {reason_of(error)}") from error
    write_text(directory / OPTIONS, json.dumps(options, indent=2) + "\n")
