"""Figures of a robot from its URDF: what a description would say, and the body they make."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bildsim.envs.robots.body import Body, handles, usual_torque
from bildsim.envs.robots.model import DESCRIBED_RADIUS_RANGE
from bildsim.envs.robots.own_model import OwnModel
from bildsim.envs.robots.urdf.chosen import Chosen
from bildsim.envs.robots.urdf.meshes import mesh_path
from bildsim.envs.robots.urdf.parts import FIXED
from bildsim.envs.robots.urdf.prepared import GUARD, TYRES, prepared
from bildsim.envs.robots.urdf.shapes import Cloud, clouds, smallest_disc
from bildsim.envs.robots.urdf.tree import Tree, read_tree
from bildsim.envs.robots.urdf.wheels import Wheel, driven_wheels

# Casters end within this share of the wheels' radius from the ground.
_CASTER = 0.1
# The least share of the weight that wheels are taken to carry.
_LEAST_SHARE = 0.05
# In radii: how high the middle of the guard stands, below the tops of the lowest walls.
_GUARD_HEIGHT = 0.06
_LEAST_OFFSET = 1e-6


@dataclass(frozen=True)
class ModelFigures:
    """What a URDF says of a robot.

    Attributes:
        radius: of the smallest disc, about a point of the middle line, that holds all shapes, m.
        height: m.
        mass: kg.
        inertia: about the vertical through the disc's centre, kg m^2.
        wheel_radius: m.
        wheel_separation: m.
        axle_offset: from the axle forward to the disc's centre, m.
        wheel_mass: of one wheel, kg.
        wheel_inertia: of one wheel about its axle, kg m^2.
        axle_inertia: of the robot about the vertical through the axle's middle, kg m^2.
        carried: share of the weight that is on the driven wheels.
        wheel_friction: coefficient of the wheels.
        velocity: limit of the wheel joints (rad/s), or None.
        effort: limit of the wheel joints (N m), or None.
        own: the model for PyBullet.
        chosen: the file.
    """

    radius: float
    height: float
    mass: float
    inertia: float
    wheel_radius: float
    wheel_separation: float
    axle_offset: float
    wheel_mass: float
    wheel_inertia: float
    axle_inertia: float
    carried: float
    wheel_friction: float
    velocity: float | None
    effort: float | None
    own: OwnModel
    chosen: Chosen

    @property
    def said(self) -> dict[str, float]:
        """The figures that a description has, by its keys."""
        keys = ("radius", "height", "mass", "inertia", "wheel_radius", "wheel_separation")
        return {key: getattr(self, key) for key in (*keys, "axle_offset")}

    def body(self, handle: float | None, torque: float | None, acceleration: float) -> Body:
        """Return the body that they make; arguments are those of `described_body`."""
        far, near = handles(self.radius, self.axle_offset, handle)
        pushed = 0.5 * (0.5 * self.mass + 2.0 * self.axle_inertia / self.wheel_separation**2)
        rim_mass = pushed + self.wheel_inertia / self.wheel_radius**2
        if torque is None:
            torque = usual_torque(self.wheel_radius, rim_mass, acceleration)
        rolled = self.wheel_inertia
        return Body(
            wheel_radius=self.wheel_radius,
            track_width=self.wheel_separation,
            axle_offset=self.axle_offset,
            handle=far,
            near_handle=near,
            body_mass=self.mass - 2.0 * self.wheel_mass,
            body_inertia=(self.inertia, self.inertia, self.inertia),
            wheel_mass=self.wheel_mass,
            wheel_inertia=(rolled, rolled, rolled),
            caster_mass=0.0,
            caster_inertia=(0.0, 0.0, 0.0),
            levers=(self.carried, 1.0),
            own_torque=torque,
            pushed_mass=pushed,
            height=self.height,
            wheel_friction=self.wheel_friction,
            own=self.own,
        )


def model_figures(chosen: Chosen) -> ModelFigures:
    """Return what a URDF says of a robot.

    Raises:
        UsageError: the file cannot be used, or nothing drives on such wheels.
    """
    tree = read_tree(chosen)
    _require_masses(tree)
    wheels = driven_wheels(tree)
    left, right = wheels
    axle = 0.5 * (left.centre + right.centre)
    shapes = {
        name: clouds(tree, tree.links[name]) for name in tree.frames if tree.links[name].collisions
    }
    everything = [each for held in shapes.values() for each in held] + [_rim(w) for w in wheels]
    x, radius = smallest_disc(everything, float(axle[1]))
    low, high = DESCRIBED_RADIUS_RANGE
    if not low <= radius <= high:
        raise chosen.wrong(
            f"the disc about all of its shapes has a radius of {radius:.3g} m: the arena is for "
            f"{low:g} to {high:g} m"
        )
    bottom = min(each.lowest for each in everything)
    mass, centre = _mass(tree)
    offset = float(x - axle[0])
    offset = offset if abs(offset) > _LEAST_OFFSET else 0.0
    spot = np.array([axle[0] + offset, axle[1], axle[2]])
    middle = float(bottom + _GUARD_HEIGHT * radius)
    velocities = [w.joint.velocity for w in wheels if w.joint.velocity is not None]
    efforts = [w.joint.effort for w in wheels if w.joint.effort is not None]
    return ModelFigures(
        radius=float(radius),
        height=max(each.highest for each in everything) - bottom,
        mass=mass,
        inertia=_inertia(tree, spot[0], spot[1]),
        wheel_radius=left.radius,
        wheel_separation=float(left.centre[1] - right.centre[1]),
        axle_offset=offset,
        wheel_mass=left.link.mass,
        wheel_inertia=left.inertia,
        axle_inertia=_inertia(tree, float(axle[0]), float(axle[1])),
        carried=_carried(shapes, wheels, float(centre[0]), float(axle[0]), bottom),
        wheel_friction=min(left.link.friction, right.link.friction),
        velocity=min(velocities, default=None),
        effort=min(efforts, default=None),
        own=OwnModel(
            text=prepared(tree, wheels, (float(spot[0]), float(spot[1]), middle), float(radius)),
            guard=GUARD,
            tyres=TYRES,
            joints=(left.joint.name, right.joint.name),
            signs=(left.sign, right.sign),
            centre=(float(spot[0]), float(spot[1]), float(spot[2])),
            lift=-bottom,
        ),
        chosen=chosen,
    )


def mesh_files(chosen: Chosen) -> tuple[Path, ...]:
    """Return the meshes that touch.

    Raises:
        UsageError: the URDF cannot be read, or one is absent.
    """
    tree = read_tree(chosen)
    shapes = [shape for link in tree.links.values() for shape in link.collisions]
    return tuple(mesh_path(chosen, each.file) for each in shapes if each.kind == "mesh")


def _rim(wheel: Wheel) -> Cloud:
    """Return a wheel's foremost, rearmost and lowest points, which a visual alone may stand for."""
    ahead, up = np.array([wheel.radius, 0.0, 0.0]), np.array([0.0, 0.0, wheel.radius])
    middle = wheel.centre
    return Cloud(np.array([middle + ahead, middle - ahead, middle - up]), 0.0)


