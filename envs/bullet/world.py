"""Building a PyBullet world: engine settings, floor and walls, robots."""

from math import cos, sin
from types import ModuleType

from bildsim.assets import asset_path
from bildsim.basics.arrays import Floats
from bildsim.envs.robots.model import RobotModel

# A rolling wheel trails the contact points of its last steps; beyond this gap (m) the solver skips
# them, which makes a step a quarter cheaper and changes no measured figure.
_STALE_POINT_GAP = 1e-5

# Collision groups and the groups that each may touch.
FLOOR, WALL, BODY, WHEEL = 1, 2, 4, 8
LEFT_WHEEL, RIGHT_WHEEL, FRONT_CASTER, REAR_CASTER = range(4)
BASE = -1


def configure_engine(engine: ModuleType, client: int, physics_rate: int) -> None:
    """Set gravity and the solver.

    Deterministic pair order makes equal worlds evolve bit for bit alike. The contact breaking
    threshold, relative to a collider's size, is one at which a slow wheel keeps a single point.
    """
    engine.setGravity(0.0, 0.0, -9.81, physicsClientId=client)
    engine.setPhysicsEngineParameter(
        fixedTimeStep=1.0 / physics_rate,
        numSolverIterations=20,
        contactERP=0.2,
        contactBreakingThreshold=0.03,
        enableConeFriction=0,
        deterministicOverlappingPairs=1,
        physicsClientId=client,
    )


def build_arena(engine: ModuleType, client: int, robot: RobotModel) -> None:
    """Load floor and walls; inner wall faces at 1 m plus the robot's radius.

    The floor is a plain rigid body (maximal coordinates), which a contact solves a tenth faster
    than one whose joints the engine looks through.
    """
    size = {"useFixedBase": 1, "globalScaling": 1.0 + robot.radius, "physicsClientId": client}
    floor = engine.loadURDF(asset_path("floor.urdf"), useMaximalCoordinates=1, **size)
    engine.changeDynamics(floor, BASE, lateralFriction=robot.floor_friction, physicsClientId=client)
    engine.setCollisionFilterGroupMask(floor, BASE, FLOOR, WHEEL, physicsClientId=client)
    walls = engine.loadURDF(asset_path("walls.urdf"), **size)
    for link in range(engine.getNumJoints(walls, physicsClientId=client)):
        engine.setCollisionFilterGroupMask(walls, link, WALL, BODY, physicsClientId=client)


def build_robot(
    engine: ModuleType, client: int, robot: RobotModel, pose: Floats, touch: bool
) -> int:
    """Load one robot standing still and return its body number.

    Args:
        engine: the PyBullet module.
        client: the world.
        robot: size and masses.
        pose: x, y, heading, (3,), m and rad.
        touch: whether robots touch each other; otherwise they pass through.
    """
    x, y, heading = (float(value) for value in pose)
    body = int(
        engine.loadURDF(
            asset_path("robot.urdf"),
            basePosition=[x, y, robot.wheel_radius],
            baseOrientation=[0.0, 0.0, sin(heading / 2), cos(heading / 2)],
            globalScaling=robot.scale,
            physicsClientId=client,
        )
    )
    _set_dynamics(engine, client, robot, body)
    _set_filters(engine, client, body, touch)
    return body


def _set_dynamics(engine: ModuleType, client: int, robot: RobotModel, body: int) -> None:
    parts = {
        BASE: (robot.body_mass, robot.body_inertia),
        LEFT_WHEEL: (robot.wheel_mass, robot.wheel_inertia),
        RIGHT_WHEEL: (robot.wheel_mass, robot.wheel_inertia),
        FRONT_CASTER: (robot.caster_mass, robot.caster_inertia),
        REAR_CASTER: (robot.caster_mass, robot.caster_inertia),
    }
    for link, (mass, inertia) in parts.items():
        engine.changeDynamics(
            body, link, mass=mass, localInertiaDiagonal=inertia, physicsClientId=client
        )
    for wheel in (LEFT_WHEEL, RIGHT_WHEEL):
        engine.changeDynamics(
            body, wheel, contactProcessingThreshold=_STALE_POINT_GAP, physicsClientId=client
        )
    # Apart from the masses: together with them the engine writes a fixed link's mass to the base.
    engine.changeDynamics(body, BASE, linearDamping=0.0, angularDamping=0.0, physicsClientId=client)


def _set_filters(engine: ModuleType, client: int, body: int, touch: bool) -> None:
    # Discs meet walls and other discs; wheels and casters meet the floor alone.
    mask = WALL | BODY if touch else WALL
    engine.setCollisionFilterGroupMask(body, BASE, BODY, mask, physicsClientId=client)
    for link in (LEFT_WHEEL, RIGHT_WHEEL, FRONT_CASTER, REAR_CASTER):
        engine.setCollisionFilterGroupMask(body, link, WHEEL, FLOOR, physicsClientId=client)
