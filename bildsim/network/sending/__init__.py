"""Sending only what has changed: who speaks in a round, and what everybody else holds meanwhile.

``held`` keeps for every link what was last heard over it; ``changes`` says when a robot speaks.
"""

from bildsim.network.sending.changes import changed
from bildsim.network.sending.held import Held, HeldMessages

__all__ = ["Held", "HeldMessages", "changed"]
