"""What a frame shows, for whoever tells it to somebody else who draws it: nothing here draws."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bildsim.basics.arrays import Bools, Floats

LEAST_KL = 1e-4
"""Curves leave the chart where they are smaller: the solvers' errors begin there."""
ESTIMATES = "estimates to the fit"
"""What the mean KL of the robots' own estimates from the exact fit is called everywhere."""


@dataclass(frozen=True)
class FrameState:
    """What one frame shows.

    Attributes:
        time_s: simulated time in seconds.
        poses: (N, 3) x, y in metres and heading in radians.
        contact: (N,) robots that touch another robot or a wall.
        saturated: (N,) robots with a wheel at its limit.
        learned: (G, G) the density that the swarm has learned, on the target's grid, in 1/m²;
            None while there is none.
        readings: label -> text of the block of numbers, in the order given.
        active: (N,) robots that are in the swarm; None for all.
        target: (G, G) the target density from now on (1/m²); None where it is what it was.
    """

    time_s: float
    poses: Floats
    contact: Bools
    saturated: Bools
    learned: Floats | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    active: Bools | None = None
    target: Floats | None = None

    @property
    def outside(self) -> Bools:
        """Robots that are not in the swarm, (N,)."""
        none: Bools = np.zeros(len(self.poses), dtype=np.bool_)
        return none if self.active is None else ~self.active


def count_of(active: Bools) -> str:
    """Return how many robots are in the swarm, as text; of how many, where some are not."""
    count, robots = int(active.sum()), len(active)
    return str(robots) if count == robots else f"{count} of {robots}"
