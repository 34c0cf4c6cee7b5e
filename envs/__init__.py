"""The simulated robots, their arena and the Gymnasium environment around them.

``swarm`` is the environment and ``running_swarm`` what it is made of: a ``fleet`` of robots with
their ``physics``, which moves them and knows where they are, and a ``task``, which knows what that
means: target, fit, reward. ``agents`` holds what agents ask for and are shown; ``randomisation``,
episodes that are drawn. ``control_tick`` is the way from actions to robots that have moved,
``dynamics`` the choice among PyBullet (``bullet``), rolling discs in arrays (``kinematic``) and the
paper's points (``ideal``). ``robots`` holds the robot's model, its size and its place at the start;
``disturbances``, what can be less than perfect; ``vector``, many kinematic swarms at once.
Names are imported when they are used, and PyBullet when its dynamics is asked for.
"""

from typing import TYPE_CHECKING

from bildsim.basics.lazy import lazy_exports

if TYPE_CHECKING:
    from bildsim.envs.control_tick import Driver, Motion
    from bildsim.envs.disturbances.actuation import Actuation
    from bildsim.envs.disturbances.fault_schedule import Faults
    from bildsim.envs.disturbances.localisation import Sensing
    from bildsim.envs.disturbances.settings import Disturbances
    from bildsim.envs.dynamics import DYNAMICS_NAMES, make_dynamics, make_model
    from bildsim.envs.physics import SwarmPhysics
    from bildsim.envs.robots.model import RobotModel
    from bildsim.envs.state import SwarmState
    from bildsim.envs.swarm import SwarmEnv
    from bildsim.envs.task import DensityTask

__all__ = [
    "DYNAMICS_NAMES",
    "Actuation",
    "DensityTask",
    "Disturbances",
    "Driver",
    "Faults",
    "Motion",
    "RobotModel",
    "Sensing",
    "SwarmEnv",
    "SwarmPhysics",
    "SwarmState",
    "make_dynamics",
    "make_model",
]

_HOMES = {
    "Actuation": "disturbances.actuation",
    "DYNAMICS_NAMES": "dynamics",
    "DensityTask": "task",
    "Disturbances": "disturbances.settings",
    "Driver": "control_tick",
    "Faults": "disturbances.fault_schedule",
    "Motion": "control_tick",
    "RobotModel": "robots.model",
    "Sensing": "disturbances.localisation",
    "SwarmEnv": "swarm",
    "SwarmPhysics": "physics",
    "SwarmState": "state",
    "make_dynamics": "dynamics",
    "make_model": "dynamics",
}
__getattr__ = lazy_exports(__name__, _HOMES)
