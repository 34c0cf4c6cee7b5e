"""Optimal reciprocal collision avoidance: two that would collide each give way by half."""

from dataclasses import dataclass

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.safety.layer import (
    Body,
    Filtered,
    HalfPlanes,
    as_changed,
    nearest_safe,
)
from bildsim.controllers.safety.neighbours import sense
from bildsim.controllers.safety.obstacles import NOTHING_AROUND, Around


@dataclass(frozen=True)
class Orca:
    """ORCA for discs on two wheels (van den Berg et al. 2011; Alonso-Mora et al. 2010).

    A relative velocity is in the velocity obstacle of a pair if it leads to a distance below D
    within the horizon. Let c be the least change that takes the present relative velocity to the
    obstacle's rim, and n its direction: each of the two changes by half of it,

        n . (u_i - v_i - c / 2) >= 0.

    D is two radii enlarged by how far a disc may stray from the velocity it was given, as
    Alonso-Mora et al. do for robots that cannot move sideways. Here the centre can, and only the
    motors' lag makes it stray. A robot must sense where others are and how fast they move within
    D + 2 max_speed horizon; it sends nothing.

    Known failure: a pair that meets exactly head-on, or a symmetric crowd, can block itself.

    Attributes:
        body: the robots.
        horizon: for how long there must be no collision (s).
        recovery: within what time robots nearer than D must have parted (s).
        margin: by how much two radii are enlarged (m).
        around: obstacles, which robots keep off as they do off walls, and are led round.
    """

    body: Body
    horizon: float = 0.5
    recovery: float = 0.1
    margin: float = 4e-3
    around: Around = NOTHING_AROUND

    def filter(self, poses: Floats, velocities: Floats, wanted: Floats) -> Filtered:
        """Return the nearest velocities that are safe."""
        apart = 2.0 * self.body.radius + self.margin
        neighbours = sense(poses[:, :2], apart + 2.0 * self.body.max_speed * self.horizon)
        own, other = neighbours.robot, neighbours.other
        way = poses[other, :2] - poses[own, :2]
        change, outward = self._least_change(way, velocities[own] - velocities[other], apart)
        rim = velocities[own] + 0.5 * change
        planes = HalfPlanes(-outward, -np.einsum("kd,kd->k", outward, rim))
        wish = self.around.steered(poses[:, :2], wanted)
        found = nearest_safe(self.body, poses, wish, neighbours, planes, self.around)
        return as_changed(found, wanted, wish)

    def _least_change(self, way: Floats, relative: Floats, apart: float) -> tuple[Floats, Floats]:
        """Return the least changes to the obstacle's rim and its outward unit normals, (K, 2) each.

        The obstacle is a cone with its apex at 0, tangent to discs of radius D / t round way / t,
        cut off by the disc of t = horizon.

        Args:
            way: from the robot to the other, (K, 2), m.
            relative: the robot's velocity less the other's, (K, 2), m/s.
            apart: D, m.
        """
        squared = np.einsum("kd,kd->k", way, way)
        # Those that are nearer than D already are to part within ``recovery`` instead.
        near = squared <= apart**2
        time = np.where(near, self.recovery, self.horizon)
        beyond = relative - way / time[:, None]
        length = np.maximum(np.linalg.norm(beyond, axis=1), 1e-9)
        towards = np.einsum("kd,kd->k", beyond, way)
        # The nearest point of the rim is on the rounded end where the relative velocity, seen from
        # the end's middle, points back towards the apex within the cone's opening.
        in_front = (towards < 0.0) & (towards**2 > apart**2 * length**2)
        cap = beyond / length[:, None]
        leg = _leg_normals(way, beyond, squared, apart)
        outward = np.where((near | in_front)[:, None], cap, leg)
        to_cap = apart / time - length
        to_leg = -np.einsum("kd,kd->k", relative, leg)
        distance = np.where(near | in_front, to_cap, to_leg)
        return distance[:, None] * outward, outward


def _leg_normals(way: Floats, beyond: Floats, squared: Floats, apart: float) -> Floats:
    """Return the outward unit normal of the cone's leg on the side of ``beyond``, (K, 2)."""
    side = np.where(way[:, 0] * beyond[:, 1] - way[:, 1] * beyond[:, 0] > 0.0, 1.0, -1.0)
    squared = np.maximum(squared, apart**2)
    tangent = np.sqrt(squared - apart**2)
    left = np.stack([-way[:, 1], way[:, 0]], axis=-1)
    # The leg is the way turned to that side by asin(D / |way|); its normal, a quarter turn more.
    outward = tangent[:, None] * side[:, None] * left - apart * way
    return np.asarray(outward / squared[:, None])
