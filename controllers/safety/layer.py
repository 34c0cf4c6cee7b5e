"""The interface of collision avoidance, and the programme that all methods solve."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.controllers.safety.half_planes import solve
from bildsim.controllers.safety.neighbours import Neighbours
from bildsim.controllers.safety.obstacles import NOTHING_AROUND, Around, joined

WALL_RATE = 5.0
"""A robot may come nearer to a wall by this share of what is left of the way, a second (1/s)."""
_WALLS = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
# A slack below this (m/s) is rounding.
_NO_SLACK = 1e-6


class Body(Protocol):
    """What the methods need to know of a robot; lengths in metres, speeds in m/s."""

    @property
    def radius(self) -> float:
        """Radius of the disc."""

    @property
    def max_speed(self) -> float:
        """Speed of the wheel rims at the wheels' limit."""

    @property
    def track_width(self) -> float:
        """Distance between the wheels."""

    @property
    def axle_offset(self) -> float:
        """How far the disc's centre lies ahead of the axle."""

    @property
    def handle(self) -> float:
        """How far the tracked point lies ahead of the axle."""


@dataclass(frozen=True, eq=False)
class Filtered:
    """What a method made of the wanted velocities.

    Attributes:
        velocity: (N, 2) of the discs' centres, world frame, m/s; one that the wheels can do.
        acted: (N,) whether the wanted velocity was not allowed.
        infeasible: (N,) whether none was allowed; the one that misses least was taken.
    """

    velocity: Floats
    acted: Bools
    infeasible: Bools


def as_changed(found: Filtered, wanted: Floats, steered: Floats) -> Filtered:
    """Return answers to wishes that were turned round obstacles before: turning is acting, too."""
    if steered is wanted:
        return found
    acted = found.acted | (steered != wanted).any(axis=1)
    return Filtered(found.velocity, acted, found.infeasible)


class Safety(Protocol):
    """A method that keeps robots apart, each from what it senses nearby.

    The tracked point lies off the axle and so can move in every direction: it is the look-ahead
    point by which robots on two wheels are treated as points with a velocity (Wang, Ames and
    Egerstedt 2017, section VI). The wheels' limits are four half-planes in its velocity. On the
    reference robot it is the disc's centre; for others methods are given poses and velocities of
    the point (`bildsim.controllers.safety.tracked_point`).
    """

    def filter(self, poses: Floats, velocities: Floats, wanted: Floats) -> Filtered:
        """Return the nearest velocities that are safe.

        Args:
            poses: x, y, heading of the discs' centres, (N, 3), m and rad.
            velocities: measured, of the centres, (N, 2), m/s.
            wanted: of the centres, (N, 2), m/s, in world frame; may exceed the wheels' limits.
        """


class HalfPlanes(NamedTuple):
    """The velocities u that other robots leave: normal . u <= bound, a row a neighbour.

    Attributes:
        normal: (K, 2) of length 1.
        bound: (K,) m/s.
    """

    normal: Floats
    bound: Floats


def nearest_safe(
    body: Body,
    poses: Floats,
    wanted: Floats,
    neighbours: Neighbours,
    planes: HalfPlanes,
    around: Around = NOTHING_AROUND,
) -> Filtered:
    """Return the velocities nearest to the wanted ones that wheels, walls and neighbours allow.

    A wanted velocity beyond the wheels' limits is shortened first, as the drive would do. Where the
    neighbours leave nothing, their bounds are raised alike by the least that does.

    Args:
        body: the robots.
        poses: x, y, heading, (N, 3), m and rad.
        wanted: (N, 2), m/s.
        neighbours: whose rows are where.
        planes: what neighbours leave, rows in the order of ``neighbours``.
        around: obstacles, whose half-planes are soft as those of walls are.
    """
    wheels, limit = _wheel_limits(body, poses[:, 2])
    preferred = _within(wanted, wheels, limit)
    # The same barrier as between pairs: slower towards a wall the nearer it is.
    walls = WALL_RATE * (1.0 - poses[:, :2] @ _WALLS.T)
    starts, normal, bound = neighbours.starts, planes.normal, planes.bound
    if around:
        starts, normal, bound = joined(starts, normal, bound, around.rows(poses[:, :2]))
    velocity, slack = np.empty_like(preferred), np.empty(len(poses))
    solve(
        preferred,
        wheels,
        limit,
        float(body.max_speed),
        _WALLS,
        walls,
        normal,
        bound,
        starts,
        velocity,
        slack,
    )
    acted = (velocity != preferred).any(axis=1)
    return Filtered(velocity, acted, slack > _NO_SLACK)


def _wheel_limits(body: Body, heading: Floats) -> tuple[Floats, float]:
    """Return unit normals (N, 4, 2) and the bound (m/s) of what the wheels can do.

    A rim runs at u . e -+ (track / 2 h) u . n with e the heading, n its left normal and h the
    tracked point's distance from the axle.
    """
    ahead = np.stack([np.cos(heading), np.sin(heading)], axis=-1)
    aside = np.stack([-ahead[:, 1], ahead[:, 0]], axis=-1)
    swing = 0.5 * body.track_width / body.handle
    length = np.hypot(1.0, swing)
    left, right = (ahead - swing * aside) / length, (ahead + swing * aside) / length
    return np.stack([left, -left, right, -right], axis=1), float(body.max_speed / length)


def _within(wanted: Floats, wheels: Floats, limit: float) -> Floats:
    """Return the wanted velocities, shortened to what the wheels can do."""
    peak = np.einsum("nkd,nd->nk", wheels, wanted).max(axis=1)
    factor = np.divide(limit, peak, out=np.ones_like(peak), where=peak > limit)
    return np.asarray(factor[:, None] * wanted)
