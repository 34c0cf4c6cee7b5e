"""A URDF as a tree: its base, what hangs on it, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import reason_of
from bildsim.basics.reading.regular_file import read_regular
from bildsim.envs.robots.urdf.chosen import Chosen
from bildsim.envs.robots.urdf.parts import FIXED, Joint, Link, read_joint, read_link

_MOST_BYTES = 5_000_000


@dataclass(frozen=True, eq=False)
class Tree:
    """A URDF.

    Attributes:
        chosen: the file.
        element: all of it.
        root: name of the base: the first link that has a mass or a shape.
        above: links before it, which are only frames.
        links: by name.
        joints: by name, in the order of the file.
        frames: of each link in the base's at rest, (4, 4), by the link's name.
    """

    chosen: Chosen
    element: ElementTree.Element
    root: str
    above: tuple[str, ...]
    links: Mapping[str, Link]
    joints: Mapping[str, Joint]
    frames: Mapping[str, Floats]


def read_tree(chosen: Chosen) -> Tree:
    """Return what a URDF holds.

    Raises:
        UsageError: there is no such file, it is no URDF, or its links do not hang together.
    """
    element = _parsed(chosen)
    links: dict[str, Link] = {}
    joints: dict[str, Joint] = {}
    for part in element.findall("link"):
        link = read_link(chosen, part)
        if link.name in links:
            raise chosen.wrong(f"there are two links {link.name!r}")
        links[link.name] = link
    for part in element.findall("joint"):
        joint = read_joint(chosen, part)
        if joint.name in joints:
            raise chosen.wrong(f"there are two joints {joint.name!r}")
        for end in (joint.parent, joint.child):
            if end not in links:
                raise chosen.wrong(f"joint {joint.name!r} names a link {end!r}, which is not there")
        joints[joint.name] = joint
    root, above = _base(chosen, links, joints)
    frames = _frames(root, joints)
    loose = [name for name in links if name not in frames and name not in above]
    if loose:
        raise chosen.wrong(
            f"its links do not hang together: nothing leads from {root!r} to {', '.join(loose)}"
        )
    return Tree(chosen, element, root, above, links, joints, frames)


def _parsed(chosen: Chosen) -> ElementTree.Element:
    try:
        content = read_regular(chosen.path, _MOST_BYTES)
    except (OSError, ValueError) as error:
        raise chosen.wrong(f"it cannot be read: {reason_of(error)}") from None
    if b"<!ENTITY" in content:
        raise chosen.wrong("it defines entities, which are not read")
    if b"<xacro:" in content:
        raise chosen.wrong("it is written in xacro: give the URDF that xacro makes of it")
    try:
        element = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise chosen.wrong(f"it is not XML: {error}") from None
    if element.tag != "robot":
        raise chosen.wrong(f"it is no URDF: it begins with <{element.tag}> and not with <robot>")
    return element


def _base(
    chosen: Chosen, links: Mapping[str, Link], joints: Mapping[str, Joint]
) -> tuple[str, tuple[str, ...]]:
    """Return the base's name, and those of mere frames above it."""
    children = [joint.child for joint in joints.values()]
    roots = [name for name in links if name not in children]
    if len(roots) != 1 or len(set(children)) != len(children):
        said = ", ".join(roots) if roots else "none"
        raise chosen.wrong(
            f"its links do not hang together: one must carry all others, each by one joint, and "
            f"those that hang on nothing are: {said}"
        )
    root, above = roots[0], []
    while True:
        link = links[root]
        hanging = [joint for joint in joints.values() if joint.parent == root]
        bare = not (link.mass or link.collisions or link.visuals)
        if not (bare and len(hanging) == 1 and hanging[0].kind == FIXED):
            break
        above.append(root)
        root = hanging[0].child
    if not links[root].mass:
        raise chosen.wrong(f"its base {root!r} has no mass: give it an <inertial> with one")
    return root, tuple(above)


def _frames(root: str, joints: Mapping[str, Joint]) -> dict[str, Floats]:
    frames, ahead = {root: np.eye(4)}, [root]
    while ahead:
        parent = ahead.pop()
        for joint in joints.values():
            if joint.parent == parent and joint.child not in frames:
                frames[joint.child] = frames[parent] @ joint.place
                ahead.append(joint.child)
    return frames
