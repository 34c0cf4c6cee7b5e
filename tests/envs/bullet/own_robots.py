"""Robots with a model of their own, for tests."""

from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.dynamics import BULLET, make_model
from bildsim.envs.robots.described import drives_of


def own_robot(path, dynamics=BULLET):
    """Return the robot of a URDF."""
    return make_model(dynamics, actuation=drives_of(str(path), Actuation()), robot=str(path))
