"""What PyBullet and its world must know of a robot that the user modelled."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OwnModel:
    """A model of the user's own, ready for PyBullet; in metres, however wide the arena is.

    Attributes:
        text: its URDF, with what `bildsim.envs.robots.urdf.prepared` adds.
        guard: name of the joint of the ball that meets walls alone.
        tyres: names of those of the balls that meet the floor in place of the wheels.
        joints: names of the left and the right wheel's joint.
        signs: 1 for each wheel whose joint turns ahead with a positive speed, or -1.
        centre: the disc's centre in the base's frame, at the height of the axle, m.
        lift: height of the base's frame where the robot stands, m.
    """

    text: str
    guard: str
    tyres: tuple[str, str]
    joints: tuple[str, str]
    signs: tuple[int, int]
    centre: tuple[float, float, float]
    lift: float
