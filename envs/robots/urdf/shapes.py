"""Where the shapes of a URDF reach."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.envs.robots.urdf.chosen import Chosen
from bildsim.envs.robots.urdf.meshes import vertices
from bildsim.envs.robots.urdf.parts import Link, Shape
from bildsim.envs.robots.urdf.tree import Tree

# Points of a cylinder's rim: what they leave out is a hundred-thousandth of its radius.
_RIM = 720
_STEPS = 100
# Places are rounded to this, and discs are larger by it (m).
_ROUNDED = 1e-6


@dataclass(frozen=True, eq=False)
class Cloud:
    """Points whose hull, with a ball about each, holds a shape.

    Attributes:
        points: (n, 3), m.
        ball: radius of the balls, m.
    """

    points: Floats
    ball: float

    def moved(self, frame: Floats) -> Cloud:
        """Return it in the frame's parent, of a frame (4, 4)."""
        return Cloud(self.points @ frame[:3, :3].T + frame[:3, 3], self.ball)

    @property
    def lowest(self) -> float:
        """Height of its lowest point, m."""
        return float(self.points[:, 2].min()) - self.ball

    @property
    def highest(self) -> float:
        """Height of its highest point, m."""
        return float(self.points[:, 2].max()) + self.ball

    @property
    def under(self) -> float:
        """Place ahead of its lowest points, in the middle of them, m."""
        low = self.points[:, 2] <= self.lowest + self.ball + _ROUNDED
        ahead = self.points[low, 0]
        return 0.5 * float(ahead.min() + ahead.max())

    def reach(self, x: float, y: float) -> float:
        """Return how far it lies from the vertical through (x, y) at most, m."""
        return float(np.hypot(self.points[:, 0] - x, self.points[:, 1] - y).max()) + self.ball


def cloud(chosen: Chosen, shape: Shape) -> Cloud:
    """Return where a shape is, in its link's frame.

    Raises:
        UsageError: its mesh cannot be used.
    """
    return _own(chosen, shape).moved(shape.place)


def _own(chosen: Chosen, shape: Shape) -> Cloud:
    if shape.kind == "mesh":
        return Cloud(vertices(chosen, shape.file) * np.array(shape.size), 0.0)
    if shape.kind == "box":
        signs = np.array(list(itertools.product((-0.5, 0.5), repeat=3)))
        return Cloud(signs * np.array(shape.size), 0.0)
    radius, length = shape.size
    ends = np.array([[0.0, 0.0, -0.5 * length], [0.0, 0.0, 0.5 * length]])
    if shape.kind != "cylinder":
        return Cloud(ends, radius)
    angle = np.linspace(0.0, 2.0 * np.pi, _RIM, endpoint=False)
    rim = radius * np.column_stack([np.cos(angle), np.sin(angle), np.zeros(_RIM)])
    return Cloud(np.concatenate([rim + end for end in ends]), 0.0)


def clouds(tree: Tree, link: Link) -> list[Cloud]:
    """Return where a link's collision shapes are, in the base's frame.

    Raises:
        UsageError: a mesh cannot be used.
    """
    frame = tree.frames[link.name]
    return [cloud(tree.chosen, shape).moved(frame) for shape in link.collisions]


def smallest_disc(shapes: Iterable[Cloud], y: float) -> tuple[float, float]:
    """Return x and radius of the smallest disc that holds shapes in plan, centred at some (x, y).

    Args:
        shapes: where they are.
        y: of the centre, m.
    """
    held = list(shapes)

    def radius(x: float) -> float:
        return max(each.reach(x, y) for each in held)

    low = min(float(each.points[:, 0].min()) for each in held)
    high = max(float(each.points[:, 0].max()) for each in held)
    # The radius is convex in x.
    for _ in range(_STEPS):
        third = (high - low) / 3.0
        if radius(low + third) < radius(high - third):
            high -= third
        else:
            low += third
    x = round(0.5 * (low + high) / _ROUNDED) * _ROUNDED
    return x, np.ceil(radius(x) / _ROUNDED - 1e-3) * _ROUNDED
