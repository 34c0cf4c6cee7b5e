"""The state of an environment, which can be stored and returned to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bildsim.basics.arrays import Bools, Floats


@dataclass(frozen=True, eq=False)
class SwarmState:
    """All that changes in an environment between two steps; its arrays are not to be changed.

    Attributes:
        robots: number N of robots.
        dynamics: name of the dynamics.
        parts: states of physics and whatever else keeps one, by name.
        theta: (m,) the exact fit, from which the next one starts.
        kl: KL of that fit to the target (nats).
        touching: (N,) robots that touch something.
        saturated: (N,) robots with a wheel at its limit.
        draws: state of the environment's generator.
    """

    robots: int
    dynamics: str
    parts: Mapping[str, Any]
    theta: Floats
    kl: float
    touching: Bools
    saturated: Bools
    draws: Any
