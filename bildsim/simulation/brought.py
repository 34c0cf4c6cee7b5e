"""What a caller in Python may bring to a run in person, where a configuration has only names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from bildsim.controllers.planner import AnyPlanner, Problem
from bildsim.envs.robots.starts import StartLike
from bildsim.targets.any_target import TargetLike


@dataclass(frozen=True, eq=False)
class Brought:
    """Things that take the place of those that a run's configuration names.

    The configuration then holds what they are called, for tables and pictures.

    Attributes:
        target: anything that `bildsim.targets.as_target` takes; None for the configuration's.
        start: places (N, 2) or (N, 3) in m and rad, or what else the environment takes; None for
            the configuration's.
        planner: makes a planner for a problem, such as a planner's class; None for the
            configuration's.
    """

    target: TargetLike | None = None
    start: StartLike | None = None
    planner: Callable[[Problem], AnyPlanner] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What is brought, by name."""
        return tuple(item.name for item in fields(self) if getattr(self, item.name) is not None)


NOTHING = Brought()
