"""What can be less than perfect about robots, as settings and as what carries them out.

Limits and faults of the drives (``actuation``, carried out by ``drivetrain`` and
``motor_response``), robots that fail or come late (``fault_schedule``, by ``fault_injection``), and
errors of where robots take themselves to be (``localisation``, carried out by
`bildsim.envs.localisation`); ``settings`` holds all three
together.
"""

from bildsim.envs.disturbances.actuation import Actuation, ActuationLimits
from bildsim.envs.disturbances.drivetrain import DriveTrain
from bildsim.envs.disturbances.fault_injection import FaultInjector
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.disturbances.settings import Disturbances

__all__ = [
    "Actuation",
    "ActuationLimits",
    "Disturbances",
    "DriveTrain",
    "FaultInjector",
    "Faults",
    "Sensing",
]
