"""Links and joints of a URDF, each as the file has it."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from xml.etree import ElementTree

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.envs.robots.urdf.chosen import Chosen

_KINDS = ("box", "sphere", "cylinder", "capsule", "mesh")
# The friction of a shape that says none, PyBullet's own.
_USUAL_FRICTION = 0.5
FIXED, CONTINUOUS = "fixed", "continuous"


@dataclass(frozen=True, eq=False)
class Shape:
    """One shape of a link.

    Attributes:
        kind: box, sphere, cylinder, capsule or mesh.
        size: a box's sides; radius and length (0 for a sphere); a mesh's scale, m.
        file: of a mesh, as the URDF names it.
        place: its frame in the link's, (4, 4), m.
        element: where it stands in the file.
    """

    kind: str
    size: tuple[float, ...]
    file: str
    place: Floats
    element: ElementTree.Element


@dataclass(frozen=True, eq=False)
class Link:
    """A rigid part.

    Attributes:
        name: its own.
        mass: kg; 0 where the file says none.
        centre: of mass, in the link's frame, (3,), m.
        inertia: about the centre of mass in axes of the link's frame, (3, 3), kg m^2.
        friction: lateral, of its shapes.
        collisions: what touches.
        visuals: what is seen.
        element: where it stands in the file.
    """

    name: str
    mass: float
    centre: Floats
    inertia: Floats
    friction: float
    collisions: tuple[Shape, ...]
    visuals: tuple[Shape, ...]
    element: ElementTree.Element


@dataclass(frozen=True, eq=False)
class Joint:
    """What joins two links.

    Attributes:
        name: its own.
        kind: fixed, continuous, and so on.
        parent: name of the link that it hangs on.
        child: name of the link that hangs on it.
        place: the child's frame in the parent's at rest, (4, 4), m.
        axis: in the child's frame, (3,), of length 1.
        velocity: largest speed (rad/s); None where the file says none or 0.
        effort: largest torque (N m); None where the file says none or 0.
        element: where it stands in the file.
    """

    name: str
    kind: str
    parent: str
    child: str
    place: Floats
    axis: Floats
    velocity: float | None
    effort: float | None
    element: ElementTree.Element


def read_link(chosen: Chosen, part: ElementTree.Element) -> Link:
    """Return what a ``<link>`` says.

    Raises:
        UsageError: it makes no sense.
    """
    name = _name(chosen, part, "link")
    inertial = part.find("inertial")
    mass, centre, inertia = 0.0, np.zeros(3), np.zeros((3, 3))
    if inertial is not None:
        mass = _number(chosen, inertial.find("mass"), "value", f"link {name!r}", 0.0)
        place = _place(chosen, inertial, name)
        values = {
            key: _number(chosen, inertial.find("inertia"), key, f"link {name!r}", 0.0)
            for key in ("ixx", "ixy", "ixz", "iyy", "iyz", "izz")
        }
        x, y, z = ("ixx", "ixy", "ixz"), ("ixy", "iyy", "iyz"), ("ixz", "iyz", "izz")
        own = np.array([[values[key] for key in row] for row in (x, y, z)])
        turn = place[:3, :3]
        centre, inertia = place[:3, 3], turn @ own @ turn.T
        if mass < 0.0 or min(np.linalg.eigvalsh(own)) < -1e-12:
            raise chosen.wrong(f"link {name!r} has a mass or a moment of inertia below 0")
    friction = _number(
        chosen, part.find("contact/lateral_friction"), "value", f"link {name!r}", _USUAL_FRICTION
    )
    shapes = [
        tuple(_shape(chosen, each, name) for each in part.findall(kind))
        for kind in ("collision", "visual")
    ]
    return Link(name, mass, centre, inertia, friction, shapes[0], shapes[1], part)


def _shape(chosen: Chosen, part: ElementTree.Element, link: str) -> Shape:
    geometry = part.find("geometry")
    kinds = [] if geometry is None else [each for each in geometry if each.tag in _KINDS]
    if len(kinds) != 1:
        raise chosen.wrong(
            f"a shape of link {link!r} is none that is known: use {', '.join(_KINDS)}"
        )
    (own,) = kinds
    where, file = f"link {link!r}", ""
    size: tuple[float, ...]
    if own.tag == "box":
        size = _triple(chosen, own.get("size"), where, None)
    elif own.tag == "mesh":
        file = own.get("filename", "")
        size = _triple(chosen, own.get("scale"), where, (1.0, 1.0, 1.0))
    else:
        length = 0.0 if own.tag == "sphere" else _number(chosen, own, "length", where)
        size = (_number(chosen, own, "radius", where), length)
    if own.tag != "mesh" and (min(size) < 0.0 or size[0] == 0.0):
        raise chosen.wrong(f"a {own.tag} of link {link!r} has no size")
    return Shape(own.tag, size, file, _place(chosen, part, link), part)


def read_joint(chosen: Chosen, part: ElementTree.Element) -> Joint:
    """Return what a ``<joint>`` says.

    Raises:
        UsageError: it makes no sense.
    """
    name, ends = _name(chosen, part, "joint"), []
    for end in ("parent", "child"):
        found = part.find(end)
        if found is None or not found.get("link"):
            raise chosen.wrong(f"joint {name!r} has no {end}")
        ends.append(found.get("link", ""))
    axis_part, limit = part.find("axis"), part.find("limit")
    where = f"joint {name!r}"
    axis = np.array(
        (1.0, 0.0, 0.0)
        if axis_part is None
        else _triple(chosen, axis_part.get("xyz"), where, (1.0, 0.0, 0.0))
    )
    length = float(np.linalg.norm(axis))
    if not length:
        raise chosen.wrong(f"joint {name!r} has an axis of length 0")
    velocity, effort = (
        _number(chosen, limit, key, where, 0.0) or None for key in ("velocity", "effort")
    )
    return Joint(
        name,
        part.get("type", ""),
        ends[0],
        ends[1],
        _place(chosen, part, name),
        axis / length,
        velocity,
        effort,
        part,
    )


def _name(chosen: Chosen, part: ElementTree.Element, what: str) -> str:
    name = part.get("name")
    if not name:
        raise chosen.wrong(f"a {what} has no name")
    return name


def _place(chosen: Chosen, part: ElementTree.Element, name: str) -> Floats:
    """Return the transform of an ``<origin>``, (4, 4); that of none is the identity."""
    origin, place = part.find("origin"), np.eye(4)
    if origin is None:
        return place
    still = (0.0, 0.0, 0.0)
    place[:3, 3] = _triple(chosen, origin.get("xyz"), repr(name), still)
    roll, pitch, yaw = _triple(chosen, origin.get("rpy"), repr(name), still)
    place[:3, :3] = _turn(2, yaw) @ _turn(1, pitch) @ _turn(0, roll)
    return place


def _turn(axis: int, angle: float) -> Floats:
    turn = np.eye(3)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    turn[i, i] = turn[j, j] = np.cos(angle)
    turn[i, j], turn[j, i] = -np.sin(angle), np.sin(angle)
    return turn


def _triple(
    chosen: Chosen, text: str | None, where: str, usual: tuple[float, float, float] | None
) -> tuple[float, float, float]:
    if text is None and usual is not None:
        return usual
    try:
        x, y, z = (float(word) for word in (text or "").split())
    except ValueError:
        raise chosen.wrong(f"{where} has {text!r} where three numbers are wanted") from None
    if not all(map(isfinite, (x, y, z))):
        raise chosen.wrong(f"{where} has {text!r} where three numbers are wanted")
    return x, y, z


def _number(
    chosen: Chosen,
    part: ElementTree.Element | None,
    key: str,
    where: str,
    usual: float | None = None,
) -> float:
    text = None if part is None else part.get(key)
    if text is None and usual is not None:
        return usual
    try:
        value = float(text or "")
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise chosen.wrong(f"{where} has {text!r} as {key}, where a number is wanted")
    return value
