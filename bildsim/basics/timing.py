"""The clock of the environment: every rate is a whole multiple of the slower one."""

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError

TICK_S = 0.1
"""Control tick: planners renew waypoints this often (s)."""

TRACKING_RATE = 60
"""Updates of the tracking controller a second (Hz)."""


def nearest_tick(times_s: Floats, time_s: float | None) -> int:
    """Return the number of the tick of a run that is nearest to a time.

    Args:
        times_s: (T,) of the run's ticks (s), rising.
        time_s: the time (s); None for the end.

    Raises:
        UsageError: the time is not in the run.
    """
    if time_s is None:
        return len(times_s) - 1
    first, last = float(times_s[0]), float(times_s[-1])
    if not first - TICK_S / 2 <= time_s <= last + TICK_S / 2:
        raise UsageError(
            "{time_s} is not in the run: allowed is {0} to {1} s",
            f"{first:g}",
            f"{last:g}",
            time_s=float(time_s),
        )
    return int(np.argmin(np.abs(times_s - time_s)))
