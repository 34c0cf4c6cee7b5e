"""Control barrier functions: a pair may close in no faster than its gap allows."""

from dataclasses import dataclass
from math import pi

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.safety.layer import (
    Body,
    Filtered,
    HalfPlanes,
    as_changed,
    nearest_safe,
)
from bildsim.controllers.safety.neighbours import Neighbours, nobody, sense
from bildsim.controllers.safety.obstacles import NOTHING_AROUND, Around


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

    Robots that want to pass through each other would stand face to face for ever. So each keeps to
    the right: the larger the share of its wish that neighbours deny,

        s = 1 - u . w / w . w,    w what wheels, walls and obstacles alone would let it do,

    the further it turns the wish, clockwise by s times ``turn``, and answers that instead. All do
    the same, so that pairs pass by the left shoulder and crowds go round like a roundabout; past a
    right angle a wish points out of the crowd, which makes room. The rule is continuous, hence no
    chatter, and it changes the wish alone: the half-planes stay, and with them the certificates.
    (Wang, Ames and Egerstedt perturb wishes consistently, too, once robots have stopped.)

    Known failures: where goals block each other robots circle that would stand otherwise; the
    motors' lag makes the velocity another than the one asked for, which the margin is for.

    Attributes:
        body: the robots.
        rate: how fast a gap may shrink, as a share of itself a second (1/s).
        margin: gap between two discs that is kept (m).
        turn: how far a wish is turned that is denied altogether (rad); 0 lets robots block each
            other.
        around: obstacles, which robots keep off as they do off walls, and are led round.
    """

    body: Body
    rate: float = 5.0
    margin: float = 2e-3
    turn: float = 2.0 * pi / 3.0
    around: Around = NOTHING_AROUND

    def filter(self, poses: Floats, velocities: Floats, wanted: Floats) -> Filtered:
        """Return the safe velocities that are nearest to the wishes, turned where denied."""
        apart = 2.0 * self.body.radius + self.margin
        positions = poses[:, :2]
        neighbours = sense(positions, apart + 2.0 * self.body.max_speed / self.rate)
        way = positions[neighbours.other] - positions[neighbours.robot]
        distance = np.linalg.norm(way, axis=1)
        # Discs on one point have no direction; the division must not fail there.
        normal = way / np.maximum(distance, 1e-9)[:, None]
        # Each of the two takes half of dh/dt >= -rate h; a negative bound tells them to part.
        planes = HalfPlanes(normal, 0.5 * self.rate * (distance - apart))
        wish = self.around.steered(positions, wanted)
        straight = nearest_safe(self.body, poses, wish, neighbours, planes, self.around)
        found = self._to_the_right(straight, poses, wish, neighbours, planes)
        return as_changed(found, wanted, wish)

    def _to_the_right(
        self,
        straight: Filtered,
        poses: Floats,
        wanted: Floats,
        neighbours: Neighbours,
        planes: HalfPlanes,
    ) -> Filtered:
        """Return the answers, of wishes that are turned as far as neighbours deny them."""
        if self.turn == 0.0 or not straight.acted.any():
            return straight
        none = HalfPlanes(planes.normal[:0], planes.bound[:0])
        lone = nearest_safe(self.body, poses, wanted, nobody(len(poses)), none, self.around)
        alone = lone.velocity
        denied = _denied(alone, straight.velocity)
        turned = nearest_safe(
            self.body,
            poses,
            _clockwise(alone, self.turn * denied),
            neighbours,
            planes,
            self.around,
        )
        # Where there is no safe velocity robots first part.
        instead = (denied > 0.0) & ~straight.infeasible
        velocity = np.where(instead[:, None], turned.velocity, straight.velocity)
        return Filtered(velocity, straight.acted, straight.infeasible)


def _denied(wish: Floats, answer: Floats) -> Floats:
    """Return which share of the wishes the answers, (N, 2) both, leave out, (N,), from 0 to 1."""
    squared = (wish * wish).sum(axis=1)
    granted = np.divide(
        (answer * wish).sum(axis=1), squared, out=np.ones_like(squared), where=squared > 0.0
    )
    return np.asarray(np.clip(1.0 - granted, 0.0, 1.0))


def _clockwise(velocity: Floats, angle: Floats) -> Floats:
    """Return the velocities, (N, 2), turned to the right by angles, (N,), rad."""
    cosine, sine = np.cos(angle), np.sin(angle)
    x, y = velocity[:, 0], velocity[:, 1]
    return np.stack([x * cosine + y * sine, y * cosine - x * sine], axis=1)
