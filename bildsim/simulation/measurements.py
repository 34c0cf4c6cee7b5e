"""The rows of metrics.csv: what is measured of a run as it goes."""

from collections.abc import Mapping
from typing import NamedTuple

from bildsim.basics.arrays import Floats
from bildsim.basics.resumable import KeptAttributes
from bildsim.basics.timing import TICK_S
from bildsim.density.legendre_family import LegendreFamily
from bildsim.metrics.position_metrics import PositionMetrics, minimum_gap, step_lengths
from bildsim.simulation.tick import Tick
from bildsim.simulation.tracking_error import TrackingError
from bildsim.targets.target import Target

COLUMNS: Mapping[str, str] = {
    "time_s": "simulated time (s)",
    "kl_fit": "KL(p(.; theta(x)) || p*), theta(x) the exact fit at the true positions (nats)",
    "kl_estimate": "mean over robots of KL(p(.; y_i) || p(.; theta(x))) (nats)",
    "disagreement": "mean over robots of KL(p(.; y_i) || p(.; mean y)) (nats)",
    "js_kde": "Jensen-Shannon divergence between the robots' reflected KDE and p* (nats)",
    "js_kde_09": "the same with 3/4 of that bandwidth, 0.09 m for 100 robots (nats)",
    "js_kde_20": "the same with 5/3 of that bandwidth, 0.20 m for 100 robots (nats)",
    "w2": "2-Wasserstein distance between the robots and p* (m)",
    "energy": "energy distance between the robots and p* (m)",
    "ergodic": "ergodic metric of the positions against p* (1/m^2)",
    "locational": "p*-mean of the squared distance to the nearest robot (m^2)",
    "kl_fit_mean": "mean of kl_fit since a quarter of the run, for a target that moves (nats)",
    "w2_mean": "mean of w2 since a quarter of the run, once a second, for one that moves (m)",
    "min_gap_m": "least gap between any two discs, of dead robots too; negative where they overlap "
    "(m)",
    "path_length_m": "mean over robots of the way driven since the start (m)",
    "speed_m_s": "mean over robots and the time since the last row of the speed (m/s)",
    "control_effort": "mean over robots of the time integral of the mean square of the two rims' "
    "applied speeds since the start; of the velocity's square where there are no wheels (m^2/s)",
    "saturated": "share of tracking updates since the last row at the wheels' limit",
    "safety_acted": "share of tracking updates since the last row in which collision avoidance "
    "changed a robot's command",
    "safety_infeasible": "share in which it found no safe velocity and took the nearest to one",
    "contacts": "pairs of robots that touch, dead ones too",
    "wall_contacts": "robots that touch a wall, dead ones too",
    "overlap_m": "deepest overlap since the last row of two discs or a disc and a wall (m)",
    "active": "robots in the swarm: there, and not dead; metrics and means are over these",
    "components": "connected parts of the network",
    "rounds": "communication rounds since the start",
    "messages_sent": "mean over robots of messages sent since the start",
    "bytes_sent": "mean over robots of bytes of payload sent since the start",
    "bytes_broadcast": "the same where what a robot says to all neighbours alike goes out once",
}
"""Name and meaning of every column; empty where a planner keeps no estimate. The means are
columns only for targets that move."""
# By column the power of metres that its unit has, where it is measured in units of places.
_METRES: Mapping[str, int] = {
    **dict.fromkeys(("w2", "w2_mean", "energy", "min_gap_m", "path_length_m", "speed_m_s"), 1),
    "locational": 2,
    "ergodic": -2,
}

_SHARES = ("saturated", "safety_acted", "safety_infeasible")


class BegunRow(NamedTuple):
    """A row that lacks what takes long; any thread may complete it.

    Attributes:
        values: what is there, by column.
        metric: measures the positions against the target of the tick.
        positions: (N, 2) of the robots in the swarm, in units of half the arena's width.
        unit_m: metres in such a unit.
    """

    values: dict[str, float | int]
    metric: PositionMetrics
    positions: Floats
    unit_m: float = 1.0

    def complete(self) -> dict[str, float | int]:
        """Return the whole row, in the order of ``COLUMNS`` and in metres.

        Raises:
            RunError: a metric cannot be computed.
        """
        values = in_metres(self.values | self.metric.values(self.positions), self.unit_m)
        return {name: values[name] for name in COLUMNS if name in values}


