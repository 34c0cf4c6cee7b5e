"""Putting models of the user's own into a PyBullet world, as they are."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from math import cos, sin
from pathlib import Path
from types import ModuleType

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import RunError, reason_of
from bildsim.envs.bullet.units import Units
from bildsim.envs.bullet.world import BASE, BODY, FLOOR, STALE_POINT_GAP, WALL, WHEEL
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.own_model import OwnModel

# The group of links of models that touch each other.
_MODEL = 16
# The engine's own most is 100 rad/s.
_FASTEST_JOINT = 1e4


@dataclass(frozen=True, eq=False)
class Seat:
    """Where in a loaded model is what the arena asks for; of all robots of a kind the same.

    Attributes:
        wheels: numbers of the left and the right wheel's joint.
        guard: number of the link of the ball that meets walls.
        tyres: numbers of those of the balls that meet the floor in place of the wheels.
        centre: the disc's centre in the frame that the engine tells of, (3,), in its units.
        turn: the base's frame in that frame, a quaternion (x, y, z, w), (4,).
    """

    wheels: tuple[int, int]
    guard: int
    tyres: tuple[int, int]
    centre: Floats
    turn: Floats


def load_robots(
    engine: ModuleType, client: int, robot: RobotModel, poses: Floats, touch: bool
) -> tuple[list[int], Seat]:
    """Load robots standing still; return their body numbers, and what is where in them.

    Args:
        engine: the PyBullet module.
        client: the world.
        robot: the model, with one of the user's own.
        poses: x, y, heading of the discs' centres, (N, 3), m and rad.
        touch: whether robots touch each other; otherwise they pass through.

    Raises:
        RunError: PyBullet does not take the model, or it cannot be stored.
    """
    own = robot.figures.own
    assert own is not None, "only for robots with a model of their own"
    # The engine would keep every file that it has read.
    engine.setPhysicsEngineParameter(enableFileCaching=0, physicsClientId=client)
    try:
        with tempfile.TemporaryDirectory(prefix="bildsim-") as directory:
            path = Path(directory) / "robot.urdf"
            path.write_text(own.text, encoding="utf-8")
            bodies = [_load(engine, client, robot, own, str(path), pose) for pose in poses]
    except OSError as error:
        raise RunError(f"a robot's URDF cannot be stored: {reason_of(error)}") from error
    seat = _seat(engine, client, robot, own, bodies[0])
    for body in bodies:
        _set_dynamics(engine, client, robot, body, seat)
        _set_filters(engine, client, body, seat, touch)
    return bodies, seat


def in_metres(robot: RobotModel) -> Units:
    """Return the world's units in metres, which a URDF has, whatever the arena's unit is."""
    units = Units.of(robot)
    return Units(units.length * robot.unit_m, units.mass)


def _load(
    engine: ModuleType, client: int, robot: RobotModel, own: OwnModel, path: str, pose: Floats
) -> int:
    length = in_metres(robot).length
    x, y = (float(value) * robot.unit_m for value in pose[:2])
    heading = float(pose[2])
    ahead, left, _ = own.centre
    x -= cos(heading) * ahead - sin(heading) * left
    y -= sin(heading) * ahead + cos(heading) * left
    try:
        return int(
            engine.loadURDF(
                path,
                basePosition=[x / length, y / length, own.lift / length],
                baseOrientation=[0.0, 0.0, sin(heading / 2), cos(heading / 2)],
                globalScaling=1.0 / length,
                # Otherwise the engine makes moments of inertia of the shapes' boxes, and cylinders
                # of 32 edges, on which a wheel does not roll evenly.
                flags=engine.URDF_USE_INERTIA_FROM_FILE | engine.URDF_USE_IMPLICIT_CYLINDER,
                physicsClientId=client,
            )
        )
    except engine.error as error:
        raise RunError(f"PyBullet does not take the robot's URDF: {error}") from error


def _seat(engine: ModuleType, client: int, robot: RobotModel, own: OwnModel, body: int) -> Seat:
    count = engine.getNumJoints(body, physicsClientId=client)
    infos = [engine.getJointInfo(body, joint, physicsClientId=client) for joint in range(count)]
    numbers = {info[1].decode("utf-8"): joint for joint, info in enumerate(infos)}
    left, right, left_tyre, right_tyre = (numbers[name] for name in (*own.joints, *own.tyres))
    info = engine.getDynamicsInfo(body, BASE, physicsClientId=client)
    place, turned = np.array(info[3]), np.array(info[4])
    back = turned * np.array([-1.0, -1.0, -1.0, 1.0])
    centre = np.array(own.centre) / in_metres(robot).length - place
    guard, tyres = numbers[own.guard], (left_tyre, right_tyre)
    return Seat((left, right), guard, tyres, turned_by(back, centre), back)


def _set_dynamics(
    engine: ModuleType, client: int, robot: RobotModel, body: int, seat: Seat
) -> None:
    """Bring masses and moments, which the engine leaves in kg, to its units; free other joints."""
    units = in_metres(robot)
    for link in range(-1, engine.getNumJoints(body, physicsClientId=client)):
        info = engine.getDynamicsInfo(body, link, physicsClientId=client)
        mass, moments = info[0], info[2]
        if mass > 0.0:
            engine.changeDynamics(
                body,
                link,
                mass=mass / units.mass,
                localInertiaDiagonal=[moment / units.inertia for moment in moments],
                physicsClientId=client,
            )
        if link == BASE:
            continue
        joint = engine.getJointInfo(body, link, physicsClientId=client)
        kind, damping = joint[2], joint[6]
        if damping:
            engine.changeDynamics(
                body, link, jointDamping=damping / units.inertia, physicsClientId=client
            )
        if kind == engine.JOINT_SPHERICAL:
            engine.setJointMotorControlMultiDof(
                body,
                link,
                engine.POSITION_CONTROL,
                targetPosition=[0.0, 0.0, 0.0, 1.0],
                positionGain=0.0,
                velocityGain=0.0,
                force=[0.0, 0.0, 0.0],
                physicsClientId=client,
            )
        elif kind != engine.JOINT_FIXED and link not in seat.wheels:
            # The engine gives every joint a motor that brakes it.
            engine.setJointMotorControl2(
                body, link, engine.VELOCITY_CONTROL, force=0.0, physicsClientId=client
            )
    for tyre in seat.tyres:
        engine.changeDynamics(
            body, tyre, contactProcessingThreshold=STALE_POINT_GAP, physicsClientId=client
        )
    # Apart from the masses: together with them the engine writes a fixed link's mass to the base.
    engine.changeDynamics(
        body,
        BASE,
        linearDamping=0.0,
        angularDamping=0.0,
        maxJointVelocity=_FASTEST_JOINT,
        physicsClientId=client,
    )


def _set_filters(engine: ModuleType, client: int, body: int, seat: Seat, touch: bool) -> None:
    # Tyres meet the floor in place of the wheels; the guard meets walls, which keep its middle in
    # the square.
    others = _MODEL if touch else 0
    groups = dict.fromkeys(seat.tyres, (WHEEL, FLOOR)) | dict.fromkeys(
        seat.wheels, (_MODEL, others)
    )
    groups[seat.guard] = BODY, WALL
    for link in range(-1, engine.getNumJoints(body, physicsClientId=client)):
        group, mask = groups.get(link, (WHEEL | _MODEL, FLOOR | others))
        engine.setCollisionFilterGroupMask(body, link, group, mask, physicsClientId=client)


def turned_by(quaternions: Floats, vector: Floats) -> Floats:
    """Return a vector (3,) turned by quaternions (..., 4), x, y, z, w."""
    axis, scalar = quaternions[..., :3], quaternions[..., 3:]
    across = np.cross(axis, vector)
    return np.asarray(vector + 2.0 * (scalar * across + np.cross(axis, across)))


def product(first: Floats, second: Floats) -> Floats:
    """Return the product of quaternions (N, 4) and one (4,): the second turn, then the first."""
    axis, scalar = first[:, :3], first[:, 3:]
    other, last = second[:3], second[3]
    turned = np.empty_like(first)
    turned[:, :3] = scalar * other + last * axis + np.cross(axis, other)
    turned[:, 3] = scalar[:, 0] * last - axis @ other
    return turned
