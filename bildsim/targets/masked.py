"""Targets among obstacles: p* is 0 where no robot's centre can be, and normalised beside them."""

from dataclasses import dataclass, field, replace

import numpy as np

from bildsim.basics.errors import UsageError
from bildsim.obstacles.shapes import Obstacles
from bildsim.targets.moving_target import AnyTarget, MovingTarget
from bildsim.targets.target import FINE_GRID, Target

LEAST_SHARE = 0.01
"""So much of a target's own mass must lie beside the obstacles."""


def avoiding(target: AnyTarget, obstacles: Obstacles) -> AnyTarget:
    """Return a target that is 0 in obstacles, and beside them as it was but for a factor.

    Where it moves, the factor is that of each moment.

    Args:
        target: at rest or moving; one that avoids these obstacles already comes back as it is.
        obstacles: grown to where no robot's centre can be.

    Raises:
        UsageError: hardly any of its mass is left, at the beginning if it moves.
    """
    if not obstacles:
        return target
    if isinstance(target, Target):
        return _masked(target, obstacles)
    if isinstance(target.course, _Course) and target.course.obstacles == obstacles:
        return target
    course = _Course(target, obstacles)
    course(0.0)
    return replace(target, course=course)


def _masked(target: Target, obstacles: Obstacles) -> Target:
    if target.obstacles == obstacles:
        return target
    free = ~obstacles.covers(FINE_GRID.points)
    shape = np.where(free, target.shape(FINE_GRID.points), 0.0)
    left = float(FINE_GRID.integrate(shape)) / target.mass
    if left < LEAST_SHARE:
        raise UsageError(
            "{target} lies in {obstacle} with {0} % of its mass or more: move the obstacles, or "
            "take another target",
            f"{100.0 * (1.0 - LEAST_SHARE):g}",
            target=target.name,
            obstacle=obstacles.words,
        )
    whole = replace(target, obstacles=Obstacles(), share=1.0)
    share = float(FINE_GRID.integrate(np.where(free, whole.density(FINE_GRID.points), 0.0)))
    return replace(whole, obstacles=obstacles, share=share)


@dataclass(frozen=True, eq=False)
class _Course:
    """A course among obstacles; where the one below rests it returns the same object again.

    Attributes:
        target: the one that knows of no obstacles.
        obstacles: grown.
    """

    target: MovingTarget
    obstacles: Obstacles
    _last: list[tuple[Target, Target]] = field(default_factory=list)

    def __call__(self, time_s: float) -> Target:
        """Return the target at a time (s)."""
        below = self.target.at(time_s)
        if not self._last or self._last[0][0] is not below:
            self._last[:] = [(below, _masked(below, self.obstacles))]
        return self._last[0][1]
