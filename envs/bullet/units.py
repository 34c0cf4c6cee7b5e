"""The units in which the engine computes: those of one robot."""

from dataclasses import dataclass
from typing import Self

from bildsim.envs.robots.model import RobotModel


@dataclass(frozen=True)
class Units:
    """Lengths in robot radii and masses in body masses; seconds stay seconds.

    Robots of every size are then the same to the engine but for gravity and the size of the arena,
    and its absolute constants suit them all: the margin of 0.05 by which it widens bounding boxes,
    for one, makes each robot a candidate for contact with few others instead of with every robot
    within a decimetre.

    Attributes:
        length: of one unit, m.
        mass: of one unit, kg.
    """

    length: float
    mass: float

    @classmethod
    def of(cls, robot: RobotModel) -> Self:
        """Return the units of a world of such robots."""
        return cls(robot.radius, robot.body_mass)

    @property
    def inertia(self) -> float:
        """One unit of a moment of inertia in kg m^2, and of a torque in N m."""
        return self.mass * self.length**2
