"""What a page needs of a run, gathered while the run goes on."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.programs.plots.stills import Still
from bildsim.simulation.loop import Simulation
from bildsim.simulation.tick import Tick

Row = Mapping[str, float | int]
# The beginning is where most happens.
_MOMENTS = (0.0, 0.05, 0.25)


class RunPage:
    """Watches a run for its page: rows of metrics, and stills of some moments and of the end.

    Attributes:
        activity: what its time is counted as.
        wants_rows: whether it is told of rows: it is, for the curves.
        config: of the run.
        rows: the rows so far.

    Args:
        simulation: the run.
    """

    activity, wants_rows = "report", True

    def __init__(self, simulation: Simulation) -> None:
        self._simulation, self.config = simulation, simulation.config
        self._ahead = [round(share * self.config.duration, 1) for share in _MOMENTS]
        self._stills: list[Still] = []
        self._last: Tick | None = None
        self.rows: list[Row] = []

    def show(self, tick: Tick) -> None:
        """Take note of a tick."""
        self._last = tick
        if self._ahead and tick.time_s > self._ahead[0] - 1e-6:
            self._stills.append(self._still(tick))
            # A run that goes on from a checkpoint begins in the middle.
            self._ahead = [time_s for time_s in self._ahead if time_s > tick.time_s + 1e-6]

    def take(self, row: Row) -> None:
        """Take note of a row of metrics."""
        self.rows.append(row)

    def close(self) -> None:
        """Leave it: the page is written when the results are."""

    @property
    def stills(self) -> list[Still]:
        """What was kept, and the last tick."""
        last = self._last
        if last is None or (self._stills and self._stills[-1].time_s == last.time_s):
            return list(self._stills)
        return [*self._stills, self._still(last)]

    def _still(self, tick: Tick) -> Still:
        family, robot = self._simulation.family, self._simulation.env.robot
        target, fitted = tick.target.on_grid(family.grid), family.density(tick.theta)
        around = self._simulation.env.obstacles
        return Still(
            tick.time_s, tick.pose, tick.active, target, fitted, robot.radius, robot.unit_m, around
        )


def columns(rows: Iterable[Row]) -> dict[str, Floats]:
    """Return rows as columns, (T,) each; what a row does not have is not a number."""
    found = list(rows)
    names = dict.fromkeys(name for row in found for name in row)
    return {name: np.array([float(row.get(name, np.nan)) for row in found]) for name in names}


def columns_of_file(path: Path) -> dict[str, Floats]:
    """Return the columns of a metrics.csv, (T,) each; empty cells are not a number.

    Raises:
        OSError: it cannot be read.
    """
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = rows[0] if rows else {}
    return {name: np.array([float(row[name] or "nan") for row in rows]) for name in names}
