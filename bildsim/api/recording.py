"""What is kept of the ticks of a run while it happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bildsim.api.trajectory import Trajectory
from bildsim.basics.arrays import Bools, Floats, Ints
from bildsim.density.legendre_family import LegendreFamily
from bildsim.simulation.measurements import estimates
from bildsim.simulation.tick import Tick

ESTIMATE_TICKS = 5
"""The robots' own estimates are compared with the exact fit this often, as in the program's video:
it costs as much as drawing."""


@dataclass(frozen=True, eq=False)
class Reel:
    """What a video shows beside the trajectory, of every tick.

    Attributes:
        contact: (T, N) whether a robot touches another one or a wall.
        saturated: (T, N) whether a wheel was at its limit for most of the tick.
        touching_pairs: (T,) pairs of robots that touch.
        learned: (T, m) natural parameters of what the robots believe in on average, or of the exact
            fit where planners keep no estimate.
        kl_fit: (T,) KL of the exact fit from the target (nats).
        kl_estimate: (T,) mean KL of the estimates from the exact fit (nats), renewed every fifth
            tick; nan where there is none.
        bytes_sent: (T,) mean over robots of what was sent since the start.
    """

    contact: Bools
    saturated: Bools
    touching_pairs: Ints
    learned: Floats
    kl_fit: Floats
    kl_estimate: Floats
    bytes_sent: Floats


class Recording:
    """Arrays that are filled tick by tick.

    Args:
        ticks: how many there will be, at most.
        robots: number N of robots.
        family: the density family.
    """

    def __init__(self, ticks: int, robots: int, family: LegendreFamily) -> None:
        self._family, self._count = family, 0
        each = {"pose": 3, "waypoint": 2, "command": 2, "applied": 2}
        self._ticks: dict[str, NDArray[Any]] = {
            "time_s": np.empty(ticks),
            **{name: np.empty((ticks, robots, size)) for name, size in each.items()},
            "active": np.empty((ticks, robots), dtype=np.bool_),
        }
        self._reel: dict[str, NDArray[Any]] = {
            "contact": np.empty((ticks, robots), dtype=np.bool_),
            "saturated": np.empty((ticks, robots), dtype=np.bool_),
            "touching_pairs": np.empty(ticks, dtype=np.int64),
            "learned": np.empty((ticks, family.size)),
            "kl_fit": np.empty(ticks),
            "kl_estimate": np.empty(ticks),
            "bytes_sent": np.empty(ticks),
        }
        self._estimate = np.nan

    def take(self, tick: Tick) -> None:
        """Keep what is needed of a tick; each is told once, in order."""
        now = self._count
        for name, kept in self._ticks.items():
            kept[now] = getattr(tick, name)
        if now % ESTIMATE_TICKS == 0:
            self._estimate = estimates(self._family, tick).get("kl_estimate", np.nan)
        parameters = tick.report.parameters
        reel = self._reel
        reel["contact"][now] = tick.touching_robot | tick.touching_wall
        reel["saturated"][now] = (tick.saturated > 0.5) & tick.active
        reel["touching_pairs"][now] = tick.contact_pairs
        reel["learned"][now] = tick.theta if parameters is None else parameters.mean(axis=0)
        reel["kl_fit"][now], reel["kl_estimate"][now] = tick.kl_fit, self._estimate
        reel["bytes_sent"][now] = tick.report.traffic.bytes.mean()
        self._count += 1

    def finished(self) -> tuple[Trajectory, Reel]:
        """Return what was kept."""
        ticks, reel = (
            {name: kept[: self._count] for name, kept in group.items()}
            for group in (self._ticks, self._reel)
        )
        return Trajectory(**ticks), Reel(**reel)
