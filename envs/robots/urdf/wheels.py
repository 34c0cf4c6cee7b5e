"""The two driven wheels of a URDF: which they are, and whether they can drive it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.envs.robots.urdf.parts import CONTINUOUS, Joint, Link, Shape
from bildsim.envs.robots.urdf.shapes import cloud, clouds
from bildsim.envs.robots.urdf.tree import Tree

# How far wheels may be off, as a share of their separation or radius, or as a cosine.
_SAME = 1e-3
# Something may reach below the wheels by this share of their radius: one caster only tilts.
_BELOW = 0.1


@dataclass(frozen=True, eq=False)
class Wheel:
    """A driven wheel.

    Attributes:
        joint: what turns it.
        link: its own.
        sign: 1 where a positive speed of the joint drives ahead, or -1.
        centre: in the base's frame, (3,), m.
        radius: m.
        middle: its centre in its link's frame, m.
    """

    joint: Joint
    link: Link
    sign: int
    centre: Floats
    radius: float
    middle: tuple[float, float, float]

    @property
    def inertia(self) -> float:
        """Its moment of inertia about its axle, kg m^2."""
        axis = self.joint.axis
        off = self.link.centre - axis * float(self.link.centre @ axis)
        return float(axis @ self.link.inertia @ axis) + self.link.mass * float(off @ off)


def driven_wheels(tree: Tree) -> tuple[Wheel, Wheel]:
    """Return the left and the right wheel.

    Raises:
        UsageError: they are not named and cannot be guessed, or they cannot drive a robot.
    """
    names = tree.chosen.joints or _guessed(tree)
    one, other = (_wheel(tree, _named(tree, name)) for name in names)
    if tree.chosen.joints is None and one.centre[1] < other.centre[1]:
        one, other = other, one
    _require_axle(tree, one, other)
    _require_ground(tree, one, other)
    return one, other


def _guessed(tree: Tree) -> tuple[str, str]:
    turning = [joint.name for joint in tree.joints.values() if joint.kind == CONTINUOUS]
    if len(turning) == 2:
        return turning[0], turning[1]
    if len(turning) > 2:
        raise tree.chosen.unnamed(
            f"{len(turning)} of its joints are continuous ({', '.join(turning)}): name the two "
            "that are driven"
        )
    raise tree.chosen.wrong(
        f"it has no two continuous joints for wheels: its joints are {_listed(tree)}"
    )


def _listed(tree: Tree) -> str:
    return ", ".join(f"{each.name} ({each.kind})" for each in tree.joints.values()) or "none"


def _named(tree: Tree, name: str) -> Joint:
    joint = tree.joints.get(name)
    if joint is None:
        raise tree.chosen.wrong(f"it has no joint {name!r}: its joints are {_listed(tree)}")
    if joint.kind != CONTINUOUS:
        raise tree.chosen.wrong(
            f"joint {name!r} is {joint.kind} and cannot turn on and on: a driven wheel's joint is "
            "continuous"
        )
    return joint


def _wheel(tree: Tree, joint: Joint) -> Wheel:
    link, frame = tree.links[joint.child], tree.frames[joint.child]
    axis = frame[:3, :3] @ joint.axis
    if abs(axis[1]) < 1.0 - _SAME:
        said = " ".join(f"{value:.3g}" for value in axis)
        raise tree.chosen.wrong(
            f"wheel {joint.name!r} turns about ({said}) and not across the robot: with x ahead its "
            "axis must be y"
        )
    if link.mass <= 0.0:
        raise tree.chosen.wrong(f"wheel {link.name!r} has no mass: give it an <inertial> with one")
    radius, along = _round(tree, joint, link)
    x, y, z = (float(value) for value in along * joint.axis)
    centre = frame[:3, 3] + along * axis
    wheel = Wheel(joint, link, 1 if axis[1] > 0 else -1, centre, radius, (x, y, z))
    if wheel.inertia <= 0.0:
        raise tree.chosen.wrong(f"wheel {link.name!r} has no moment of inertia about its axle")
    return wheel


def _round(tree: Tree, joint: Joint, link: Link) -> tuple[float, float]:
    """Return a wheel's radius, and how far along its axis its middle is, m."""
    shapes = link.collisions or link.visuals
    if not shapes:
        raise tree.chosen.wrong(
            f"wheel {link.name!r} has no collision and no visual to take its radius from"
        )
    radius = max(_radius_of(tree, joint, link, shape) for shape in shapes)
    ends = [cloud(tree.chosen, shape) for shape in shapes]
    low = min(float((each.points @ joint.axis).min()) - each.ball for each in ends)
    high = max(float((each.points @ joint.axis).max()) + each.ball for each in ends)
    return radius, 0.5 * (low + high)


def _radius_of(tree: Tree, joint: Joint, link: Link, shape: Shape) -> float:
    """Return how far a shape reaches from a joint's axis, if it is round about it."""
    upright = abs(float(shape.place[:3, 2] @ joint.axis))
    if shape.kind == "box" or (shape.kind in ("cylinder", "capsule") and upright < 1.0 - _SAME):
        raise tree.chosen.wrong(
            f"wheel {link.name!r} cannot roll: its {shape.kind} is not round about its axle"
        )
    found = cloud(tree.chosen, shape)
    across = found.points - np.outer(found.points @ joint.axis, joint.axis)
    radius = float(np.linalg.norm(across, axis=1).max()) + found.ball
    if shape.kind != "mesh":
        middle = shape.place[:3, 3]
        off = float(np.linalg.norm(middle - joint.axis * float(middle @ joint.axis)))
        if off > _SAME * radius:
            raise tree.chosen.wrong(f"wheel {link.name!r} is not round about its axle")
    return radius


def _require_axle(tree: Tree, left: Wheel, right: Wheel) -> None:
    """Make sure that both wheels are on one axle, alike, and on the sides that they are named."""
    separation = left.centre[1] - right.centre[1]
    names = f"{left.joint.name!r} and {right.joint.name!r}"
    if separation <= 0.0:
        raise tree.chosen.wrong(
            f"wheel {left.joint.name!r} is not to the left of {right.joint.name!r}: with x ahead "
            "and y to the left name the left one first"
        )
    if abs(left.radius - right.radius) > _SAME * max(left.radius, right.radius):
        raise tree.chosen.wrong(
            f"wheels {names} have radii of {left.radius:.4g} and {right.radius:.4g} m: they must "
            "be alike"
        )
    ahead, _, up = np.abs(left.centre - right.centre)
    if max(ahead, up) > _SAME * separation:
        raise tree.chosen.wrong(
            f"wheels {names} are not on one axle: one is {1e3 * ahead:.3g} mm ahead of the other "
            f"and {1e3 * up:.3g} mm above it"
        )


def _require_ground(tree: Tree, left: Wheel, right: Wheel) -> None:
    """Make sure that nothing holds the wheels above the ground."""
    bottom = left.centre[2] - left.radius
    for link in tree.links.values():
        if link.name in (left.link.name, right.link.name, *tree.above):
            continue
        lowest = min((each.lowest for each in clouds(tree, link)), default=bottom)
        if lowest < bottom - _BELOW * left.radius:
            raise tree.chosen.wrong(
                f"its wheels do not reach the ground: link {link.name!r} reaches "
                f"{1e3 * (bottom - lowest):.3g} mm below them"
            )
