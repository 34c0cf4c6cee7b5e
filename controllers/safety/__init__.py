"""Collision avoidance between tracking and the wheels, under any planner; one method a file.

``cbf`` keeps barriers between pairs, ``orca`` shares the avoidance of each pair by half;
``registry`` finds a method by its name. ``layer`` is what methods meet and share, ``neighbours``
who senses whom, ``half_planes`` the compiled programme in two unknowns that each robot solves.
"""

from bildsim.controllers.safety.cbf import Barrier
from bildsim.controllers.safety.layer import Filtered, Safety
from bildsim.controllers.safety.orca import Orca
from bildsim.controllers.safety.registry import SAFETY_NAMES, make_safety

__all__ = ["SAFETY_NAMES", "Barrier", "Filtered", "Orca", "Safety", "make_safety"]
