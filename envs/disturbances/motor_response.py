"""How commands reach motors and motors follow: their period, the motors' lag, uneven running."""

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.resumable import KeptAttributes
from bildsim.basics.timing import TRACKING_RATE


class CommandHold(KeptAttributes):
    """A computer that renews its commands less often than 60 times a second.

    Between two of them the last one holds (zero-order hold).

    Args:
        period: time between two commands, s, in whole updates as near to it as can be; 0 for one
            at every update.
        robots: number N of robots, which are commanded to stand still before the first.
    """

    _kept = ("_held", "_now")

    def __init__(self, period: float, robots: int) -> None:
        self._every = held_updates(period)
        self._held = np.zeros((robots, 2))
        self._now = 0

    def pass_on(self, speeds: Floats) -> Floats:
        """Return the command that holds, (N, 2), rad/s, when these speeds are wanted."""
        if self._every == 1:
            return speeds
        if self._now % self._every == 0:
            self._held = speeds.copy()
        self._now += 1
        return self._held.copy()


class MotorResponse(KeptAttributes):
    """Wheels that follow late and run unevenly.

    A motor with a speed controller approaches the speed that it is given exponentially (a
    first-order lag). Beside it each wheel's speed is off by a share drawn anew at every update, as
    ARGoS's differential steering has it.

    Args:
        lag: time constant, s.
        noise: standard deviation of the share.
        robots: number N of robots, whose wheels stand still.
        rng: draws it.
    """

    _kept = ("_speed", "_rng")

    def __init__(self, lag: float, noise: float, robots: int, rng: np.random.Generator) -> None:
        # What is left of a difference after an update.
        self._left = float(np.exp(-1.0 / (TRACKING_RATE * lag))) if lag else 0.0
        self._noise, self._rng = noise, rng
        self._speed = np.zeros((robots, 2))

    def pass_on(self, speeds: Floats) -> Floats:
        """Return the wheels' speeds when motors are given these, (N, 2), rad/s."""
        if self._left:
            self._speed = speeds + self._left * (self._speed - speeds)
            speeds = self._speed.copy()
        if self._noise:
            speeds = speeds * (1.0 + self._noise * self._rng.standard_normal(speeds.shape))
        return speeds


def held_updates(period: float) -> int:
    """Return for how many updates a command holds."""
    return max(1, round(period * TRACKING_RATE))
