"""Checkpoints of a run: written as it goes, two of them kept, and opened only where they belong."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from bildsim.basics.errors import RunError, UsageError
from bildsim.basics.timing import TICK_S
from bildsim.controllers.registry import PLANNER_NAMES
from bildsim.programs.checkpoint import file as checkpoint_file
from bildsim.programs.checkpoint.file import CheckpointError, CheckpointFile
from bildsim.programs.checkpoint.pickling import StateError, decode, encode
from bildsim.programs.config.toml_file import config_of_toml, to_toml
from bildsim.programs.output.recorder import has_parts, remove_parts
from bildsim.programs.output.segmented_writer import remove_stretches
from bildsim.programs.output.versions import versions
from bildsim.simulation.config import RunConfig
from bildsim.simulation.input_hashes import contents

_PROGRAM = "bildsim.run"
_NAME = "checkpoint-"
_KEPT = 2
# What a resumed run may set anew: nothing of it changes the results.
_FREE = ("output.quiet", "output.checkpoint", "output.resume")


class Checkpoints:
    """Writes the checkpoints of a run into its directory of results and keeps the last two.

    Args:
        config: the run's configuration, with ``output.checkpoint`` and ``output.out`` set.
    """

    def __init__(self, config: RunConfig) -> None:
        assert config.output.out is not None
        assert config.output.checkpoint is not None
        self._config, self._directory = config, config.output.out
        self._ticks = round(config.output.checkpoint / TICK_S)
        self._contents = contents(config)

    @property
    def newest(self) -> Path | None:
        """The last checkpoint that was written, or None."""
        return next(reversed(_found(self._directory)), None)

    def due(self, count: int) -> bool:
        """Say whether one is to be written after that tick."""
        return count > 0 and count % self._ticks == 0

    def check(self, state: Any, constants: Mapping[str, object]) -> None:
        """Make sure that a state can be stored and read again, before a run depends on it.

        Raises:
            RunError: it cannot.
        """
        try:
            decode(encode(state, constants), constants, trusted=_trusts(self._config))
        except StateError as error:
            raise RunError(
                f"--checkpoint cannot store the state of this run: {error}; what a planner keeps "
                "between ticks must be data that pickle knows"
            ) from error

    def write(self, count: int, state: Any, constants: Mapping[str, object]) -> None:
        """Write the checkpoint of a tick, and remove the one before the last.

        Raises:
            RunError: it cannot be written.
        """
        path = self._directory / f"{_NAME}{count * TICK_S:010.1f}s"
        try:
            checkpoint_file.write(path, self._header(count), encode(state, constants))
            for old in _found(self._directory)[:-_KEPT]:
                old.unlink()
        except StateError as error:
            raise RunError(f"the checkpoint {path} cannot be written: {error}") from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise RunError(f"the checkpoint {path} cannot be written: {reason}") from error

    def _header(self, count: int) -> dict[str, Any]:
        video = self._config.output.video
        return {
            "program": _PROGRAM,
            "time_s": count * TICK_S,
            "tick": count,
            "checkpoint_s": self._config.output.checkpoint,
            "configuration": to_toml(self._config),
            "video": None if video is None else os.path.relpath(video, self._directory),
            "contents": self._contents,
            "versions": versions(),
        }


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A checkpoint that fits this installation; `open_checkpoint` makes it.

    Attributes:
        path: its file.
        config: configuration of the run, which goes on in the directory of the file.
        tick: number of the last tick that it knows of.
        file: what the file says.
    """

    path: Path
    config: RunConfig
    tick: int
    file: CheckpointFile

    def state(self, constants: Mapping[str, object]) -> Any:
        """Return the state, as it was given to `Checkpoints.write`.

        Raises:
            UsageError: it cannot be read.
        """
        try:
            return decode(self.file.state, constants, trusted=_trusts(self.config))
        except StateError as error:
            raise _refusal(self.path, f"holds a state that cannot be read: {error}") from error

    def goes_on_as(self, config: RunConfig) -> RunConfig:
        """Return the configuration with which the run goes on beside the file.

        Args:
            config: what the command line asks for.

        Raises:
            UsageError: an option asks for another run, or the run's results are not there.
        """
        before, after = dict(_leaves(self.config)), dict(_leaves(config))
        for name, value in before.items():
            if name not in _FREE and value != after[name]:
                option = "--" + name.rpartition(".")[2].replace("_", "-")
                raise _refusal(
                    self.path,
                    f"is of a run with {option} {value}, not {option} {after[name]}: leave the "
                    "option out to go on, or begin another run without --resume",
                )
        self._require_place()
        # Everything else as at the beginning, so that the summary says the same.
        return replace(config, output=replace(config.output, resume=None))

    def _require_place(self) -> None:
        directory = self.path.parent
        try:
            said = (directory / "config.toml").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            said = ""
        if said != self.file.header["configuration"]:
            raise _refusal(
                self.path,
                f"does not lie in the results of its run: {directory / 'config.toml'} has another "
                "configuration or is not there",
            )
        if not (self.is_finished or has_parts(directory)):
            raise _refusal(
                self.path, f"has lost what was recorded: {directory} lacks files named .part"
            )

    @property
    def is_finished(self) -> bool:
        """Whether the run came to its end after the checkpoint."""
        try:
            text = (self.path.parent / "summary.json").read_text(encoding="utf-8")
            return bool(json.loads(text)["status"] == "done")
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def forget_later_ones(self) -> None:
        """Remove later checkpoints, and half-written ones: the run comes to them again."""
        directory, video = self.path.parent, self.config.output.video
        for part in directory.glob(f"{_NAME}*.part"):
            part.unlink(missing_ok=True)
        for later in _found(directory):
            if later.name > self.path.name:
                later.unlink(missing_ok=True)
        if video is not None:
            part_of_whole = video.with_name(f"{video.stem}.part{video.suffix}")
            part_of_whole.unlink(missing_ok=True)


