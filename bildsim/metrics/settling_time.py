"""Settling time: how long a run takes to come under a threshold and stay there."""

from math import inf

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.resumable import KeptAttributes

KL_MARGIN = 0.02
"""A swarm has settled in kl_fit at 0.02 nats above the least that the family allows."""


def settling_time(times: Floats, values: Floats, threshold: float) -> float:
    """Return the first of the times from which on no value exceeds the threshold, in seconds.

    Infinite where the last value does, for the end of a run says nothing of what comes after. A
    value that is not a number exceeds every threshold.

    Args:
        times: when the values were measured, growing, (T,) in seconds, T >= 1.
        values: what is to become small, (T,).
        threshold: the value at which it counts as small enough.
    """
    over = np.flatnonzero(~(values <= threshold))
    if not over.size:
        return float(times[0])
    return float(times[over[-1] + 1]) if over[-1] + 1 < len(times) else inf


class Settling(KeptAttributes):
    """The same as a run goes, with nothing kept of it.

    Args:
        threshold: the value at which what is followed counts as small enough.
    """

    _kept = ("_since",)

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self._since = inf

    def follow(self, time_s: float, value: float) -> None:
        """Take note of a value; times must grow."""
        if not value <= self.threshold:
            self._since = inf
        elif self._since == inf:
            self._since = time_s

    @property
    def time_s(self) -> float:
        """From when on no value exceeded the threshold (s); infinite if the last one did."""
        return self._since
