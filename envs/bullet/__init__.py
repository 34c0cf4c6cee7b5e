"""Robots as rigid bodies in PyBullet, behind the interface of `bildsim.envs.dynamics`.

``arena`` is the swarm's world; ``world`` builds its bodies, ``contacts`` reads who touches whom,
``camera`` takes its picture. Only ``engine`` imports PyBullet, and only when a world is opened.
"""

from bildsim.envs.bullet.arena import Arena
from bildsim.envs.bullet.contacts import read_contacts

__all__ = ["Arena", "read_contacts"]
