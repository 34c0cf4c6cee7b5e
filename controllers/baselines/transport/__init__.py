"""Planners that solve an optimal-transport problem from the robots to the target.

``ot_assign`` assigns the robots to the points of a quantised target once, ``ot_lloyd`` solves again
and again and drives to the barycentres.
"""

from bildsim.controllers.baselines.transport.ot_assign import AssignedPlaces
from bildsim.controllers.baselines.transport.ot_lloyd import TransportLloyd

__all__ = ["AssignedPlaces", "TransportLloyd"]
