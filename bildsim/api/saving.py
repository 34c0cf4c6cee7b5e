"""A run's results in a directory, as the program writes them, and read again."""

from __future__ import annotations

import csv
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from bildsim.api.options import configured
from bildsim.api.result import Result
from bildsim.api.trajectory import Trajectory
from bildsim.basics.errors import UsageError, in_words, reason_of
from bildsim.basics.reading.json_file import read_json
from bildsim.basics.stopping import finishing
from bildsim.programs.config.toml_file import merged_toml, to_toml
from bildsim.programs.output.paths import check_out_directory
from bildsim.programs.output.recorder import FIELDS, Recorder
from bildsim.programs.sweep.store import require_single
from bildsim.simulation.config import RunConfig
from bildsim.simulation.load_target import load_target
from bildsim.targets.any_target import TargetLike

_METRICS, _TRAJECTORY = "metrics.csv", "trajectory.npz"
_SUMMARY, _CONFIG = "summary.json", "config.toml"
_MOST_BYTES = 10_000_000


def save(result: Result, directory: Path) -> Path:
    """Write what the program writes of the same run, and return the directory.

    Raises:
        UsageError: it cannot be used.
        RunError: it cannot be written.
    """
    check_out_directory(directory, "the directory")
    ticks, text = result.trajectory, to_toml(result.config)
    if result.brought:
        names = ", ".join(result.brought)
        text = f"# Given in Python, so that no file holds them: {names}.\n{text}"
    with finishing():
        recorder = Recorder(directory, result.robots, list(result.columns), text)
        for values in zip(*ticks.arrays().values(), strict=True):
            recorder.tick(*values)
        for row in result.rows:
            recorder.row(row)
        recorder.close(result.summary)
    return directory


def load(directory: str | os.PathLike[str], *, target: TargetLike | None = None) -> Result:
    """Read what `Result.save` or ``python -m bildsim.run --out`` has written.

    Args:
        directory: where it is.
        target: p*, where it was a thing of Python's; anything that `bildsim.simulate` takes.

    Raises:
        UsageError: there are no whole results, or they are those of a comparison.
    """
    place = Path(directory)
    require_single(place)
    config = merged_toml(RunConfig(), place / _CONFIG, "the configuration")
    try:
        summary = read_json(place / _SUMMARY, _MOST_BYTES)
        rows = _rows(place / _METRICS)
        with np.load(place / _TRAJECTORY) as arrays:
            trajectory = Trajectory(**{name: arrays[name] for name in FIELDS})
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        reason = reason_of(error) if isinstance(error, OSError) else in_words(error)
        raise UsageError(f"{place} holds no whole results of a run: {reason}") from None
    if not rows or not isinstance(summary, dict) or "swarm" not in summary:
        raise UsageError(f"{place} holds no whole results of a run: it stopped before the first")
    found = _target(config, target)
    return Result(config=config, rows=rows, trajectory=trajectory, summary=summary, target=found)


def _rows(path: Path) -> list[dict[str, float | int]]:
    with path.open(newline="", encoding="utf-8") as file:
        return [
            {name: _number(cell) for name, cell in line.items() if cell}
            for line in csv.DictReader(file)
        ]


def _number(cell: str) -> float | int:
    return int(cell) if cell.lstrip("-").isdigit() else float(cell)


def _target(config: RunConfig, target: TargetLike | None) -> Any:
    """Return the target, or None where no name or file leads to it."""
    if target is not None:
        changed, brought = configured(config, {"target": target})
        return load_target(changed, brought.target)
    try:
        return load_target(config)
    except UsageError:
        return None
