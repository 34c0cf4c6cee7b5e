"""What came of a comparison."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bildsim.api.data_frame import data_frame
from bildsim.api.result import Result
from bildsim.api.trials import Trial, finals
from bildsim.basics.arrays import Floats
from bildsim.basics.errors import unknown_name
from bildsim.programs.sweep.results import Spread

if TYPE_CHECKING:
    import pandas as pd

    from bildsim.api.showing.figures import Figure

SHOWN = {
    "kl_fit": "KL (nats)",
    "w2": "W2 (m)",
    "js_kde": "JS (nats)",
    "path_length_m": "way (m)",
    "bytes_sent": "sent (MB)",
    "planner_ms": "planner (ms)",
}
"""Columns of the table that is shown: of all it holds that less is better."""
_SPREAD = ("kl_fit", "w2")
"""Those that are shown with their quartiles."""
_SCALE = {"bytes_sent": 1e-6}
_WIDTH = 160


class Comparison:
    """What came of a comparison: every trial, and medians with quartiles over seeds.

    Attributes:
        trials: all of them, also those that failed.
        labels: what was compared, in the order given.
    """

    def __init__(self, trials: Sequence[Trial], labels: Sequence[str]) -> None:
        self.trials, self.labels = tuple(trials), tuple(dict.fromkeys(labels))

    @property
    def results(self) -> list[Result]:
        """What came of the trials that were done, in their order."""
        return [trial.result for trial in self.trials if trial.result is not None]

    @property
    def failed(self) -> list[Trial]:
        """The trials that failed; each has a reason."""
        return [trial for trial in self.trials if trial.result is None]

    @property
    def places(self) -> list[tuple[str, str]]:
        """The targets with the starts, in the order they were tried."""
        return list(dict.fromkeys(trial.place for trial in self.trials))

    def of(self, label: str, target: str | None = None, start: str | None = None) -> list[Result]:
        """Return what came of the trials of a label, of all targets and starts or of one.

        Raises:
            UsageError: there is no such label.
        """
        if label not in self.labels:
            raise unknown_name("label", label, self.labels)
        return [
            trial.result
            for trial in self.trials
            if trial.result is not None
            and trial.label == label
            and target in (None, trial.target)
            and start in (None, trial.start)
        ]

    @cached_property
    def table(self) -> list[dict[str, Any]]:
        """A row a label, target and start.

        It has ``label``, ``target``, ``start``, how many trials were ``done`` and ``failed``, and
        for each column of metrics.csv at the end of the run, ``settling_s`` (when the KL settled,
        s) and ``planner_ms`` (ms a robot and tick), the median over seeds with the quartiles
        ``_q25`` and ``_q75``.
        """
        return [self._row(label, place) for place in self.places for label in self.labels]

    def _row(self, label: str, place: tuple[str, str]) -> dict[str, Any]:
        trials = [t for t in self.trials if t.label == label and t.place == place]
        values = [finals(trial) for trial in trials if trial.result is not None]
        row: dict[str, Any] = {"label": label, "target": place[0], "start": place[1]}
        row |= {"done": len(values), "failed": len(trials) - len(values)}
        for name in dict.fromkeys(name for own in values for name in own):
            here = np.array([own[name] for own in values if name in own])
            if not np.isnan(here).any():
                spread = Spread.of(here)
                row |= {name: spread.median}
                row |= {f"{name}_q25": spread.low, f"{name}_q75": spread.high}
        return row

    def paired(self, metric: str = "w2", against: str | None = None) -> list[dict[str, Any]]:
        """Return differences from one of those compared, with the same target, start and seed.

        A row has ``label``, ``target``, ``start``, the number of ``pairs``, the ``median`` of the
        differences with ``q25`` and ``q75`` (negative where it is less than the other), and
        ``less``, in how many pairs it is less.

        Args:
            metric: a column of metrics.csv, settling_s or planner_ms.
            against: the label that the others are compared with; the first unless given.

        Raises:
            UsageError: there is no such label or no such metric.
        """
        against = self.labels[0] if against is None else against
        if against not in self.labels:
            raise unknown_name("against", against, self.labels)
        known = list(dict.fromkeys(name for t in self.trials for name in finals(t)))
        if metric not in known:
            raise unknown_name("metric", metric, known)
        return [
            self._paired(label, place, metric, against)
            for place in self.places
            for label in self.labels
            if label != against
        ]

    def _paired(
        self, label: str, place: tuple[str, str], metric: str, against: str
    ) -> dict[str, Any]:
        own, other = self._by_seed(label, place, metric), self._by_seed(against, place, metric)
        values = np.array([own[seed] - other[seed] for seed in own if seed in other])
        values = values[~np.isnan(values)]
        row: dict[str, Any] = {"label": label, "target": place[0], "start": place[1]}
        row["pairs"] = len(values)
        if len(values):
            spread = Spread.of(values)
            row |= {"median": spread.median, "q25": spread.low, "q75": spread.high}
            row["less"] = int((values < 0.0).sum())
        return row

    def _by_seed(self, label: str, place: tuple[str, str], metric: str) -> dict[int, float]:
        return {
            trial.seed: values[metric]
            for trial in self.trials
            if trial.label == label and trial.place == place
            for values in (finals(trial),)
            if metric in values
        }

    def curves(self, label: str, place: tuple[str, str], metric: str) -> tuple[Floats, Floats]:
        """Return times (T,) in s and a metric's curves (S, T), a row a seed.

        Runs of different length are cut to the shortest.

        Args:
            label: which of those compared.
            place: target and start.
            metric: a column of metrics.csv.
        """
        found = self.of(label, *place)
        ticks = min((len(result.rows) for result in found), default=0)
        times = found[0].series["time_s"][:ticks] if found else np.empty(0)
        return times, np.array([result.series[metric][:ticks] for result in found])

    def plot(self) -> Figure:
        """Draw KL and W2 over time with bands over the seeds, and each trial's W2 at the end."""
        from bildsim.api.showing.comparison_figure import comparison_figure

        return comparison_figure(self)

    def to_pandas(self) -> pd.DataFrame:
        """Return a row a trial with all its figures at the end, as a DataFrame.

        Raises:
            UsageError: pandas is not installed.
        """
        return data_frame(
            [
                {
                    "label": trial.label,
                    "target": trial.target,
                    "start": trial.start,
                    "seed": trial.seed,
                    "status": "failed" if trial.result is None else "done",
                    "reason": trial.reason,
                    **finals(trial),
                }
                for trial in self.trials
            ]
        )

    def cells(self, row: dict[str, Any]) -> list[str]:
        """Return a row of the table as it is shown: medians, with quartiles where seeds differ."""
        return [_cell(row, name) for name in SHOWN]

    def heads(self) -> list[str]:
        """Return what the first columns that are shown are called: those that tell rows apart."""
        several = {name: {row[name] for row in self.table} for name in ("target", "start")}
        return ["label", *(name for name, values in several.items() if len(values) > 1)]

    def reasons(self) -> list[str]:
        """Return why trials failed, a line for those that failed alike."""
        alike: dict[tuple[str, str], list[Trial]] = {}
        for trial in self.failed:
            alike.setdefault((trial.label, trial.reason), []).append(trial)
        return [f"{label}, {_those(trials)}: {reason}" for (label, reason), trials in alike.items()]

    def __rich__(self) -> Table:
        """Return the table for a terminal."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for head in self.heads():
            table.add_column(head, no_wrap=True)
        table.add_column("trials", justify="right")
        for label in SHOWN.values():
            table.add_column(label, justify="right", no_wrap=True)
        for row in self.table:
            names = [row[head] for head in self.heads()]
            table.add_row(*names, trials_of(row), *self.cells(row))
        # As text: a reason may have brackets, which are markup elsewhere.
        lines = ["median (quartiles) over seeds at the end; less is better", *self.reasons()]
        table.caption, table.caption_justify = Text("\n".join(lines), style="dim"), "left"
        return table

    def __repr__(self) -> str:
        """Return the table as text."""
        file = io.StringIO()
        console = Console(file=file, width=_WIDTH, markup=False, emoji=False)
        console.print(self)
        return "\n".join(line.rstrip() for line in file.getvalue().splitlines())

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        from bildsim.api.showing.comparison_html import comparison_html

        return comparison_html(self)


def trials_of(row: dict[str, Any]) -> str:
    """Return how many trials a row is of, and how many failed, if any did."""
    done, failed = row["done"], row["failed"]
    if not failed:
        return str(done)
    return f"{done}, {failed} failed" if done else f"{failed} failed"


def _those(trials: Sequence[Trial]) -> str:
    if len(trials) > 1:
        return f"{len(trials)} trials"
    return f"{trials[0].target}, {trials[0].start}, seed {trials[0].seed}"


def _cell(row: dict[str, Any], name: str) -> str:
    if name not in row:
        return "–"
    unit = _SCALE.get(name, 1.0)
    middle, low, high = (unit * row[name + end] for end in ("", "_q25", "_q75"))
    if name not in _SPREAD or row["done"] < 2:
        return f"{middle:.3g}"
    return f"{middle:.3g} ({low:.3g}–{high:.3g})"
