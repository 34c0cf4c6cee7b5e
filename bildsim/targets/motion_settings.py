"""Settings of targets that move: how fast, when, and whether planners are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

OptionalSpeed: TypeAlias = Annotated[float | None, "M_S"]
OptionalTime: TypeAlias = Annotated[float | None, "SECONDS"]


@dataclass(frozen=True)
class MotionSettings:
    """Targets that move.

    Attributes:
        target_speed: speed of the centres of moving_gauss and split (m/s); 0.05 unless given.
        target_time: when switch switches, half the run's duration unless given; for a film, the
            time from its first frame to its last, the run's duration unless given (s).
        feedforward: let each robot also move with the velocity field that carries the target.
    """

    target_speed: OptionalSpeed = None
    target_time: OptionalTime = None
    feedforward: bool = False
