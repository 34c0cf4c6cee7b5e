"""Planners of moments: one short broadcast a round, no fit at run time; with cells, no clumps.

``planner`` has both, moment-descent over the long range and moment-cells with a short range, too.
``goal`` is what every robot works out of p* before it moves, ``agreement`` how robots agree on the
swarm's moments, ``cells`` the short range, of which ``cell_kernels`` is compiled.
"""

from typing import TYPE_CHECKING

from bildsim.basics.lazy import lazy_exports

if TYPE_CHECKING:
    from bildsim.controllers.moments.planner import MomentCells, MomentDescent

__all__ = ["MomentCells", "MomentDescent"]

_HOMES = {"MomentCells": "planner", "MomentDescent": "planner"}
__getattr__ = lazy_exports(__name__, _HOMES)
