"""Fault injection: who is in the swarm, and whose wheels obey, at each moment."""

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Ints
from bildsim.basics.errors import UsageError
from bildsim.basics.resumable import KeptAttributes
from bildsim.envs.disturbances.fault_schedule import KINDS, Faults

# A time given in decimals may be a rounding error after its tick.
_ROUNDING = 1e-9


class FaultInjector(KeptAttributes):
    """Carries out a schedule of faults on N robots.

    Robots that are dead or not yet there, and those that stopped, hold their wheels still: a geared
    motor without current does. Where several things befall a robot, standing still wins over a
    stuck wheel, and death over everything.

    Attributes:
        active: (N,) whether a robot is in the swarm: it came, and has not died.
        still: (N,) whether its wheels stand still for good, or until it comes.

    Args:
        faults: the schedule.
        robots: number N of robots.
        rng: draws whom shares befall and which wheel is stuck.

    Raises:
        UsageError: at some time nobody would be left in the swarm.
    """

    _kept = ("active", "still", "fewest", "_onset", "_wheel", "_stuck", "_stuck_speed")

    def __init__(self, faults: Faults, robots: int, rng: np.random.Generator) -> None:
        self._onset = {kind: np.full(robots, np.inf) for kind in KINDS}
        self._onset["join"][:] = -np.inf
        for kind in KINDS:
            # Drawn for every kind, so that none depends on which others there are.
            whom, when = faults.onsets(kind, rng.permutation(robots))
            self._onset[kind][whom] = when
        self._wheel: Ints = rng.integers(2, size=robots)
        self._stuck: Bools = np.zeros(robots, dtype=np.bool_)
        self._stuck_speed = np.zeros(robots)
        self.fewest = self._fewest(faults)
        self.active = self._active(0.0)
        self.still: Bools = ~self.active
        self.update(0.0, np.zeros((robots, 2)))

    def update(self, time_s: float, applied: Floats) -> None:
        """Let happen what is due.

        Args:
            time_s: simulated time, s.
            applied: wheel speeds until now, (N, 2), rad/s, one of which a stuck wheel keeps.
        """
        self.active = self._active(time_s)
        self.still = ~self.active | self._due("stop", time_s)
        # A wheel sticks at the speed that it has when the fault comes.
        fresh = self._due("stuck", time_s) & ~self._stuck
        self._stuck_speed[fresh] = applied[fresh, self._wheel[fresh]]
        self._stuck |= fresh

    def act(self, applied: Floats) -> Floats:
        """Return what the wheels do, (N, 2), rad/s, when ``applied`` is commanded."""
        speeds = applied.copy()
        stuck = np.flatnonzero(self._stuck)
        speeds[stuck, self._wheel[stuck]] = self._stuck_speed[stuck]
        # Last, so that standing still wins over a stuck wheel.
        speeds[self.still] = 0.0
        return speeds

    def _due(self, kind: str, time_s: float) -> Bools:
        return np.asarray(self._onset[kind] <= time_s + _ROUNDING)

    def _active(self, time_s: float) -> Bools:
        return self._due("join", time_s) & ~self._due("dead", time_s)

    def _fewest(self, faults: Faults) -> int:
        """Return the size of the swarm when it is smallest."""
        # The size changes only when robots die or come.
        times = {0.0, *(e.time_s for kind in ("dead", "join") for e in faults.events(kind))}
        sizes = {time_s: int(self._active(time_s).sum()) for time_s in times}
        worst = min(sizes, key=lambda time_s: (sizes[time_s], time_s))
        if not sizes[worst]:
            given = {
                kind: getattr(faults, kind) for kind in faults.kinds if kind in ("dead", "join")
            }
            raise UsageError(
                " ".join(f"{{{kind}}}" for kind in given) + " is not possible: at {0} s nobody is "
                "left in the swarm, allowed is at least one robot at any time",
                f"{worst:g}",
                **given,
            )
        return sizes[worst]
