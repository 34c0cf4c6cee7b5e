"""Loading PyBullet, when a world is wanted, and saving and loading worlds."""

import os
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from bildsim.basics.errors import RunError, UsageError, reason_of


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
            "PyBullet is not installed in this Python. On most systems bildsim installs it with "
            "CPython 3.11 to 3.13: make a virtual environment with one of these. Where it has no "
            "wheel, `pip install pybullet-arm64` compiles it. {dynamics:kinematic} does without",
            dynamics="bullet",
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


def has_display() -> bool:
    """Say whether PyBullet can show a window here: on Linux it needs an X server."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY"))


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
    if gui and not has_display():
        raise UsageError("render_mode 'human' needs a display: set DISPLAY, or use 'rgb_array'")
    client = int(engine.connect(engine.GUI if gui else engine.DIRECT))
    if client < 0:
        raise RunError("PyBullet could not open a world; its window needs a display")
    return client


def save_world(engine: ModuleType, client: int) -> bytes:
    """Return a world's bodies, joints and contacts as bytes.

    With sphere colliders and a deterministic order of pairs a world that takes them back with
    `load_world` evolves bit for bit like this one, in this process or another.

    Raises:
        RunError: the temporary file that the engine writes to cannot be written.
    """
    with _world_file() as file:
        engine.saveBullet(str(file), physicsClientId=client)
        return zlib.compress(file.read_bytes(), level=1)


def load_world(engine: ModuleType, client: int, world: bytes) -> None:
    """Put a world that has the same bodies into the state that `save_world` returned.

    Raises:
        RunError: the engine does not take it.
    """
    with _world_file() as file:
        file.write_bytes(zlib.decompress(world))
        try:
            engine.restoreState(fileName=str(file), physicsClientId=client)
        except engine.error as error:
            raise RunError(f"PyBullet does not take a saved world back: {error}") from error


@contextmanager
def _world_file() -> Iterator[Path]:
    """Name a file for the time that the engine, which knows files only, needs it."""
    try:
        with tempfile.TemporaryDirectory(prefix="bildsim-") as directory:
            yield Path(directory) / "world.bullet"
    except OSError as error:
        raise RunError(f"PyBullet's world cannot be stored: {reason_of(error)}") from error
