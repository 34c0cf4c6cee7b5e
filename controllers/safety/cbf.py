"""Control barrier functions: a pair may close in no faster than its gap allows."""

from dataclasses import dataclass

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.safety.layer import Body, Filtered, HalfPlanes, nearest_safe
from bildsim.controllers.safety.neighbours import sense


@dataclass(frozen=True)
class Barrier:
    """Decentralised barrier certificates (Wang, Ames and Egerstedt 2017, section IV).

    With h = |x_i - x_j| - D of a pair, D two radii and a margin, the condition dh/dt >= -rate h
    keeps h >= 0. It is linear in the velocities, and each of the two obeys one half of it:

        n . u_i <= rate h / 2,    n the direction from i to j.

    Each robot takes the velocity nearest to the one it wants: a quadratic programme in two
    unknowns. It must sense where others are within D + 2 max_speed / rate; farther off no row can
    bind. It knows of no one's velocity or wish, and sends nothing. While all h >= 0 standing still
    is allowed, so there always is an answer.

    Known failures: robots that want to pass through each other stand face to face for ever; the
    motors' lag makes the velocity another than the one asked for, which the margin is for.

    Attributes:
        body: the robots.
        rate: how fast a gap may shrink, as a share of itself a second (1/s).
        margin: gap between two discs that is kept (m).
    """

    body: Body
    rate: float = 5.0
    margin: float = 2e-3

    def filter(self, poses: Floats, velocities: Floats, wanted: Floats) -> Filtered:
        """Return the nearest velocities that are safe."""
        apart = 2.0 * self.body.radius + self.margin
        positions = poses[:, :2]
        neighbours = sense(positions, apart + 2.0 * self.body.max_speed / self.rate)
        way = positions[neighbours.other] - positions[neighbours.robot]
        distance = np.linalg.norm(way, axis=1)
        # Discs on one point have no direction; the division must not fail there.
        normal = way / np.maximum(distance, 1e-9)[:, None]
        # Each of the two takes half of dh/dt >= -rate h; a negative bound tells them to part.
        planes = HalfPlanes(normal, 0.5 * self.rate * (distance - apart))
        return nearest_safe(self.body, poses, wanted, neighbours, planes)
