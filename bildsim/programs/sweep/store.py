"""The results that a sweep has so far: one file each, whole as soon as it has its name."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from bildsim.basics.errors import RunError, UsageError, reason_of
from bildsim.basics.reading.json_file import read_json
from bildsim.programs.output.claims import Claim
from bildsim.programs.output.files import write_text
from bildsim.programs.output.paths import check_out_directory
from bildsim.programs.sweep.result_schema import SCHEMAS
from bildsim.programs.sweep.trial import RESULTS_VERSION, Result

MARK = "bench.json"
TRIALS = "trials"
"""Where results of trials lie."""
_CHECKSUM = "sha256"
# Of a result: some 800,000 points of curves over time.
_MOST_BYTES = 50_000_000


def check(directory: Path) -> None:
    """Make sure that a sweep can begin or go on in the directory.

    Raises:
        UsageError: it cannot be used, or holds something that no sweep has left.
    """
    if not _is_marked(directory):
        check_out_directory(directory)


def require_single(directory: Path) -> None:
    """Make sure that a directory is not that of a sweep, which has no trajectory.

    Raises:
        UsageError: it is.
    """
    if _is_file(directory / MARK):
        raise UsageError(
            f"{directory} holds a comparison of many runs, with tables in place of trajectories: "
            "give a directory that bildsim run --out wrote"
        )


def _is_marked(directory: Path) -> bool:
    try:
        return isinstance(read_json(directory / MARK, _MOST_BYTES), dict)
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        # What is wrong with the name itself is said by the check of the directory.
        if _is_file(directory / MARK):
            raise UsageError(
                f"--out {directory} holds a {MARK} that cannot be read: give another directory"
            ) from None
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


class Store:
    """Results by kind (trials, floors: the reference scores) and identity, in a sweep's directory.

    Each has a checksum of its own. The directory is this process's until `close`.

    Args:
        directory: made here where it is missing; `check` checks it.
        program: whose it is, unless it is somebody's already.

    Raises:
        UsageError: another process has it.
        RunError: it cannot be written.
    """

    def __init__(self, directory: Path, program: str) -> None:
        self.directory = directory
        try:
            directory.mkdir(exist_ok=True)
            self._claim = Claim(directory, "out", directory)
            # Before anything else: what holds something without it is no sweep's.
            if not _is_marked(directory):
                mark = {"program": program, "results_version": RESULTS_VERSION}
                write_text(directory / MARK, json.dumps(mark) + "\n")
            for kind in SCHEMAS:
                (directory / kind).mkdir(exist_ok=True)
        except OSError as error:
            raise RunError(f"--out {directory} cannot be made: {reason_of(error)}") from error

    def close(self) -> None:
        """Let others have the directory."""
        self._claim.release()

    def load(self, kind: str, identity: str) -> Result | None:
        """Return a result, or None where there is none of this format that is whole."""
        try:
            found = read_json(self._path(kind, identity), _MOST_BYTES)
        except (OSError, ValueError):
            return None
        if not isinstance(found, dict) or found.get("version") != RESULTS_VERSION:
            return None
        # Those of earlier sweeps have none.
        stated = found.pop(_CHECKSUM, None)
        whole = stated in (None, _checksum(found)) and SCHEMAS[kind](found)
        return found if whole else None

    def save(self, kind: str, identity: str, result: Result) -> None:
        """Keep a result.

        Raises:
            RunError: it cannot be written.
        """
        kept = dict(result)
        text = json.dumps(kept | {_CHECKSUM: _checksum(kept)})
        write_text(self._path(kind, identity), text + "\n")

    def _path(self, kind: str, identity: str) -> Path:
        return self.directory / kind / f"{identity}.json"


def _checksum(result: Result) -> str:
    return hashlib.sha256(json.dumps(dict(result), sort_keys=True).encode()).hexdigest()
