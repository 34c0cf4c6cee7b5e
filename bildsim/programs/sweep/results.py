"""The tables that a sweep leaves: a row a trial, and medians over the seeds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.metrics.settling_time import settling_time
from bildsim.programs.sweep.runner import Trial
from bildsim.programs.sweep.trial import DONE, FAILED, WALL
from bildsim.simulation.measurements import COLUMNS
from bildsim.simulation.tracking_error import TRACKING_COLUMNS

KEYS = ("planner", "target", "start", "seed", "robots", "dynamics", "status")
SCORE = "score_"
SETTLING = {"kl_fit": "settling_kl_fit_s", "w2": "settling_w2_s"}
"""By metric the column with the time (s) to its threshold,
`bildsim.metrics.reference_scores.ReferenceScores.thresholds`; empty for targets that move."""
Group = tuple[str, str, str]


@dataclass(frozen=True)
class Spread:
    """Quartiles over seeds; the quartiles of values with infinite ones among them are values.

    Attributes:
        low: lower quartile.
        median: median.
        high: upper quartile.
    """

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: Floats) -> Spread:
        """Return the quartiles of one or more values."""
        method = "linear" if np.isfinite(values).all() else "nearest"
        low, median, high = np.percentile(values, [25, 50, 75], method=method)  # type: ignore[call-overload]
        return cls(float(low), float(median), float(high))


@dataclass(frozen=True)
class Table:
    """A table for a CSV file.

    Attributes:
        columns: their names, in order.
        rows: values by column; others are left out, missing ones empty.
    """

    columns: Sequence[str]
    rows: Sequence[Mapping[str, Any]]

    def csv(self) -> str:
        """Return the file's text; floats in the shortest form that reads back exactly."""
        text = io.StringIO()
        writer = csv.DictWriter(
            text, self.columns, restval="", lineterminator="\n", extrasaction="ignore"
        )
        writer.writeheader()
        writer.writerows(self.rows)
        return text.getvalue()


class Results:
    """All trials of a sweep, sorted, and their values by column.

    Args:
        trials: in any order.

    Attributes:
        trials: sorted by planner, target, start and seed, the names in the order of the alphabet.
    """

    def __init__(self, trials: Iterable[Trial]) -> None:
        self.trials = sorted(trials, key=_sort_key)
        self._rows = [_values(trial) for trial in self.trials]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of metrics.csv, then kl_floor, settling times and the scores there are."""
        present = set().union(*self._rows)
        scores = [name for name in (SCORE + metric for metric in COLUMNS) if name in present]
        measured = [name for name in COLUMNS if name not in TRACKING_COLUMNS or self.has(name)]
        return (*measured, "kl_floor", *SETTLING.values(), *scores)

    def has(self, column: str) -> bool:
        """Return whether any trial has a value in the column."""
        return any(column in row for row in self._rows)

    @cached_property
    def groups(self) -> dict[Group, list[int]]:
        """The trials, by number, of each planner, target and start."""
        found: dict[Group, list[int]] = {}
        for number, trial in enumerate(self.trials):
            found.setdefault(group_of(trial), []).append(number)
        return found

    def groups_of(self, planner: str) -> list[Group]:
        """Return the groups of a planner."""
        return [group for group in self.groups if group[0] == planner]

    def of(self, group: Group) -> list[Trial]:
        """Return the trials of a planner, target and start that were done, by seed."""
        chosen = (self.trials[number] for number in self.groups.get(group, []))
        return [trial for trial in chosen if trial.result["status"] == DONE]

    def values(self, column: str, *groups: Group) -> Floats:
        """Return a column's values over the trials of the groups that were done."""
        rows = (self._rows[number] for group in groups for number in self.groups.get(group, []))
        return np.array([row[column] for row in rows if column in row], dtype=np.float64)

    def by_seed(self, column: str, group: Group) -> dict[int, float]:
        """Return a column's values by seed, over the trials of a group that were done."""
        numbers = self.groups.get(group, [])
        rows = {self.trials[number].config.seed: self._rows[number] for number in numbers}
        return {seed: float(row[column]) for seed, row in rows.items() if column in row}

    def spread(self, column: str, *groups: Group) -> Spread | None:
        """Return the quartiles over all trials done of the groups; None where there are none."""
        values = self.values(column, *groups)
        return Spread.of(values) if values.size else None

    @property
    def failed(self) -> list[Trial]:
        """The trials that failed."""
        return [trial for trial in self.trials if trial.result["status"] == FAILED]

    def tables(self) -> dict[str, Table]:
        """Return by file name what a sweep leaves.

        ``results.csv`` has a row a trial, one that failed a reason and no figures; ``summary.csv``
        quartiles over the seeds of each planner, target and start; ``timings.csv`` the wall times,
        which no two runs share.
        """
        quartiles = [f"{name}{end}" for name in self.columns for end in ("", "_q25", "_q75")]
        pairs = list(zip(self.trials, self._rows, strict=True))
        return {
            "results.csv": Table(
                (*KEYS, *self.columns, "reason"),
                [{**_key_cells(t), **row, "reason": t.result["reason"]} for t, row in pairs],
            ),
            "summary.csv": Table(
                (*KEYS[:3], "done", "failed", *quartiles), list(map(self._summary, self.groups))
            ),
            "timings.csv": Table(
                (*KEYS, *WALL), [{**_key_cells(t), **t.result["wall"]} for t in self.trials]
            ),
        }

    def _summary(self, group: Group) -> dict[str, Any]:
        done = len(self.of(group))
        row: dict[str, Any] = dict(zip(KEYS, group, strict=False))
        row |= {"done": done, "failed": len(self.groups[group]) - done}
        for name in self.columns:
            spread = self.spread(name, group)
            if spread is not None:
                row |= {name: spread.median, f"{name}_q25": spread.low, f"{name}_q75": spread.high}
        return row


def group_of(trial: Trial) -> Group:
    """Return the planner, target and start of a trial."""
    config = trial.config
    return config.planner, config.target, config.swarm.start


def _sort_key(trial: Trial) -> tuple[str, str, str, int]:
    return (*group_of(trial), trial.config.seed)


def _values(trial: Trial) -> dict[str, float]:
    """Return all figures of a trial by column; none for one that failed."""
    final = trial.result["final"]
    if not final:
        return {}
    # JSON has no word for infinity but a string.
    row = {name: float(v) if isinstance(v, str) else v for name, v in final.items()}
    if trial.references is not None:
        row["kl_floor"] = trial.references.least_kl
        if not row.keys() & TRACKING_COLUMNS:  # those of targets that move
            row |= _settling(trial.result["series"], trial.references.thresholds)
        row |= {SCORE + metric: value for metric, value in trial.references.scores(final).items()}
    return row


def _settling(
    series: Mapping[str, Sequence[float]], thresholds: Mapping[str, float]
) -> dict[str, float]:
    """Return the settling times of a trial by column (s); infinite where it did not settle."""
    times = np.array(series["time_s"])
    return {
        column: settling_time(times, np.array(series[metric], dtype=np.float64), thresholds[metric])
        for metric, column in SETTLING.items()
    }


def _key_cells(trial: Trial) -> dict[str, Any]:
    swarm = trial.config.swarm
    values = (*group_of(trial), trial.config.seed, swarm.robots, swarm.dynamics)
    return dict(zip(KEYS, (*values, trial.result["status"]), strict=True))
