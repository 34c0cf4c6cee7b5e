"""Cases that are done in turn, again and again, so that a busy machine slows all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np


@dataclass
class Case:
    """Something that is done again and again, and how many a second.

    Attributes:
        step: does it once.
        count: how many that is.
        clock: what measures time, s.
        rates: 1/s, one a turn.
    """

    step: Callable[[], Any]
    count: int
    clock: Callable[[], float] = time.process_time
    rates: list[float] = field(default_factory=list)

    def turn(self, steps: int) -> None:
        """Measure so many."""
        start = self.clock()
        for _ in range(steps):
            self.step()
        self.rates.append(self.count * steps / (self.clock() - start))

    @property
    def rate(self) -> float:
        """The median rate, 1/s."""
        return median(self.rates)

    def times(self, other: Case) -> tuple[float, float, float]:
        """Return how many times as fast this is: least, median and most of all turns."""
        ratios = np.divide(self.rates, other.rates)
        return float(ratios.min()), float(np.median(ratios)), float(ratios.max())


def measure(cases: Sequence[Case], steps: int, turns: int) -> None:
    """Measure the cases in turn."""
    for _ in range(turns):
        for case in cases:
            case.turn(steps)
