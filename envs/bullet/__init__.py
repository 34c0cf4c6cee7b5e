"""Robots as rigid bodies in PyBullet, behind the interface of `bildsim.envs.dynamics`.

``arena`` is the swarm's world; ``world`` builds its bodies, ``contacts`` reads who touches whom,
``camera`` takes its picture. Only ``engine`` imports PyBullet, and only when a world is opened.
"""

from typing import TYPE_CHECKING

from bildsim.basics.lazy import lazy_exports

if TYPE_CHECKING:
    from bildsim.envs.bullet.arena import Arena
    from bildsim.envs.bullet.contacts import read_contacts

__all__ = ["Arena", "read_contacts"]

_HOMES = {
    "Arena": "arena",
    "read_contacts": "contacts",
}
__getattr__ = lazy_exports(__name__, _HOMES)
