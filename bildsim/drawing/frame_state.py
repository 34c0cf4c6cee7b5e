"""What a frame shows, for whoever tells it to somebody else who draws it: nothing here draws."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bildsim.basics.arrays import Bools, Floats

LEAST_KL = 1e-4
"""Curves leave the chart where they are smaller: the solvers' errors begin there."""
_USUAL_WIDTH = 2.0
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


def title_of(target: str, arena_width: float) -> str:
    """Return what stands over the arena: what p* is called, and an unusual arena's width (m)."""
    wide = "" if arena_width == _USUAL_WIDTH else f", {arena_width:g} m wide"
    return f"target p*: {target}{wide}"


def count_of(active: Bools) -> str:
    """Return how many robots are in the swarm, as text; of how many, where some are not."""
    count, robots = int(active.sum()), len(active)
    return str(robots) if count == robots else f"{count} of {robots}"


def kl_text(value: float) -> str:
    """Return a KL (nats) as text, with as many digits as the solvers are good for."""
    return "< 1e-4" if 0.0 <= value < 0.5 * LEAST_KL else f"{value:.4f}"


def readings_of(
    planner: str,
    network: str,
    active: Bools,
    kl: float,
    estimate: float | None,
    pairs: int,
    bytes_each: float,
) -> dict[str, str]:
    """Return the block of numbers of a frame, in its order.

    Args:
        planner: its name.
        network: which robots can hear each other, as the user says it.
        active: (N,) robots that are in the swarm.
        kl: from the fit to p* (nats).
        estimate: mean KL of the robots' own estimates from the fit (nats); None without any.
        pairs: of robots that touch.
        bytes_each: that a robot has sent on average.
    """
    readings = {
        "planner": planner,
        "network": network,
        "robots": count_of(active),
        "KL": kl_text(kl),
    }
    if estimate is not None:
        readings[ESTIMATES] = kl_text(estimate)
    readings["touching pairs"] = str(pairs)
    readings["MB sent each"] = f"{bytes_each / 1e6:,.1f}"
    return readings
