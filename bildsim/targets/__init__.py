"""Target densities p* on the square C = [-1, 1]^2, at rest and moving.

``target`` has the named ones and makes one of any function, ``moving_target`` those that change
with time, ``files`` those of pictures, arrays and films; ``any_target`` takes all of these, and
``random_mixture`` draws one.
``point_masses`` is p* in equal cells, from which come draws (``sampling``), distances
(``optimal_transport``), the best places for N robots (``quantisation``) and the field that carries
one density into another (``transport_velocity``).
"""

from typing import TYPE_CHECKING

from bildsim.basics.lazy import lazy_exports

if TYPE_CHECKING:
    from bildsim.targets.any_target import TargetLike, as_target
    from bildsim.targets.files.target_file import film_from_file, target_from_file
    from bildsim.targets.motion_settings import MotionSettings
    from bildsim.targets.moving_target import (
        MOVING_NAMES,
        MovingTarget,
        moving_target_from_function,
        target_by_name,
    )
    from bildsim.targets.optimal_transport import barycentres, w2
    from bildsim.targets.point_masses import PointMasses
    from bildsim.targets.quantisation import equal_mass_lloyd, quantise
    from bildsim.targets.sampling import Sampler
    from bildsim.targets.target import TARGET_NAMES, Target, named_target, target_from_function
    from bildsim.targets.transport_velocity import VelocityField

__all__ = [
    "MOVING_NAMES",
    "TARGET_NAMES",
    "MotionSettings",
    "MovingTarget",
    "PointMasses",
    "Sampler",
    "Target",
    "TargetLike",
    "VelocityField",
    "as_target",
    "barycentres",
    "equal_mass_lloyd",
    "film_from_file",
    "moving_target_from_function",
    "named_target",
    "quantise",
    "target_by_name",
    "target_from_file",
    "target_from_function",
    "w2",
]

_HOMES = {
    "MOVING_NAMES": "moving_target",
    "MotionSettings": "motion_settings",
    "MovingTarget": "moving_target",
    "PointMasses": "point_masses",
    "Sampler": "sampling",
    "TARGET_NAMES": "target",
    "Target": "target",
    "TargetLike": "any_target",
    "VelocityField": "transport_velocity",
    "as_target": "any_target",
    "barycentres": "optimal_transport",
    "equal_mass_lloyd": "quantisation",
    "film_from_file": "files.target_file",
    "moving_target_from_function": "moving_target",
    "named_target": "target",
    "quantise": "quantisation",
    "target_by_name": "moving_target",
    "target_from_file": "files.target_file",
    "target_from_function": "target",
    "w2": "optimal_transport",
}
__getattr__ = lazy_exports(__name__, _HOMES)