class Measurements(KeptAttributes):
    """Follows a run and measures it when asked.

    Args:
        target: p* at the start.
        family: the density family of the fit.
        radius: robot radius, in the unit of places.
        tracking: gathers the error behind a target that moves; None for one at rest.
        unit_m: metres in that unit.
    """

    _kept = ("_last", "_path", "_effort", "_way", "_overlap", "_ticks", "_shares", "_tracking")

    def __init__(
        self,
        target: Target,
        family: LegendreFamily,
        radius: float,
        tracking: TrackingError | None = None,
        unit_m: float = 1.0,
    ) -> None:
        self._unit_m = unit_m
        self._target, self._metric = target, PositionMetrics.of(target)
        self._tracking = tracking
        self._family, self._radius = family, radius
        self._last: Floats | None = None
        self._path, self._effort = 0.0, 0.0
        self._start_row()

    def _start_row(self) -> None:
        self._way, self._overlap, self._ticks = 0.0, 0.0, 0
        self._shares = dict.fromkeys(_SHARES, 0.0)

    def follow(self, tick: Tick) -> None:
        """Take note of a tick; every tick must be given, in order."""
        positions = tick.pose[:, :2]
        active = tick.active
        if self._last is not None:
            # Straight from tick to tick: weaving within a tenth of a second is left out.
            way = float(step_lengths(self._last, positions)[active].mean())
            self._path += way
            self._effort += float(tick.effort[active].mean())
            self._way += way
            for share in _SHARES:
                self._shares[share] += float(getattr(tick, share)[active].mean())
            self._ticks += 1
        # Overlaps last shorter than a row, so the deepest is kept, of dead robots too.
        self._overlap = max(self._overlap, tick.overlap_m)
        if self._tracking is not None:
            self._tracking.follow(tick.kl_fit, positions[active], self.position_metrics(tick))
        self._last = positions

    def require_robots(self, robots: int) -> None:
        """Make sure that a state that was restored is of so many robots.

        Raises:
            ValueError: it is not.
        """
        if self._last is not None and self._last.shape != (robots, 2):
            raise ValueError(f"places of shape {self._last.shape} are not those of {robots} robots")

    def position_metrics(self, tick: Tick) -> PositionMetrics:
        """Return the metrics against the target of a tick."""
        if tick.target is not self._target:
            self._target, self._metric = tick.target, PositionMetrics.of(tick.target)
        return self._metric

    def row(self, tick: Tick) -> dict[str, float | int]:
        """Measure the tick followed last, and start the next row."""
        return self.begin_row(tick).complete()

    def begin_row(self, tick: Tick) -> BegunRow:
        """Measure what takes little time of the tick followed last, and start the next row."""
        positions = tick.pose[:, :2]
        traffic = tick.report.traffic
        ticks = max(1, self._ticks)
        values: dict[str, float | int] = {
            "time_s": tick.time_s,
            "kl_fit": tick.kl_fit,
            **estimates(self._family, tick),
            **({} if self._tracking is None else self._tracking.values()),
            "min_gap_m": minimum_gap(positions, self._radius),
            "path_length_m": self._path,
            "speed_m_s": self._way / (ticks * TICK_S),
            "control_effort": self._effort,
            **{share: total / ticks for share, total in self._shares.items()},
            "contacts": tick.contact_pairs,
            "wall_contacts": int(tick.touching_wall.sum()),
            "overlap_m": self._overlap,
            "active": int(tick.active.sum()),
            "components": tick.network.components,
            "rounds": traffic.rounds,
            "messages_sent": float(traffic.messages.mean()),
            "bytes_sent": float(traffic.bytes.mean()),
            "bytes_broadcast": float(traffic.broadcast.mean()),
        }
        self._start_row()
        metric, places = self.position_metrics(tick), positions[tick.active]
        return BegunRow(values, metric, places, self._unit_m)


def in_metres(values: Mapping[str, float], unit_m: float) -> dict[str, float]:
    """Return values by column, measured in units of so many metres, in metres."""
    return {
        name: value * unit_m ** _METRES[name] if name in _METRES else value
        for name, value in values.items()
    }


def estimates(family: LegendreFamily, tick: Tick) -> dict[str, float]:
    """Return ``kl_estimate`` and ``disagreement`` (nats); empty for planners without estimates."""
    parameters = tick.report.parameters
    if parameters is None:
        return {}
    # The family is exponential, so the mean of natural parameters is a density of it again: the one
    # that consensus leads to.
    middle = parameters.mean(axis=0)
    exact = family.kl_between(parameters, tick.theta)
    among = family.kl_between(parameters, middle)
    return {"kl_estimate": float(exact.mean()), "disagreement": float(among.mean())}