def _require_masses(tree: Tree) -> None:
    """Make sure that what moves has a mass."""
    for joint in tree.joints.values():
        if joint.kind != FIXED and joint.child in tree.frames and not tree.links[joint.child].mass:
            raise tree.chosen.wrong(
                f"link {joint.child!r} moves and has no mass: give it an <inertial> with one"
            )
    if np.linalg.eigvalsh(tree.links[tree.root].inertia).min() <= 0.0:
        raise tree.chosen.wrong(f"its base {tree.root!r} has no moments of inertia above 0")


def _mass(tree: Tree) -> tuple[float, np.ndarray]:
    """Return the robot's mass (kg) and its centre of mass in the base's frame, (3,), m."""
    parts = [(tree.links[name], frame) for name, frame in tree.frames.items()]
    mass = sum(link.mass for link, _ in parts)
    moment = sum(link.mass * (frame[:3, :3] @ link.centre + frame[:3, 3]) for link, frame in parts)
    return mass, np.asarray(moment) / mass


def _inertia(tree: Tree, x: float, y: float) -> float:
    """Return the robot's moment of inertia about the vertical through (x, y), kg m^2."""
    whole = 0.0
    for name, frame in tree.frames.items():
        link, turn = tree.links[name], frame[:3, :3]
        place = turn @ link.centre + frame[:3, 3]
        whole += float((turn @ link.inertia @ turn.T)[2, 2])
        whole += link.mass * float((place[0] - x) ** 2 + (place[1] - y) ** 2)
    return whole


def _carried(
    shapes: dict[str, list[Cloud]],
    wheels: tuple[Wheel, Wheel],
    centre: float,
    axle: float,
    bottom: float,
) -> float:
    """Return the share of the weight on the wheels: a lever about what else touches the ground.

    Args:
        shapes: of each link.
        wheels: those that are driven.
        centre: how far ahead the centre of mass is, m.
        axle: how far ahead the axle is, m.
        bottom: how high the ground is, m.
    """
    driven = [wheel.link.name for wheel in wheels]
    reach = bottom + _CASTER * wheels[0].radius
    feet = [
        each.under - axle
        for name, held in shapes.items()
        if name not in driven
        for each in held
        if each.lowest <= reach
    ]
    lean = centre - axle
    farthest = max((abs(foot) for foot in feet if foot * lean > 0.0), default=0.0)
    if farthest == 0.0:
        return 1.0
    return float(np.clip(1.0 - abs(lean) / farthest, _LEAST_SHARE, 1.0))
