"""Opening a checkpoint of a run, and going on from it only where it belongs."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar

from bildsim.basics.errors import UsageError
from bildsim.basics.reading.json_file import read_json
from bildsim.controllers.registry import policy_path
from bildsim.envs.dynamics import BULLET
from bildsim.programs.checkpoint import file as checkpoint_file
from bildsim.programs.checkpoint.decoder import decode
from bildsim.programs.checkpoint.document import StateError
from bildsim.programs.checkpoint.file import CheckpointError, CheckpointFile
from bildsim.programs.config.toml_file import config_of_toml, text_of
from bildsim.programs.output.gif import encoded
from bildsim.programs.output.paths import VIDEO_SUFFIXES
from bildsim.programs.output.recorder import has_parts
from bildsim.programs.output.versions import versions
from bildsim.programs.output.video_writer import part_name
from bildsim.programs.run.checkpoints import NAME, PROGRAM, checkpoints_in, trusts_state
from bildsim.simulation.config import RunConfig
from bildsim.simulation.input_hashes import contents

_State = TypeVar("_State")
# What a resumed run may set anew: nothing of it changes the results.
_FREE = (
    "output.quiet",
    "output.profile",
    "output.checkpoint",
    "output.resume",
    "output.trust_checkpoint",
    "output.live",
    "output.recording",
    "output.report",
    "output.gui",
)
_MOST_SUMMARY = 10_000_000
_HEADER: Mapping[str, type | tuple[type, ...]] = {
    "program": str,
    "tick": int,
    "checkpoint_s": (int, float),
    "configuration": str,
    "video": (str, NoneType),
    "contents": dict,
    "versions": dict,
}
"""What a header holds, by type."""


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

    @property
    def offered(self) -> RunConfig:
        """The configuration that options on the command line are laid upon.

        Without a video that lies elsewhere: who resumes a checkpoint of somebody else must say that
        a file may be written there.
        """
        if not self._strays:
            return self.config
        return replace(self.config, output=replace(self.config.output, video=None))

    @property
    def _strays(self) -> bool:
        output = self.config.output
        assert output.out is not None
        return output.video is not None and lies_elsewhere(output.video, output.out)

    def state(self, kind: type[_State], constants: Mapping[str, object]) -> _State:
        """Return the state, as it was given to `Checkpoints.write`.

        Args:
            kind: the class that it must be of.
            constants: what is not in it.

        Raises:
            UsageError: it cannot be read.
        """
        try:
            state = decode(self.file.state, constants, trusted=trusts_state(self.config))
            if not isinstance(state, kind):
                raise StateError(f"it is no {kind.__name__}")
            return state
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
        if self._strays and after["output.video"] is None:
            video = before["output.video"]
            raise UsageError(
                "{resume} is of a run that makes {video}, which lies neither in its results nor "
                "beside them: give {video} to go on with it",
                resume=str(self.path),
                video=str(video),
            )
        for name, value in before.items():
            if name not in _FREE and not _same(name, value, after[name]):
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
            said = _asked_for(text_of(directory / "config.toml"))
        except (OSError, UnicodeDecodeError, UsageError):
            said = None
        # A run that went on may have been told to be quiet since.
        if said != _asked_for(self.file.header["configuration"]):
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
        return _is_done(self.path.parent)

    def forget_later_ones(self) -> None:
        """Remove later checkpoints, and half-written ones: the run comes to them again."""
        directory, video = self.path.parent, self.config.output.video
        for part in directory.glob(f"{NAME}*.part"):
            part.unlink(missing_ok=True)
        for later in checkpoints_in(directory):
            if later.name > self.path.name:
                later.unlink(missing_ok=True)
        if video is not None:
            part_name(encoded(video)).unlink(missing_ok=True)


def _is_done(directory: Path) -> bool:
    """Whether a directory holds the results of a run that came to its end."""
    try:
        said = read_json(directory / "summary.json", _MOST_SUMMARY)
        return bool(said["status"] == "done")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _same(name: str, before: Any, after: Any) -> bool:
    """Whether a setting is what it was; results may be named from elsewhere."""
    if name in ("output.out", "output.video") and before is not None and after is not None:
        return bool(before.resolve() == after.resolve())
    return bool(before == after)


def lies_elsewhere(video: Path, out: Path) -> bool:
    """Whether a video lies neither in a directory of results nor beside it."""
    return out.resolve().parent not in video.resolve().parents


def open_checkpoint(path: Path, *, trusted: bool = False) -> Checkpoint:
    """Read a checkpoint; nothing is changed, and no state is loaded yet.

    Args:
        path: its file, or the directory of results that holds it, for the newest one.
        trusted: whether it may be of a planner that is none of ours, which can run any code.

    Raises:
        UsageError: it is no checkpoint, damaged, of other versions, not trusted, or its files have
            changed.
    """
    path = _chosen(path)
    try:
        file = checkpoint_file.read(path)
    except CheckpointError as error:
        raise _refusal(path, str(error)) from error
    header = file.header
    _check_header(path, header)
    _require_versions(path, header["versions"])
    config = config_of_toml(RunConfig(), header["configuration"], f"--resume {path}:")
    directory, place = path.parent, _video_of(path, header["video"])
    output = replace(config.output, out=directory, video=place, checkpoint=header["checkpoint_s"])
    config = replace(config, output=output)
    # Before anything is looked for that the header names: finding a module can run its package.
    _require_trust(path, config, trusted)
    _require_own(path, config, file.own or trusted)
    if not 1 <= header["tick"] < config.ticks:
        raise _refusal(path, f"says that it is of tick {header['tick']} of {config.ticks}")
    _require_contents(path, header["contents"], config)
    return Checkpoint(path, config, header["tick"], file)


def _asked_for(text: str) -> dict[str, Any]:
    """Return what a configuration asks for, but for what may change when a run goes on."""
    leaves = dict(_leaves(config_of_toml(RunConfig(), text, "")))
    return {name: value for name, value in leaves.items() if name not in _FREE}


def _chosen(path: Path) -> Path:
    try:
        if not path.is_dir():
            return path
        found = checkpoints_in(path)
    except (OSError, ValueError):
        return path
    if not found and _is_done(path):
        raise _refusal(path, "holds the results of a run that is finished: there is nothing to do")
    if not found:
        raise _refusal(path, "holds no checkpoint: give a checkpoint of a run, or its directory")
    return found[-1]


def _check_header(path: Path, header: Any) -> None:
    if not isinstance(header, dict) or header.get("program") != PROGRAM:
        raise _refusal(path, f"is none of {PROGRAM}")
    for name, kinds in _HEADER.items():
        if not isinstance(header.get(name, ...), kinds) or header[name] is True:
            raise _refusal(path, f"has a header whose {name} is missing or of another kind")


def _video_of(path: Path, video: str | None) -> Path | None:
    """Return where a video lies that is named as seen from the results."""
    if video is None:
        return None
    place = Path(os.path.normpath(path.parent / video))
    if place.suffix.lower() not in VIDEO_SUFFIXES:
        raise _refusal(path, f"names {video!r} as its video, which has no known video suffix")
    return place


def _require_trust(path: Path, config: RunConfig, trusted: bool) -> None:
    if trusts_state(config) and not trusted:
        raise UsageError(
            "{resume} is of a run with {planner}, which is none of ours, so that it can run any "
            "code: {trust_checkpoint} resumes what you made yourself",
            resume=str(path),
            planner=config.planner,
            trust_checkpoint=True,
        )


def _require_own(path: Path, config: RunConfig, own: bool) -> None:
    if config.swarm.dynamics == BULLET and not own:
        raise UsageError(
            "{resume} was not written by this user on this machine, and PyBullet reads its part of "
            "it without looking out for harm: {trust_checkpoint} resumes what you made yourself",
            resume=str(path),
            trust_checkpoint=True,
        )


def _require_versions(path: Path, before: Mapping[str, str]) -> None:
    now = versions()
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name, "not installed"), now.get(name, "not installed")
        if old != new:
            raise _refusal(
                path, f"was written with {name} {old}, here it is {new}: results would differ"
            )


def _require_contents(path: Path, before: Mapping[str, str], config: RunConfig) -> None:
    names = {
        "--planner": config.planner,
        "--policy": policy_path(config.policy),
        "--target-file": config.target_file,
        "--start": config.swarm.start,
        "--radio": config.links.radio,
        "--robot": config.swarm.robot,
        "--robot-urdf": config.swarm.robot_urdf,
        "--localisation": config.sensing.localisation,
    }
    for option, now in contents(config).items():
        if before.get(option, "") != now:
            name = names[option]
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
