"""Collision-avoidance methods by name."""

from collections.abc import Callable
from dataclasses import replace

from bildsim.basics.errors import unknown_name
from bildsim.controllers.safety.cbf import Barrier
from bildsim.controllers.safety.layer import Body, Safety
from bildsim.controllers.safety.obstacles import Around
from bildsim.controllers.safety.orca import Orca
from bildsim.controllers.safety.tracked_point import about_tracked_point
from bildsim.obstacles.shapes import NOWHERE, Obstacles

NONE = "none"
_METHODS: dict[str, Callable[..., Barrier | Orca]] = {"cbf": Barrier, "orca": Orca}
SAFETY_NAMES = (NONE, *_METHODS)
"""All values of ``safety``."""


def make_safety(
    name: str, body: Body, unit_m: float = 1.0, obstacles: Obstacles = NOWHERE
) -> Safety | None:
    """Return the method of that name for robots, or nothing for ``none``.

    Args:
        name: of the method.
        body: of the robots.
        unit_m: metres in a unit of the robots' lengths, in which margins are put too.
        obstacles: what stands in their arena.

    Raises:
        UsageError: no method has that name.
    """
    if name == NONE:
        return None
    if name not in _METHODS:
        raise unknown_name("safety", name, SAFETY_NAMES)
    disc = about_tracked_point(body)
    method = _METHODS[name](disc, around=Around(obstacles, disc.radius, disc.max_speed, unit_m))
    return replace(method, margin=method.margin / unit_m)
