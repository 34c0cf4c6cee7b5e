"""Obstacles as bodies of PyBullet's world: as high as the walls, of their material and colour."""

from math import cos, sin
from types import ModuleType

from bildsim.envs.bullet.units import Units
from bildsim.envs.bullet.world import BASE, BODY, WALL
from bildsim.envs.robots.model import RobotModel
from bildsim.obstacles.shapes import Obstacle, Obstacles

# What assets/walls.urdf says of the walls.
_FRICTION, _HEIGHT, _COLOUR = 0.5, 0.04, (0.45, 0.48, 0.52, 1.0)


def build_obstacles(
    engine: ModuleType, client: int, robot: RobotModel, obstacles: Obstacles
) -> None:
    """Put obstacles into a world as bodies without a mass, which do not move.

    Args:
        engine: the PyBullet module.
        client: the world.
        robot: whose size is the engine's unit of length.
        obstacles: discs and boxes, the latter not rounded.
    """
    for part in obstacles.parts:
        _build(engine, client, robot, part)


def _build(engine: ModuleType, client: int, robot: RobotModel, part: Obstacle) -> None:
    length = Units.of(robot).length
    # Walls are scaled to the robot, too.
    height = _HEIGHT * (1.0 + robot.radius) / length
    body = engine.createMultiBody(
        baseMass=0.0,
        baseCollisionShapeIndex=engine.createCollisionShape(
            **_shape(engine, part, length, height, "height"), physicsClientId=client
        ),
        baseVisualShapeIndex=engine.createVisualShape(
            **_shape(engine, part, length, height, "length"),
            rgbaColor=_COLOUR,
            physicsClientId=client,
        ),
        basePosition=[part.x / length, part.y / length, 0.5 * height],
        baseOrientation=[0.0, 0.0, sin(0.5 * part.angle), cos(0.5 * part.angle)],
        physicsClientId=client,
    )
    engine.changeDynamics(body, BASE, lateralFriction=_FRICTION, physicsClientId=client)
    engine.setCollisionFilterGroupMask(body, BASE, WALL, BODY, physicsClientId=client)


def _shape(
    engine: ModuleType, part: Obstacle, length: float, height: float, named: str
) -> dict[str, object]:
    """Return a shape's arguments; a cylinder's height is called otherwise where it is only seen."""
    if part.rounding:
        radius = part.rounding / length
        return {"shapeType": engine.GEOM_CYLINDER, "radius": radius, named: height}
    half = [part.half_width / length, part.half_height / length, 0.5 * height]
    return {"shapeType": engine.GEOM_BOX, "halfExtents": half}
