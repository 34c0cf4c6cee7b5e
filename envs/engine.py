"""The one place that imports PyBullet, and only when a world is wanted."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from bildsim.errors import RunError, UsageError


def load_engine() -> ModuleType:
    """Return the ``pybullet`` module.

    Raises:
        UsageError: PyBullet cannot be imported.
    """
    try:
        with _muted_banner():
            import pybullet
    except ImportError as error:
        raise UsageError(
            "PyBullet is not installed in this Python: it publishes wheels for CPython 3.11 and "
            "older only, so make a virtual environment with CPython 3.11 and install bildsim there"
        ) from error
    engine: ModuleType = pybullet
    return engine


@contextmanager
def _muted_banner() -> Iterator[None]:
    """Hide the build time that PyBullet's C code prints to standard error when imported."""
    standard_error = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(standard_error, 2)
        os.close(standard_error)
        os.close(nowhere)


def connect(engine: ModuleType, gui: bool) -> int:
    """Open a private physics world and return its client number.

    Args:
        engine: the module from `load_engine`.
        gui: show PyBullet's window; needs a display.

    Raises:
        UsageError: a window is asked for where there is no display.
        RunError: no world could be opened.
    """
    # Without an X server PyBullet would end the whole process.
    if gui and sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        raise UsageError("render_mode 'human' needs a display: set DISPLAY, or use 'rgb_array'")
    client = int(engine.connect(engine.GUI if gui else engine.DIRECT))
    if client < 0:
        raise RunError("PyBullet could not open a world; its window needs a display")
    return client
