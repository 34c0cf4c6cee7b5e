"""Radius and top speed of robots by their number."""

from math import sqrt

from bildsim.basics.timing import TRACKING_RATE
from bildsim.envs.robots.model import RobotModel

USUAL_ROBOTS, USUAL_RADIUS, USUAL_SPEED = 100, 0.025, 0.2
"""Robots whose share of the arena all swarms have, their radius (m) and their top speed (m/s)."""


def radius_for(robots: int, allowed: tuple[float, float], unit_m: float = 1.0) -> float:
    """Return the radius (m) at which robots cover the same share of the arena as the usual ones.

    That is 100 robots of 25 mm; robots do not grow beyond that where there are fewer of them.

    Args:
        robots: number N of robots.
        allowed: the least and largest radius that the dynamics can move (m).
        unit_m: half of the arena's width (m).
    """
    least, largest = allowed
    # N pi r^2 is kept.
    radius = USUAL_RADIUS * unit_m * sqrt(USUAL_ROBOTS / max(1, robots))
    return max(least, min(radius, USUAL_RADIUS, largest))


def fastest_without_weaving(radius: float) -> float:
    """Return the top speed (m/s) up to which wheeled robots of a radius (m) drive straight.

    Held between two updates of the tracking controller, the heading overshoots by its own error
    when the robot covers twice its axle offset meanwhile; faster, it weaves for ever.
    """
    return 2.0 * RobotModel(radius).axle_offset * TRACKING_RATE
