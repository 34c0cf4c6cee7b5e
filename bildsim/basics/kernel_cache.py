"""Where compiled functions are kept from one start to the next.

Numba gives up at import where it finds no directory to write to: a package that root installed, a
user without a home. Here is the next best place then, and none at all if need be.
"""

import atexit
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numba
import platformdirs

VARIABLE = "NUMBA_CACHE_DIR"
# A module whose names come from the environment, which type checkers cannot know.
_config: Any = numba.config


def cached(source: str) -> bool:
    """Find a place for the compiled functions of a module, and say whether there is one.

    Tried in turn: what NUMBA_CACHE_DIR names, ``__pycache__`` beside the module, the user's cache
    directory, a temporary directory that goes with this process. The last one, or none at all, is
    said once on stderr.

    Args:
        source: the module's ``__file__``.
    """
    named = _config.CACHE_DIR
    if named and _takes_files(Path(named)):
        return True
    return _takes_files(Path(source).parent / "__pycache__") or _elsewhere()


@cache
def _elsewhere() -> bool:
    """Send numba, here and in processes to come, to a place of this user or of this process."""
    place = Path(platformdirs.user_cache_dir("bildsim", appauthor=False)) / "kernels"
    if not (place.is_absolute() and _takes_files(place)):
        temporary = _temporary()
        if temporary is None:
            _say("is compiled anew by every process")
            return False
        _say("is compiled anew at every start")
        place = temporary
    os.environ[VARIABLE] = _config.CACHE_DIR = str(place)
    return True


def _temporary() -> Path | None:
    """Return a directory that is removed when this process ends; None where there is none."""
    try:
        place = tempfile.mkdtemp(prefix="bildsim-")
    except OSError:
        return None
    atexit.register(_remove, place, os.getpid())
    return Path(place)


def _remove(place: str, owner: int) -> None:
    # A process that was forked from the owner leaves it what it still uses.
    if os.getpid() == owner:
        shutil.rmtree(place, ignore_errors=True)


def _takes_files(directory: Path) -> bool:
    """Say whether files can be made in a directory, which is made where it is missing."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            return True
    except (OSError, ValueError):
        return False


def _say(what: str) -> None:
    print(
        f"bildsim: no directory for compiled code can be written to, so it {what}: "
        f"set {VARIABLE} to a directory that can",
        file=sys.stderr,
    )
