"""Round and rectangular obstacles, and how far places are from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import cos, hypot, pi, sin

import numpy as np

from bildsim.basics.arrays import Bools, Floats

# Nearer to the rim than this (m), a place counts as free.
_RIM = 1e-9
_PUSHES = 20
_CORNER_POINTS = 16


@dataclass(frozen=True)
class Obstacle:
    """A rectangle whose corners are rounded off outwards: of no sides it is a disc.

    Attributes:
        words: how it was said, such as ``disc:0.3,0.2,0.15``.
        x: of the middle (m).
        y: of the middle (m).
        half_width: half of the side along its own x, before rounding (m).
        half_height: half of the other side (m).
        angle: by which it is turned against the clock (rad).
        rounding: by how much it reaches beyond the rectangle everywhere (m).
    """

    words: str
    x: float
    y: float
    half_width: float
    half_height: float
    angle: float
    rounding: float

    @property
    def reach(self) -> float:
        """Distance of its farthest point from the middle (m)."""
        return hypot(self.half_width, self.half_height) + self.rounding

    @property
    def row(self) -> tuple[float, ...]:
        """The same as seven numbers: x, y, half sides, cosine and sine of the angle, rounding."""
        ahead = cos(self.angle), sin(self.angle)
        return (self.x, self.y, self.half_width, self.half_height, *ahead, self.rounding)

    @property
    def outline(self) -> Floats:
        """Its rim as a polygon against the clock, (P, 2), m."""
        # A quarter circle about each corner; of a box that is not rounded they are points.
        points = _CORNER_POINTS if self.rounding else 1
        turn = np.concatenate([np.linspace(k, k + 1, points) * pi / 2 for k in range(4)])
        signs = np.repeat([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]], points, axis=0)
        round_ = np.stack([np.cos(turn), np.sin(turn)], axis=1)
        own = signs * [self.half_width, self.half_height] + self.rounding * round_
        c, s = cos(self.angle), sin(self.angle)
        return np.asarray(own @ np.array([[c, s], [-s, c]]) + [self.x, self.y])


@dataclass(frozen=True)
class Obstacles:
    """The obstacles of an arena, perhaps grown to all places where no robot's centre can be.

    Attributes:
        parts: one by one; they may overlap.
    """

    parts: tuple[Obstacle, ...] = ()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.parts)

    @property
    def words(self) -> str:
        """How they were said, with spaces between."""
        return " ".join(part.words for part in self.parts)

    @property
    def outlines(self) -> tuple[Floats, ...]:
        """Their rims as polygons, (P, 2) each, m."""
        return tuple(part.outline for part in self.parts)

    def grown(self, margin: float) -> Obstacles:
        """Return them larger by ``margin`` (m): by a robot's radius they block its centre."""
        return Obstacles(tuple(replace(p, rounding=p.rounding + margin) for p in self.parts))

    @cached_property
    def rows(self) -> Floats:
        """The numbers of `Obstacle.row`, (K, 7), as compiled code takes them."""
        return np.array([part.row for part in self.parts]).reshape(-1, 7)

    def nearest(self, points: Floats) -> tuple[Floats, Floats]:
        """Return each point's distance from each obstacle, and the way straight out of it.

        Args:
            points: (..., 2), m.

        Returns:
            Distances from the rims, (..., K), m, below 0 inside, and unit vectors, (..., K, 2).
        """
        x, y, a, b, c, s, rounding = self.rows.T
        away_x, away_y = points[..., :1] - x, points[..., 1:] - y
        # Seen from each obstacle's own axes, and from its nearest corner.
        own_x, own_y = away_x * c + away_y * s, away_y * c - away_x * s
        beyond_x, beyond_y = np.abs(own_x) - a, np.abs(own_y) - b
        out_x, out_y = np.maximum(beyond_x, 0.0), np.maximum(beyond_y, 0.0)
        far = np.hypot(out_x, out_y)
        inside = far == 0.0
        # Inside the rectangle the nearest side is the way out; in the middle of a disc any is.
        by_x = inside & (beyond_x >= beyond_y)
        length = np.where(inside, 1.0, far)
        sign_x, sign_y = np.where(own_x < 0.0, -1.0, 1.0), np.where(own_y < 0.0, -1.0, 1.0)
        normal_x = sign_x * np.where(inside, by_x, out_x / length)
        normal_y = sign_y * np.where(inside, ~by_x, out_y / length)
        distance = np.where(inside, np.maximum(beyond_x, beyond_y), far) - rounding
        normal = np.stack([normal_x * c - normal_y * s, normal_x * s + normal_y * c], axis=-1)
        return distance, normal

    def clearance(self, points: Floats) -> Floats:
        """Return how far points, (..., 2) in m, are from the nearest obstacle, (...), m."""
        if not self:
            return np.full(np.shape(points)[:-1], np.inf)
        return np.asarray(self.nearest(points)[0].min(axis=-1))

    def covers(self, points: Floats) -> Bools:
        """Return which points, (..., 2) in m, lie in an obstacle, (...)."""
        return np.asarray(self.clearance(points) < -_RIM)

    def pushed_out(self, points: Floats) -> Floats:
        """Return points, (..., 2) in m, those in an obstacle moved to its rim.

        Where the rim of one lies in another, or outside C, a few more moves find a free place
        nearby, if there is one.
        """
        moved = np.array(points, dtype=np.float64)
        for _ in range(_PUSHES if self else 0):
            distance, normal = self.nearest(moved)
            worst = distance.argmin(axis=-1)[..., None]
            depth = np.minimum(np.take_along_axis(distance, worst, axis=-1), 0.0)
            if not (depth < -_RIM).any():
                break
            way = np.take_along_axis(normal, worst[..., None], axis=-2)[..., 0, :]
            moved = np.clip(moved - depth * way, -1.0, 1.0)
        return moved

    def named_at(self, point: Floats) -> str:
        """Return the words of the obstacle nearest to a point, (2,) in m."""
        return self.parts[int(self.nearest(point)[0].argmin())].words


NOWHERE = Obstacles()
"""No obstacle at all."""
