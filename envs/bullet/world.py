"""Building a PyBullet world: engine settings, floor and walls, robots."""

from math import cos, sin, sqrt
from types import ModuleType

from bildsim.assets import asset_path
from bildsim.basics.arrays import Floats
from bildsim.envs.bullet.robot_file import robot_file
from bildsim.envs.bullet.units import Units
from bildsim.envs.robots.model import RobotModel

# A rolling wheel trails the contact points of its last steps; beyond this gap, in robot radii, the
# solver skips them: they part anyway.
STALE_POINT_GAP = 4e-4
# Fewer do not settle how three supports share the weight of a body that is hard to tilt.
_ITERATIONS = 30
# Real wheels' moments of inertia are smaller than those of a geared motor.
_ITERATIONS_OF_OWN = 60
# Share of an overlap that a step takes back.
_RECOVERY = 0.8
# Contact breaking threshold from which on a wheel that slips keeps a single point; with several
# it pulls a third too hard.
_SINGLE_POINT = 0.03
# Contacts are foreseen a tenth farther than two robots come towards each other in a step.
_FORESIGHT = 1.1

# Collision groups and the groups that each may touch.
FLOOR, WALL, BODY, WHEEL = 1, 2, 4, 8
LEFT_WHEEL, RIGHT_WHEEL, FRONT_CASTER, REAR_CASTER = range(4)
BASE = -1


def configure_engine(engine: ModuleType, client: int, robot: RobotModel, physics_rate: int) -> None:
    """Set gravity and the solver.

    Deterministic pair order makes equal worlds evolve bit for bit alike. The contact breaking
    threshold is how far ahead contacts between bodies are foreseen: the engine multiplies it by a
    collider's bounding radius, which is sqrt(3) for a robot of radius 1.
    """
    units = Units.of(robot)
    ahead = _FORESIGHT * 2.0 * robot.max_speed / physics_rate / units.length
    engine.setGravity(0.0, 0.0, -robot.gravity / units.length, physicsClientId=client)
    engine.setPhysicsEngineParameter(
        fixedTimeStep=1.0 / physics_rate,
        numSolverIterations=_ITERATIONS if robot.figures.own is None else _ITERATIONS_OF_OWN,
        contactERP=_RECOVERY,
        contactBreakingThreshold=max(_SINGLE_POINT, ahead / sqrt(3.0)),
        enableConeFriction=0,
        deterministicOverlappingPairs=1,
        physicsClientId=client,
    )


def build_arena(engine: ModuleType, client: int, robot: RobotModel) -> int:
    """Load floor and walls, inner wall faces at 1 m plus the robot's radius; return the floor.

    The floor is a plain rigid body (maximal coordinates), which a contact solves a tenth faster
    than one whose joints the engine looks through.
    """
    side = (1.0 + robot.radius) / Units.of(robot).length
    size = {"useFixedBase": 1, "globalScaling": side, "physicsClientId": client}
    floor = engine.loadURDF(asset_path("floor.urdf"), useMaximalCoordinates=1, **size)
    engine.changeDynamics(floor, BASE, lateralFriction=robot.floor_friction, physicsClientId=client)
    engine.setCollisionFilterGroupMask(floor, BASE, FLOOR, WHEEL, physicsClientId=client)
    walls = engine.loadURDF(asset_path("walls.urdf"), **size)
    for link in range(engine.getNumJoints(walls, physicsClientId=client)):
        engine.setCollisionFilterGroupMask(walls, link, WALL, BODY, physicsClientId=client)
    return int(floor)


def build_robots(
    engine: ModuleType, client: int, robot: RobotModel, poses: Floats, touch: bool
) -> list[int]:
    """Load robots standing still and return their body numbers.

    Only robots that could tip back have the rear caster: every link costs time.

    Args:
        engine: the PyBullet module.
        client: the world.
        robot: size and masses.
        poses: x, y, heading, (N, 3), m and rad.
        touch: whether robots touch each other; otherwise they pass through.

    Raises:
        RunError: a URDF that is written for the robots cannot be stored.
    """
    if robot.body is not None:
        # The engine would keep every file that it has read.
        engine.setPhysicsEngineParameter(enableFileCaching=0, physicsClientId=client)
    with robot_file(robot) as path:
        return [_build_robot(engine, client, robot, path, pose, touch) for pose in poses]


def _build_robot(
    engine: ModuleType, client: int, robot: RobotModel, path: str, pose: Floats, touch: bool
) -> int:
    length = Units.of(robot).length
    x, y, heading = (float(value) for value in pose)
    body = int(
        engine.loadURDF(
            path,
            basePosition=[x / length, y / length, robot.wheel_radius / length],
            baseOrientation=[0.0, 0.0, sin(heading / 2), cos(heading / 2)],
            globalScaling=(robot.scale if robot.body is None else 1.0) / length,
            physicsClientId=client,
        )
    )
    _set_dynamics(engine, client, robot, body)
    _set_filters(engine, client, robot, body, touch)
    return body


def _links(robot: RobotModel) -> list[int]:
    stop = [REAR_CASTER] if robot.could_tip else []
    return [LEFT_WHEEL, RIGHT_WHEEL, FRONT_CASTER, *stop]


def _set_dynamics(engine: ModuleType, client: int, robot: RobotModel, body: int) -> None:
    units = Units.of(robot)
    # The stop's mass is the body's where there is no stop.
    base_mass = robot.body_mass - (robot.caster_mass if robot.could_tip else 0.0)
    caster = (robot.caster_mass, robot.caster_inertia)
    wheel = (robot.wheel_mass, robot.wheel_inertia)
    parts = {BASE: (base_mass, robot.body_inertia)}
    for link in _links(robot):
        parts[link] = wheel if link in (LEFT_WHEEL, RIGHT_WHEEL) else caster
    for link, (mass, inertia) in parts.items():
        engine.changeDynamics(
            body,
            link,
            mass=mass / units.mass,
            localInertiaDiagonal=[moment / units.inertia for moment in inertia],
            physicsClientId=client,
        )
    for link in (LEFT_WHEEL, RIGHT_WHEEL):
        engine.changeDynamics(
            body, link, contactProcessingThreshold=STALE_POINT_GAP, physicsClientId=client
        )
    # Apart from the masses: together with them the engine writes a fixed link's mass to the base.
    engine.changeDynamics(body, BASE, linearDamping=0.0, angularDamping=0.0, physicsClientId=client)


def _set_filters(
    engine: ModuleType, client: int, robot: RobotModel, body: int, touch: bool
) -> None:
    # Discs meet walls and other discs; wheels and casters meet the floor alone.
    mask = WALL | BODY if touch else WALL
    engine.setCollisionFilterGroupMask(body, BASE, BODY, mask, physicsClientId=client)
    for link in _links(robot):
        engine.setCollisionFilterGroupMask(body, link, WHEEL, FLOOR, physicsClientId=client)
