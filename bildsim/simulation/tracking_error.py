"""The tracking error behind a target that moves: means of kl_fit and w2 over time."""

from bildsim.basics.arrays import Floats
from bildsim.basics.resumable import KeptAttributes
from bildsim.basics.timing import TICK_S
from bildsim.metrics.position_metrics import PositionMetrics

SETTLED_SHARE = 0.25
"""The tracking error counts from this share of a run on, when the start is no longer felt."""
TRACKING_COLUMNS = ("kl_fit_mean", "w2_mean")
# w2 takes some ten milliseconds, too long for every tick.
_W2_TICKS = 10


class TrackingError(KeptAttributes):
    """Means of kl_fit over every tick and of w2 over every tenth, each against its own target.

    Args:
        duration_s: length of the run (s).
    """

    _kept = ("_kl", "_w2", "_ticks")

    def __init__(self, duration_s: float) -> None:
        self._from_tick = round(SETTLED_SHARE * duration_s / TICK_S)
        self._kl, self._w2 = _Mean(), _Mean()
        self._ticks = 0

    def follow(self, kl_fit: float, positions: Floats, metric: PositionMetrics) -> None:
        """Take note of a tick; every tick must be given, in order, from the one at the start."""
        if self._ticks >= self._from_tick:
            self._kl.add(kl_fit)
            if self._ticks % _W2_TICKS == 0:
                self._w2.add(metric.w2(positions))
        self._ticks += 1

    def values(self) -> dict[str, float]:
        """Return the means that there are so far, by the names of ``TRACKING_COLUMNS``."""
        means = zip(TRACKING_COLUMNS, (self._kl, self._w2), strict=True)
        return {name: mean.value for name, mean in means if mean.count}


class _Mean(KeptAttributes):
    """The mean of values that come one by one."""

    _kept = ("total", "count")

    def __init__(self) -> None:
        self.total, self.count = 0.0, 0

    def add(self, value: float) -> None:
        self.total += value
        self.count += 1

    @property
    def value(self) -> float:
        return self.total / self.count
