"""What collision avoidance makes of obstacles: half-planes, and wishes that lead round them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Ints
from bildsim.obstacles.shapes import NOWHERE, Obstacle, Obstacles

RATE = 5.0
"""A robot may come nearer to an obstacle by this share of what is left of the way, a second (1/s);
the same as for walls."""
_MARGIN = 2e-3
# How soon a robot turns aside, and how strongly to the right where both sides are alike.
_STEEPNESS, _BIAS = 4.0, 0.1
# Who is denied a third of a wish goes the way round whatever is left of it says.
_FIRMNESS = 3.0
_EDGE_POINTS = 20


class _Turned(NamedTuple):
    """Wishes that were turned, (N, 2), how fast to the left, (N,), and which they are, (N,)."""

    wish: Floats
    aside: Floats
    turned: Bools


@dataclass(frozen=True)
class Around:
    """Static obstacles, as robots of one radius see them.

    Each obstacle leaves the velocities u with n . u <= rate gap, n the direction to its nearest
    point: obstacles are convex, so who keeps to that keeps out. Straight before one a robot would
    stand for ever, if whoever sends it there does not know of it. So what of its wish an obstacle
    denies is turned along the rim: away from the obstacle's middle, as seen along the wish, and to
    the right where that is straight ahead. That way leads a robot round to what lies behind, and
    leaves one whose wish lies within the obstacle at the rim. Obstacles between which no robot fits
    count as one; of one that leaves no way between it and a wall the middle is at the wall.

    Known failure: in a bay between obstacles, or in a corner that one forms with a wall, a robot
    can stand.

    Attributes:
        obstacles: as they are.
        radius: of the disc that must not touch them (m).
        max_speed: beyond which no wish counts (m/s).
        unit_m: metres in a unit of these lengths, in which the gap that is kept is put too.
    """

    obstacles: Obstacles = NOWHERE
    radius: float = 0.0
    max_speed: float = 0.0
    unit_m: float = 1.0

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.obstacles)

    @property
    def _apart(self) -> float:
        """How far a centre keeps from a rim."""
        return self.radius + _MARGIN / self.unit_m

    def rows(self, positions: Floats) -> tuple[Ints, Floats, Floats]:
        """Return the half-planes that can matter: whose, normals and bounds.

        Args:
            positions: of the discs' centres, (N, 2), m.

        Returns:
            Robots, (K,), ascending; unit normals, (K, 2); bounds, (K,), m/s.
        """
        distance, out = self.obstacles.nearest(positions)
        bound = RATE * (distance - self._apart)
        robot, obstacle = np.nonzero(bound <= self.max_speed)
        return robot, -out[robot, obstacle], bound[robot, obstacle]

    def steered(self, positions: Floats, wanted: Floats) -> Floats:
        """Return the wishes, (N, 2) in m/s, turned where obstacles deny them.

        Args:
            positions: of the discs' centres, (N, 2), m.
            wanted: wishes, (N, 2), m/s.
        """
        if not self:
            return wanted
        speed = np.linalg.norm(wanted, axis=1)
        wish = wanted * np.minimum(1.0, self.max_speed / np.maximum(speed, 1e-12))[:, None]
        speed = np.minimum(speed, self.max_speed)
        distance, out = self.obstacles.nearest(positions)
        allowed = np.maximum(RATE * (distance - self._apart), 0.0)
        first = self._turned(positions, wish, speed, allowed, out, None)
        # In the corner between two obstacles the second one denies what the first one left.
        second = self._turned(positions, first.wish, speed, allowed, out, first.aside)
        return np.where((first.turned | second.turned)[:, None], second.wish, wanted)

    def _turned(
        self,
        positions: Floats,
        wish: Floats,
        speed: Floats,
        allowed: Floats,
        out: Floats,
        aside: Floats | None,
    ) -> _Turned:
        """Turn wishes along the rim of the obstacle that denies most of each.

        Args:
            positions: (N, 2), m.
            wish: (N, 2), m/s.
            speed: of the wishes at first, (N,), m/s.
            allowed: speed towards each obstacle, (N, K), m/s.
            out: straight out of each, (N, K, 2).
            aside: speed to the left along the rim, (N,), m/s, where it is known already.
        """
        towards = -np.einsum("nkd,nd->nk", out, wish)
        worst = (towards - allowed).argmax(axis=1)
        rows = np.arange(len(wish))
        excess = (towards - allowed)[rows, worst]
        denied = np.clip(_FIRMNESS * excess / np.maximum(speed, 1e-12), 0.0, 1.0)
        ahead = -out[rows, worst]
        left = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
        if aside is None:
            hub = self._hubs[worst] - positions
            size = np.maximum(speed * np.linalg.norm(hub, axis=1), 1e-12)
            hub_on_left = (wish[:, 0] * hub[:, 1] - wish[:, 1] * hub[:, 0]) / size
            aside = -speed * np.clip(_STEEPNESS * hub_on_left + _BIAS, -1.0, 1.0)
        along = (1.0 - denied) * np.einsum("nd,nd->n", wish, left) + denied * aside
        turned = np.minimum(towards, allowed)[rows, worst][:, None] * ahead + along[:, None] * left
        acted = excess > 0.0
        return _Turned(np.where(acted[:, None], turned, wish), aside, acted)

    @cached_property
    def _hubs(self) -> Floats:
        """Of each obstacle the place that robots are turned away from, (K, 2), m."""
        grown = self.obstacles.grown(self._apart)
        rims = [_rim(part) for part in grown.parts]
        groups = _groups(grown, rims)
        hubs = np.empty((len(rims), 2))
        for group in np.unique(groups):
            members = np.flatnonzero(groups == group)
            rim = np.concatenate([rims[k] for k in members])
            beyond = rim[np.abs(rim).max(axis=1) > 1.0]
            middles = self.obstacles.rows[members, :2]
            hubs[members] = (beyond if len(beyond) else middles).mean(axis=0)
        return hubs


NOTHING_AROUND = Around()
"""No obstacle at all."""


def _rim(part: Obstacle) -> Floats:
    """Return places all along an obstacle's rim, (P, 2), m."""
    corners = part.outline
    share = np.linspace(0.0, 1.0, _EDGE_POINTS, endpoint=False)[:, None, None]
    return np.asarray((corners + share * (np.roll(corners, -1, axis=0) - corners)).reshape(-1, 2))


def _groups(grown: Obstacles, rims: list[Floats]) -> Ints:
    """Return a number for each obstacle, (K,), the same for those that no robot gets between."""
    groups = np.arange(len(rims))
    for k, rim in enumerate(rims):
        meets: Bools = np.asarray((grown.nearest(rim)[0] < 0.0).any(axis=0))
        meets[k] = True
        one = np.isin(groups, groups[meets])
        groups[one] = groups[one].min()
    return groups


def joined(
    starts: Ints, normal: Floats, bound: Floats, more: tuple[Ints, Floats, Floats]
) -> tuple[Ints, Floats, Floats]:
    """Return rows of half-planes with more of them, each robot's side by side.

    Args:
        starts: where each robot's rows begin, (N + 1,).
        normal: (K, 2).
        bound: (K,), m/s.
        more: robots, normals and bounds of the others, as `Around.rows` gives them.
    """
    robot = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    whose = np.concatenate([robot, more[0]])
    order = np.argsort(whose, kind="stable")
    begins = np.searchsorted(whose[order], np.arange(len(starts)))
    return (
        begins,
        np.concatenate([normal, more[1]])[order],
        np.concatenate([bound, more[2]])[order],
    )
