"""Collision-avoidance methods by name."""

from collections.abc import Callable
from dataclasses import replace

from bildsim.basics.errors import unknown_name
from bildsim.controllers.safety.cbf import Barrier
from bildsim.controllers.safety.layer import Body, Safety
from bildsim.controllers.safety.orca import Orca
from bildsim.controllers.safety.tracked_point import about_tracked_point

NONE = "none"
_METHODS: dict[str, Callable[[Body], Barrier | Orca]] = {"cbf": Barrier, "orca": Orca}
SAFETY_NAMES = (NONE, *_METHODS)
"""All values of ``safety``."""


def make_safety(name: str, body: Body, unit_m: float = 1.0) -> Safety | None:
    """Return the method of that name for robots, or nothing for ``none``.

    Args:
        name: of the method.
        body: of the robots.
        unit_m: metres in a unit of the robots' lengths, in which the margin is put too.

    Raises:
        UsageError: no method has that name.
    """
    if name == NONE:
        return None
    if name not in _METHODS:
        raise unknown_name("safety", name, SAFETY_NAMES)
    method = _METHODS[name](about_tracked_point(body))
    return replace(method, margin=method.margin / unit_m)
