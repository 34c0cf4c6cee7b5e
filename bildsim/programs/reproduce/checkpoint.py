"""A run in open loop as a file, from which it goes on as if it had never stopped."""

from __future__ import annotations

from pathlib import Path

from bildsim.basics.errors import RunError, reason_of
from bildsim.controllers.bild_macro.algorithm import MacroState
from bildsim.programs.checkpoint import file as checkpoint_file
from bildsim.programs.checkpoint.decoder import decode
from bildsim.programs.checkpoint.document import StateError
from bildsim.programs.checkpoint.encoder import encode
from bildsim.programs.checkpoint.file import CheckpointError
from bildsim.programs.reproduce.history import History
from bildsim.programs.reproduce.open_loop import OpenLoop

_PROGRAM = "bildsim.reproduce"


def save(path: Path, loop: OpenLoop, state: MacroState, history: History, wall_s: float) -> None:
    """Write a checkpoint; the file of that name is whole at any moment.

    Args:
        path: the file.
        loop: what is run.
        state: the state of a round that ``history`` does not hold yet.
        history: what was recorded before that round.
        wall_s: time spent so far (s).

    Raises:
        RunError: the file cannot be written.
    """
    header = {"program": _PROGRAM, "round": state.rounds}
    try:
        whole = encode((state, history, wall_s), _constants(loop))
        checkpoint_file.write(path, header, whole)
    except OSError as error:
        raise RunError(f"the checkpoint {path} cannot be written: {reason_of(error)}") from error


def load(path: Path, loop: OpenLoop) -> tuple[MacroState, History, float]:
    """Read a checkpoint of a run of ``loop``: its state, what was recorded, and the time spent (s).

    Raises:
        RunError: the file cannot be read.
    """
    try:
        file = checkpoint_file.read(path)
        if file.header.get("program") != _PROGRAM:
            raise CheckpointError(f"is none of {_PROGRAM}")
        state, history, wall_s = decode(file.state, _constants(loop))
    except (CheckpointError, StateError) as error:
        raise RunError(f"the checkpoint {path} cannot be read: remove it to begin again") from error
    return state, history, wall_s


def _constants(loop: OpenLoop) -> dict[str, object]:
    return {"log_target": loop.algorithm.log_target}
