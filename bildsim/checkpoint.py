"""A run in open loop as a file, from which it goes on as if it had never stopped."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from bildsim.arrays import Floats
from bildsim.errors import RunError
from bildsim.history import CONVERGENCE, STABILITY, History, Snapshot
from bildsim.lanes import aligned_empty
from bildsim.macro import MacroState
from bildsim.macro_kernels import Fields
from bildsim.open_loop import OpenLoop

_PLAIN = ("positions", "statistics", "gradient", "rounds", "z")


def save(path: Path, state: MacroState, history: History, wall_s: float) -> None:
    """Write a checkpoint; the file of that name is whole at any moment.

    Args:
        path: the file, ``NAME.npz``.
        state: the state of a round that ``history`` does not hold yet.
        history: what was recorded before that round.
        wall_s: time spent so far (s).

    Raises:
        RunError: the file cannot be written.
    """
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            np.savez(file, wall_s=wall_s, **_arrays(state), **_recorded(history))
        part.replace(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise RunError(f"the checkpoint {path} cannot be written: {reason}") from error


def load(path: Path, loop: OpenLoop) -> tuple[MacroState, History, float]:
    """Read a checkpoint of a run of ``loop``: its state, what was recorded, and the time spent (s).

    Raises:
        RunError: the file cannot be read.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            state = _state(stored, loop)
            return state, _history(stored), float(stored["wall_s"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise RunError(f"the checkpoint {path} cannot be read: remove it to begin again") from error


def _arrays(state: MacroState) -> dict[str, Any]:
    plain = {name: getattr(state, name) for name in _PLAIN}
    return plain | {f"field_{name}": getattr(state.fields, name) for name in Fields._fields}


def _state(stored: Any, loop: OpenLoop) -> MacroState:
    fields = Fields(*(_aligned(stored[f"field_{name}"]) for name in Fields._fields))
    return MacroState(
        positions=stored["positions"],
        statistics=stored["statistics"],
        fields=fields,
        gradient=stored["gradient"],
        log_target=loop.algorithm.log_target,
        rounds=int(stored["rounds"]),
        z=stored["z"],
    )


def _aligned(array: Floats) -> Floats:
    copy = aligned_empty(*array.shape)
    copy[:] = array
    return copy


def _recorded(history: History) -> dict[str, Any]:
    return {
        "convergence": np.array(history.convergence),
        "stability": np.array(history.stability),
        "snapshot_round": np.array([shot.round for shot in history.snapshots]),
        "snapshot_positions": np.array([shot.positions for shot in history.snapshots]),
        "snapshot_y": np.array([shot.y for shot in history.snapshots]),
    }


def _history(stored: Any) -> History:
    shots = (stored[f"snapshot_{name}"] for name in ("round", "positions", "y"))
    return History(
        convergence=stored["convergence"].reshape(-1, len(CONVERGENCE)).tolist(),
        stability=stored["stability"].reshape(-1, len(STABILITY)).tolist(),
        snapshots=[Snapshot(int(k), x, y) for k, x, y in zip(*shots, strict=True)],
    )
