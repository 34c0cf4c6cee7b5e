"""The text of a URDF as PyBullet is to load it: the user's, with what PyBullet would miss.

Mere frames above the base go, links without a mass get none (PyBullet would give them 1 kg), paths
of meshes become whole, and pictures of kinds that are not read go. Balls are added that the engine
is told to let meet one thing alone: the tyres, of the wheels' radius and in their middles, the
floor, as the engine puts a cylinder's weight on one edge (a robot then drives curves of another
radius, by half of a wheel's width); and the guard, of the disc's radius, the walls.
"""

from __future__ import annotations

import copy
from pathlib import PurePath
from xml.etree import ElementTree

from bildsim.envs.robots.urdf.meshes import SUFFIXES, mesh_path
from bildsim.envs.robots.urdf.tree import Tree
from bildsim.envs.robots.urdf.wheels import Wheel

GUARD = "bildsim_guard"
TYRES = ("bildsim_left_tyre", "bildsim_right_tyre")


def prepared(
    tree: Tree, wheels: tuple[Wheel, Wheel], guard: tuple[float, float, float], radius: float
) -> str:
    """Return the text.

    Args:
        tree: what the file holds.
        wheels: those that are driven.
        guard: where its middle is in the base's frame, m.
        radius: of the disc, m.

    Raises:
        UsageError: a mesh is absent, or a name that is needed is taken.
    """
    for name in (GUARD, *TYRES):
        if name in tree.links or name in tree.joints:
            raise tree.chosen.wrong(f"the name {name!r} is taken: it is bildsim's own")
    robot = copy.deepcopy(tree.element)
    for part in robot.findall("link"):
        if part.get("name") in tree.above:
            robot.remove(part)
        elif part.find("inertial") is None:
            part.append(_massless())
        _find_meshes(tree, part)
    for part in robot.findall("joint"):
        end = part.find("child")
        if end is not None and end.get("link") in (*tree.above, tree.root):
            robot.remove(part)
    for name, wheel in zip(TYRES, wheels, strict=True):
        contact = wheel.link.element.find("contact")
        robot.extend(_ball(name, wheel.link.name, wheel.middle, wheel.radius, contact))
    robot.extend(_ball(GUARD, tree.root, guard, radius))
    return ElementTree.tostring(robot, encoding="unicode")


def _find_meshes(tree: Tree, link: ElementTree.Element) -> None:
    for kind in ("visual", "collision"):
        for shape in link.findall(kind):
            mesh = shape.find("geometry/mesh")
            if mesh is None:
                continue
            file = mesh.get("filename", "")
            if kind == "visual" and PurePath(file).suffix.lower() not in SUFFIXES:
                link.remove(shape)
            else:
                mesh.set("filename", str(mesh_path(tree.chosen, file)))


def _massless() -> ElementTree.Element:
    return ElementTree.fromstring(
        '<inertial><mass value="0"/>'
        '<inertia ixx="0" ixy="0" ixz="0" iyy="0" iyz="0" izz="0"/></inertial>'
    )


def _ball(
    name: str,
    parent: str,
    place: tuple[float, float, float],
    radius: float,
    contact: ElementTree.Element | None = None,
) -> tuple[ElementTree.Element, ElementTree.Element]:
    """Return link and joint of a ball; a capsule, as contacts of capsules are foreseen.

    Args:
        name: of both.
        parent: what it is fixed to.
        place: of its middle in the parent's frame, m.
        radius: m.
        contact: how it touches; None for the usual.
    """
    link = ElementTree.Element("link", name=name)
    if contact is not None:
        link.append(copy.deepcopy(contact))
    link.append(_massless())
    link.append(
        ElementTree.fromstring(
            f'<collision><geometry><capsule radius="{radius!r}" length="0"/></geometry></collision>'
        )
    )
    # What is not said to be seen PyBullet draws as what touches: this is too small to be seen.
    link.append(
        ElementTree.fromstring(
            f'<visual><geometry><sphere radius="{1e-3 * radius!r}"/></geometry></visual>'
        )
    )
    joint = ElementTree.Element("joint", name=name, type="fixed")
    ElementTree.SubElement(joint, "parent", link=parent)
    ElementTree.SubElement(joint, "child", link=name)
    ElementTree.SubElement(joint, "origin", xyz=" ".join(map(repr, place)))
    return link, joint