def open_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint; nothing is changed, and no state is loaded yet.

    Args:
        path: its file, or the directory of results that holds it, for the newest one.

    Raises:
        UsageError: it is no checkpoint, damaged, of other versions, or its files have changed.
    """
    path = _chosen(path)
    try:
        file = checkpoint_file.read(path)
    except CheckpointError as error:
        raise _refusal(path, str(error)) from error
    header = file.header
    if header.get("program") != _PROGRAM:
        raise _refusal(path, f"is none of {_PROGRAM}")
    _require_versions(path, header["versions"])
    config = config_of_toml(RunConfig(), header["configuration"], f"--resume {path}:")
    directory, video = path.parent, header["video"]
    place = None if video is None else Path(os.path.normpath(directory / video))
    output = replace(config.output, out=directory, video=place, checkpoint=header["checkpoint_s"])
    config = replace(config, output=output)
    _require_contents(path, header["contents"], config)
    return Checkpoint(path, config, header["tick"], file)


def clean(config: RunConfig) -> None:
    """Remove what only a run that is not finished needs; the checkpoints come last.

    Raises:
        RunError: something cannot be removed.
    """
    out, video = config.output.out, config.output.video
    assert out is not None
    try:
        remove_parts(out)
        if video is not None:
            remove_stretches(video)
        for path in _found(out):
            path.unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise RunError(f"{error.filename} cannot be removed: {reason}") from error


def _found(directory: Path) -> list[Path]:
    """Return the checkpoints in a directory, by their time."""
    return sorted(directory.glob(f"{_NAME}[0-9]*[0-9]s"))


def _chosen(path: Path) -> Path:
    try:
        if not path.is_dir():
            return path
        found = _found(path)
    except (OSError, ValueError):
        return path
    if not found:
        raise _refusal(path, "holds no checkpoint: give a checkpoint of a run, or its directory")
    return found[-1]


def _trusts(config: RunConfig) -> bool:
    """Whether states are of classes that only the user knows."""
    return config.planner not in PLANNER_NAMES


def _require_versions(path: Path, before: Mapping[str, str]) -> None:
    now = versions()
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name, "not installed"), now.get(name, "not installed")
        if old != new:
            raise _refusal(
                path, f"was written with {name} {old}, here it is {new}: results would differ"
            )


def _require_contents(path: Path, before: Mapping[str, str], config: RunConfig) -> None:
    now = contents(config)
    for option, name in (("--planner", config.planner), ("--target-file", config.target_file)):
        if before.get(option) != now[option]:
            raise _refusal(
                path, f"is of a run with {option} {name}, whose file has changed or is not there"
            )


def _leaves(settings: Any, above: str = "") -> list[tuple[str, Any]]:
    """Return the settings by their dotted names."""
    leaves: list[tuple[str, Any]] = []
    for item in fields(settings):
        value, name = getattr(settings, item.name), above + item.name
        leaves += _leaves(value, f"{name}.") if is_dataclass(value) else [(name, value)]
    return leaves


def _refusal(path: Path, what: str) -> UsageError:
    return UsageError(f"--resume {path} {what}")
