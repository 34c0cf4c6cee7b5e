"""What happened at every tick of a run, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from numpy.typing import NDArray

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.names import counted
from bildsim.basics.timing import nearest_tick


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The robots at every control tick, T of them with the one at the start, one every 0.1 s.

    Attributes:
        time_s: (T,) simulated time (s).
        pose: (T, N, 3) true x, y (m) and heading (rad), world frame.
        waypoint: (T, N, 2) where each robot was sent (m).
        command: (T, N, 2) wheel speeds that tracking asked for, left and right (rad/s).
        applied: (T, N, 2) wheel speeds after drives and faults (rad/s).
        active: (T, N) whether a robot is in the swarm: it came, and has not died.
    """

    time_s: Floats
    pose: Floats
    waypoint: Floats
    command: Floats
    applied: Floats
    active: Bools

    def __len__(self) -> int:
        """Return the number of ticks, T."""
        return len(self.time_s)

    def __repr__(self) -> str:
        """Return it in one line."""
        ticks, robots, _ = self.pose.shape
        swarm = counted(robots, "robot")
        return f"Trajectory({swarm}, {ticks} ticks from {self.time_s[0]:g} to {self.end} s)"

    @property
    def end(self) -> str:
        """The last time, in words."""
        return f"{self.time_s[-1]:g}"

    @property
    def position(self) -> Floats:
        """(T, N, 2) true x and y (m)."""
        return self.pose[..., :2]

    def tick_at(self, time_s: float | None) -> int:
        """Return the number of the tick at a time (s), the nearest; the last one for None.

        Raises:
            UsageError: the time is not in the run.
        """
        return nearest_tick(self.time_s, time_s)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays by name, as trajectory.npz has them."""
        return {item.name: getattr(self, item.name) for item in fields(self)}
