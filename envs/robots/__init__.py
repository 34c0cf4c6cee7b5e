"""The differential-drive robot, whatever moves it: its model, its size, its place at the start.

``model`` says what a robot's figures come to, ``body`` scales the reference robot's with the radius
and ``described`` reads those of real robots, by the checks of ``described_figures``; ``scaling``
goes from the number of robots to the radius; ``starts`` says where robots start: where ``spawn``
puts them by the means of ``packing``, or at a ``given_start``, perhaps from a ``start_file``;
``contacts`` says who touches whom.
"""

from typing import TYPE_CHECKING

from bildsim.basics.lazy import lazy_exports

if TYPE_CHECKING:
    from bildsim.envs.robots.contacts import Contacts
    from bildsim.envs.robots.model import RobotModel
    from bildsim.envs.robots.spawn import START_NAMES, spawn

__all__ = ["START_NAMES", "Contacts", "RobotModel", "spawn"]

_HOMES = {
    "START_NAMES": "spawn",
    "Contacts": "contacts",
    "RobotModel": "model",
    "spawn": "spawn",
}
__getattr__ = lazy_exports(__name__, _HOMES)
