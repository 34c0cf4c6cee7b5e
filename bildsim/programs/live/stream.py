"""Where a live view goes: Rerun's viewer, a file of its own, or both."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from bildsim.basics.errors import RunError, in_words, reason_of
from bildsim.programs.live.sdk import load_rerun, open_viewer
from bildsim.programs.output.claims import Claim
from bildsim.programs.output.files import part_of

TIMELINE = "sim_time"


class Stream:
    """What is logged, on the timeline ``sim_time``.

    The file is written as ``NAME.part`` and takes its name in `close`; a run that is killed leaves
    the part, which opens as well.

    Attributes:
        rerun: the module.

    Args:
        title: of the recording.
        path: a new file, or None.
        viewer: whether Rerun's viewer is opened.

    Raises:
        UsageError: Rerun is not installed, or another process writes to the file.
        RunError: the viewer does not start, or the file cannot be written.
    """

    def __init__(self, title: str, path: Path | None, *, viewer: bool) -> None:
        named = ("live", True) if path is None else ("recording", str(path))
        self.rerun = load_rerun(*named)
        self._path = path
        self._claim = None if path is None else Claim(part_of(path), "recording", path)
        self._stream: Any = self.rerun.RecordingStream("bildsim")
        sinks = [] if path is None else [self.rerun.FileSink(os.fspath(part_of(path)))]
        if viewer:
            open_viewer(self.rerun)
            sinks.append(self.rerun.GrpcSink())
        try:
            self._stream.set_sinks(*sinks)
        except Exception as error:  # whatever its own language makes of it
            raise RunError("the live view cannot be opened: {0}", in_words(error)) from error
        self._stream.send_recording_name(title)

    def arrange(self, blueprint: Any) -> None:
        """Say what stands where."""
        self._stream.send_blueprint(blueprint)

    def at(self, time_s: float) -> None:
        """Let what follows be of this simulated time (s)."""
        self._stream.set_time(TIMELINE, duration=time_s)

    def log(self, entity: str, *shown: Any) -> None:
        """Log what an entity is at the present time."""
        self._stream.log(entity, *shown)

    def keep(self, entity: str, *shown: Any) -> None:
        """Log what an entity is at all times."""
        self._stream.log(entity, *shown, static=True)

    def close(self) -> None:
        """Hand over all that was logged, and give the file its name; further calls do nothing.

        Raises:
            RunError: the file cannot be written, or one of that name has appeared meanwhile.
        """
        if self._stream is None:
            return
        stream, self._stream = self._stream, None
        try:
            stream.flush()
        except Exception as error:
            raise RunError("the live view ended early: {0}", in_words(error)) from error
        finally:
            stream.disconnect()
            if self._path is not None:
                self._name(self._path)

    def _name(self, path: Path) -> None:
        part = part_of(path)
        if path.exists():
            raise RunError(f"{path} exists by now: the recording was left in {part}")
        try:
            part.rename(path)
        except OSError as error:
            raise RunError(f"the recording {path} cannot be written: {reason_of(error)}") from error
        if self._claim is not None:
            self._claim.release()
