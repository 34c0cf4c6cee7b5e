"""Moments of a run that has ended, from its directory of results or from a result in Python."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.errors import UsageError, reason_of
from bildsim.basics.timing import nearest_tick
from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.dynamics import settled_size
from bildsim.envs.robots.arena_size import unit_of
from bildsim.obstacles.reading import obstacles_of
from bildsim.obstacles.shapes import NOWHERE, Obstacles
from bildsim.programs.config.toml_file import config_of_toml, text_of
from bildsim.programs.sweep.store import require_single
from bildsim.simulation.config import RunConfig
from bildsim.simulation.load_target import family_of, load_target
from bildsim.targets.moving_target import AnyTarget

_ARRAYS = ("time_s", "pose", "active")


@dataclass(frozen=True, eq=False)
class Still:
    """One moment of a run.

    Attributes:
        time_s: simulated time (s).
        pose: (N, 3) true x, y and heading (rad).
        active: (N,) which robots are in the swarm.
        target: (G, G) p* on a grid of C, element [i, j] at (x_j, y_i).
        fitted: (G, G) the density fitted to the robots in the swarm.
        radius: of a robot.
        unit_m: metres in the unit of all of these lengths, half of the arena's width.
        obstacles: what stands in the arena.
    """

    time_s: float
    pose: Floats
    active: Bools
    target: Floats
    fitted: Floats
    radius: float
    unit_m: float = 1.0
    obstacles: Obstacles = NOWHERE


@dataclass(frozen=True, eq=False)
class Recorded:
    """A run that has ended, as far as its stills need it.

    Attributes:
        config: its configuration.
        target: p*, which may move.
        time_s: (T,) simulated times (s).
        pose: (T, N, 3) true x, y (m) and heading (rad).
        active: (T, N) which robots are in the swarm.
    """

    config: RunConfig
    target: AnyTarget
    time_s: Floats
    pose: Floats
    active: Bools

    def stills(self, times_s: Sequence[float | None]) -> list[Still]:
        """Return the moments at these times (s), of the nearest ticks; None is the end.

        Raises:
            UsageError: a time is not in the run.
            RunError: the robots' density cannot be fitted.
        """
        config = self.config
        family = family_of(config)
        swarm = config.swarm
        radius, _ = settled_size(
            swarm.dynamics,
            swarm.robots,
            swarm.radius,
            swarm.max_speed,
            swarm.which,
            swarm.arena_width,
        )
        return [
            self._still(nearest_tick(self.time_s, time_s), family, radius) for time_s in times_s
        ]

    def _still(self, tick: int, family: LegendreFamily, radius: float) -> Still:
        time_s, pose, active = float(self.time_s[tick]), self.pose[tick], self.active[tick]
        mean = family.statistics(pose[active, :2]).mean(axis=0)
        theta = family.fit(mean, self.config.macro.regularisation)
        target = self.target.at(time_s).on_grid(family.grid)
        unit_m = unit_of(self.config.swarm.arena_width)
        fitted = family.density(theta)
        obstacles = obstacles_of(self.config.swarm.obstacle)
        return Still(time_s, pose, active, target, fitted, radius / unit_m, unit_m, obstacles)


def recorded(run: Any) -> Recorded:
    """Return what is known of a run.

    Args:
        run: a directory of results, or an object with the ``config`` and the ``trajectory`` of a
            run, such as what `bildsim.simulate` returns, and perhaps its ``target``.

    Raises:
        UsageError: it is neither, or the directory lacks something.
    """
    if isinstance(run, str | PathLike):
        return _from_directory(Path(run))
    try:
        config, trajectory = run.config, run.trajectory
        arrays = [getattr(trajectory, name) for name in _ARRAYS]
    except AttributeError:
        raise UsageError(
            "a run is a directory of results or what bildsim.simulate returned, not {0}",
            type(run).__name__,
        ) from None
    target = getattr(run, "target", None)
    return Recorded(config, load_target(config) if target is None else target, *arrays)


def _from_directory(directory: Path) -> Recorded:
    require_single(directory)
    try:
        text = text_of(directory / "config.toml")
        with np.load(directory / "trajectory.npz", allow_pickle=False) as archive:
            arrays = [archive[name] for name in _ARRAYS]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise UsageError(
            "{0} holds no results of a run: {1}", directory, reason_of(error)
        ) from None
    config = config_of_toml(RunConfig(), text, f"{directory / 'config.toml'}:")
    return Recorded(config, load_target(config), *arrays)
