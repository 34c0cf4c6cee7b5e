"""Collision-avoidance methods by name."""

from collections.abc import Callable

from bildsim.basics.errors import unknown_name
from bildsim.controllers.safety.cbf import Barrier
from bildsim.controllers.safety.layer import Body, Safety
from bildsim.controllers.safety.orca import Orca
from bildsim.controllers.safety.tracked_point import about_tracked_point

NONE = "none"
_METHODS: dict[str, Callable[[Body], Safety]] = {"cbf": Barrier, "orca": Orca}
SAFETY_NAMES = (NONE, *_METHODS)
"""All values of ``safety``."""


def make_safety(name: str, body: Body) -> Safety | None:
    """Return the method of that name for robots, or nothing for ``none``.

    Raises:
        UsageError: no method has that name.
    """
    if name == NONE:
        return None
    if name not in _METHODS:
        raise unknown_name("safety", name, SAFETY_NAMES)
    return _METHODS[name](about_tracked_point(body))
