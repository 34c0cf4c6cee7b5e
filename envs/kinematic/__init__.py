"""Robots as rolling discs, all computed at once by compiled kernels, without an engine.

``arena`` is the swarm, behind the interface of `bildsim.envs.dynamics`, and ``step`` one step of
it: ``cell_list`` and ``collision_detection`` find what may touch, ``contact_solver`` lets motors,
floor and contacts act on the speeds, from the impulses that ``warm_start`` kept.
"""

from typing import TYPE_CHECKING

from bildsim.basics.lazy import lazy_exports

if TYPE_CHECKING:
    from bildsim.envs.kinematic.arena import KinematicArena

__all__ = ["KinematicArena"]

_HOMES = {
    "KinematicArena": "arena",
}
__getattr__ = lazy_exports(__name__, _HOMES)
