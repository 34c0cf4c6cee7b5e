"""What came of one run."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from bildsim.api.data_frame import data_frame
from bildsim.api.recording import Reel
from bildsim.api.trajectory import Trajectory
from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError
from bildsim.basics.names import counted
from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.robots.arena_size import unit_of
from bildsim.simulation.config import RunConfig
from bildsim.simulation.load_target import family_of
from bildsim.simulation.measurements import COLUMNS
from bildsim.simulation.tracking_error import TRACKING_COLUMNS
from bildsim.targets.moving_target import AnyTarget, MovingTarget
from bildsim.targets.target import Target

if TYPE_CHECKING:
    import pandas as pd

    from bildsim.api.showing.figures import Figure


class Result:
    """What came of one run: metrics over time, every tick, and what is made of them.

    Each column of metrics.csv is an attribute, an array (T,) with a value every metrics period:
    ``result.time_s`` (s), ``result.kl_fit`` (nats), ``result.w2`` (m) and so on; ``result.columns``
    says what each means. What a planner does not have, such as estimates, is nan.

    Attributes:
        config: all settings of the run; ``simulate(config=result.config)`` runs it again.
        trajectory: the robots at every tick.
        summary: what summary.json says.
        target: p*, at rest or moving; None where it was a thing of Python's that no file holds.
        brought: what was given in Python, by name: of target, start and planner.
        reel: what a video shows beside the trajectory; None where it was not kept.
    """

    def __init__(
        self,
        *,
        config: RunConfig,
        rows: Sequence[Mapping[str, float | int]],
        trajectory: Trajectory,
        summary: Mapping[str, Any],
        target: AnyTarget | None,
        reel: Reel | None = None,
        brought: Sequence[str] = (),
    ) -> None:
        self.config, self.trajectory, self.summary = config, trajectory, dict(summary)
        self.target, self.reel, self.brought = target, reel, tuple(brought)
        self._rows = tuple(dict(row) for row in rows)

    @property
    def rows(self) -> tuple[dict[str, float | int], ...]:
        """The lines of metrics.csv; what has no value in a line is left out there."""
        return self._rows

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """What each column of metrics.csv means, with its unit."""
        moves = isinstance(self.target, MovingTarget) or any(
            name in row for row in self._rows for name in TRACKING_COLUMNS
        )
        return MappingProxyType(
            {name: text for name, text in COLUMNS.items() if moves or name not in TRACKING_COLUMNS}
        )

    @cached_property
    def series(self) -> Mapping[str, Floats]:
        """All columns of metrics.csv by name, (T,) each; nan where there is no value."""
        return MappingProxyType(
            {
                name: np.array([row.get(name, np.nan) for row in self._rows], dtype=np.float64)
                for name in self.columns
            }
        )

    @property
    def final(self) -> dict[str, float | int]:
        """The last line of metrics.csv, without what has no value."""
        return dict(self._rows[-1])

    def __getattr__(self, name: str) -> Floats:
        """Return a column of metrics.csv."""
        # What copies and unpickles asks for names before there is anything.
        if not name.startswith("_") and "_rows" in self.__dict__:
            if name in self.series:
                values: Floats = self.series[name]
                return values
            near = difflib.get_close_matches(name, dir(self), n=3, cutoff=0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else "see result.columns"
            raise AttributeError(f"a result has no {name!r}: {hint}")
        raise AttributeError(name)

    def __dir__(self) -> list[str]:
        """Return the names of columns too."""
        return sorted({*super().__dir__(), *self.columns})

    @property
    def robots(self) -> int:
        """The number N of robots."""
        return self.config.swarm.robots

    @property
    def radius(self) -> float:
        """Radius of a robot (m)."""
        return float(self.summary["swarm"]["radius"])

    @property
    def unit_m(self) -> float:
        """Metres in a unit of places, half of the arena's width: 1 unless asked otherwise.

        Metrics are in metres. What says where something is, such as ``trajectory``, ``positions``
        and ``nodes``, is in this unit, in which the arena is [-1, 1] x [-1, 1]; so are densities.
        """
        return unit_of(self.config.swarm.arena_width)

    @property
    def title(self) -> str:
        """What was run, in a few words."""
        target = self.config.target if self.target is None else self.target.name
        planner = self.config.planner.rpartition(":")[2]
        return f"{target}, {planner}, {counted(self.robots, 'robot')}"

    def positions(self, time_s: float | None = None) -> Floats:
        """Return where the robots of the swarm are at a time (s), (M, 2) in m; at the end for None.

        Raises:
            UsageError: the time is not in the run.
        """
        tick = self.trajectory.tick_at(time_s)
        places: Floats = self.trajectory.position[tick, self.trajectory.active[tick]]
        return places

    @cached_property
    def family(self) -> LegendreFamily:
        """The exponential family in which densities are fitted."""
        return family_of(self.config)

    @property
    def nodes(self) -> Floats:
        """Coordinates of the grid of densities along one axis, (G,) in m."""
        return self.family.grid.nodes

    def density(self, time_s: float | None = None) -> Floats:
        """Return the swarm's density at a time (s), (G, G) in 1/m^2; at the end for None.

        It is the exact fit of the family to the robots' positions, element [i, j] at the point
        (nodes[j], nodes[i]).

        Raises:
            UsageError: the time is not in the run.
        """
        means = self.family.statistics(self.positions(time_s)).mean(axis=0)
        return self.family.density(self.family.fit(means, self.config.macro.regularisation))

    def target_density(self, time_s: float | None = None) -> Floats:
        """Return p* at a time (s) on the same grid, (G, G) in 1/m^2; at the end for None.

        Raises:
            UsageError: the time is not in the run, or nobody knows the target any more.
        """
        return self.target_at(time_s).on_grid(self.family.grid)

    def target_at(self, time_s: float | None = None) -> Target:
        """Return p* at a time (s); at the end for None.

        Raises:
            UsageError: the time is not in the run, or nobody knows the target any more.
        """
        if self.target is None:
            raise UsageError(
                f"the target {self.config.target} was given in Python, and no file holds it: give "
                "it to load(directory, target=...)"
            )
        return self.target.at(float(self.trajectory.time_s[self.trajectory.tick_at(time_s)]))

    def plot(self) -> Figure:
        """Draw the robots at the end over p*, and metrics over time; a matplotlib figure."""
        from bildsim.api.showing.figures import result_figure

        return result_figure(self)

    def video(self, path: str | os.PathLike[str], *, speed: float = 3.0) -> Path:
        """Make the program's video of the run, and return its path.

        Args:
            path: new file; .mp4 and others, see ``python -m bildsim.run --help``.
            speed: simulated seconds a second of video.

        Raises:
            UsageError: the file exists, or cannot be made.
            RunError: the encoder failed.
        """
        from bildsim.api.showing.film import make_film

        return make_film(self, Path(path), speed)

    def save(self, directory: str | os.PathLike[str]) -> Path:
        """Write what ``python -m bildsim.run --out`` writes, and return the directory.

        `bildsim.load` reads it. A target, a start or a planner that was given in Python is called
        by its name in config.toml, which a comment there says.

        Args:
            directory: new, or empty.

        Raises:
            UsageError: it cannot be used.
            RunError: it cannot be written.
        """
        from bildsim.api.saving import save

        return save(self, Path(directory))

    def to_pandas(self) -> pd.DataFrame:
        """Return the columns of metrics.csv as a DataFrame with the time (s) as its index.

        Raises:
            UsageError: pandas is not installed.
        """
        return data_frame(dict(self.series)).set_index("time_s")

    def __repr__(self) -> str:
        """Return it in one line."""
        final = self.final
        found = f"KL {final['kl_fit']:.4f} nats, W2 {final['w2']:.4f} m after {final['time_s']:g} s"
        return f"Result({self.title}: {found})"

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        from bildsim.api.showing.html import result_html

        return result_html(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by cloudpickle: targets may be functions of a notebook."""
        import cloudpickle

        kept = dict(self.__dict__)
        for name in ("columns", "series", "family"):
            kept.pop(name, None)
        return _restored, (cloudpickle.dumps(kept),)


def _restored(content: bytes) -> Result:
    import pickle

    result = Result.__new__(Result)
    result.__dict__.update(pickle.loads(content))
    return result
