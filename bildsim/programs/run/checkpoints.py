"""Checkpoints of a run, written as it goes; two of them are kept."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bildsim.basics.errors import RunError, reason_of
from bildsim.basics.timing import TICK_S
from bildsim.controllers.registry import PLANNER_NAMES
from bildsim.envs.dynamics import BULLET
from bildsim.envs.robots.described import described_robot
from bildsim.programs.checkpoint import file as checkpoint_file
from bildsim.programs.checkpoint.decoder import decode
from bildsim.programs.checkpoint.document import StateError
from bildsim.programs.checkpoint.encoder import encode
from bildsim.programs.config.toml_file import to_toml
from bildsim.programs.output.gif import encoded
from bildsim.programs.output.recorder import remove_parts
from bildsim.programs.output.segmented_writer import remove_segments
from bildsim.programs.output.versions import versions
from bildsim.simulation.config import RunConfig
from bildsim.simulation.input_hashes import contents

PROGRAM = "bildsim.run"
"""Which program's checkpoints these are; it stands in their headers."""
NAME = "checkpoint-"
"""How their file names begin."""
_KEPT = 2


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
        return next(reversed(checkpoints_in(self._directory)), None)

    def due(self, count: int) -> bool:
        """Say whether one is to be written after that tick."""
        return count > 0 and count % self._ticks == 0

    def check(self, state: Any, constants: Mapping[str, object]) -> None:
        """Make sure that a state can be stored and read again, before a run depends on it.

        Raises:
            RunError: it cannot.
        """
        try:
            trusted = trusts_state(self._config)
            decode(encode(state, constants, trusted=trusted), constants, trusted=trusted)
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
        path = self._directory / f"{NAME}{count * TICK_S:010.1f}s"
        try:
            content = encode(state, constants, trusted=trusts_state(self._config))
            checkpoint_file.write(path, self._header(count), content)
            for old in checkpoints_in(self._directory)[:-_KEPT]:
                old.unlink()
        except StateError as error:
            raise RunError(f"the checkpoint {path} cannot be written: {error}") from error
        except OSError as error:
            raise RunError(
                f"the checkpoint {path} cannot be written: {reason_of(error)}"
            ) from error

    def _header(self, count: int) -> dict[str, Any]:
        video = self._config.output.video
        return {
            "program": PROGRAM,
            "time_s": count * TICK_S,
            "tick": count,
            "checkpoint_s": self._config.output.checkpoint,
            "configuration": to_toml(self._config),
            "video": None if video is None else os.path.relpath(video, self._directory),
            "contents": self._contents,
            "versions": versions(),
        }


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
            remove_segments(encoded(video))
        for path in checkpoints_in(out):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(f"{error.filename} cannot be removed: {reason_of(error)}") from error


def checkpoints_in(directory: Path) -> list[Path]:
    """Return the checkpoints in a directory, by their time."""
    return sorted(directory.glob(f"{NAME}[0-9]*[0-9]s"))


def trusts_state(config: RunConfig) -> bool:
    """Whether states are of classes that only the user knows."""
    return config.planner not in PLANNER_NAMES


def note_on_own_model(config: RunConfig) -> str:
    """Return the sentence that goes with checkpoints of models of one's own; else nothing.

    Raises:
        UsageError: the robot cannot be read.
    """
    output, swarm = config.output, config.swarm
    kept = output.checkpoint is not None or output.resume is not None
    if not kept or swarm.dynamics != BULLET or not swarm.contacts:
        return ""
    robot = described_robot(swarm.which)
    if robot is None or robot.own is None:
        return ""
    return (
        f"robots of {robot.own.chosen.path.name} that touch each other go on a little otherwise "
        "after a checkpoint than without: PyBullet does not save how their shapes touch"
    )
