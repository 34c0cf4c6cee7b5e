"""Worlds in PyBullet: masses and colliders."""

import numpy as np
import pytest

from bildsim.envs.bullet.arena import Arena
from bildsim.envs.bullet.engine import connect, load_engine
from bildsim.envs.bullet.world import BASE, build_arena, build_robot, configure_engine
from bildsim.envs.robots.model import RobotModel

ROBOT = RobotModel()
# Bodies are numbered as they are loaded: the floor, then the walls.
WALLS = 1


def test_masses_in_the_engine_are_those_of_the_model():
    with Arena(ROBOT, np.zeros((1, 3))) as arena:
        links = range(-1, 4)
        info = [arena._engine.getDynamicsInfo(arena._bodies[0], k, arena._client) for k in links]
    wheel, caster = ROBOT.wheel_mass, ROBOT.caster_mass
    np.testing.assert_allclose(
        [entry[0] for entry in info], [ROBOT.body_mass, wheel, wheel, caster, caster]
    )
    np.testing.assert_allclose(info[0][2], ROBOT.body_inertia)
    np.testing.assert_allclose(info[1][2], ROBOT.wheel_inertia)


@pytest.fixture
def world():
    """The engine and a configured world without bodies."""
    engine = load_engine()
    client = connect(engine, gui=False)
    configure_engine(engine, client, 240)
    yield engine, client
    engine.disconnect(physicsClientId=client)


@pytest.mark.parametrize("radius", [0.01, 0.025, 0.06])
@pytest.mark.parametrize("side", [(-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0)])
def test_a_centre_on_the_rim_of_the_square_touches_the_wall(world, radius, side):
    engine, client = world
    robot = RobotModel(radius)
    build_arena(engine, client, robot)
    body = build_robot(engine, client, robot, np.array([*(0.9 * np.array(side)), 0.3]), True)
    found = engine.getClosestPoints(WALLS, body, 0.15, linkIndexB=BASE, physicsClientId=client)
    assert min(point[8] for point in found) == pytest.approx(0.1, abs=1e-6)


def test_the_floor_has_the_friction_of_the_model(world):
    engine, client = world
    build_arena(engine, client, RobotModel(floor_friction=0.2))
    assert engine.getDynamicsInfo(0, -1, physicsClientId=client)[1] == pytest.approx(0.2)


@pytest.mark.parametrize("heading", [-3.0, -0.4, 0.0, 2.0])
def test_a_robot_stands_where_it_was_put_and_looks_there(world, heading):
    engine, client = world
    body = build_robot(engine, client, ROBOT, np.array([0.3, -0.6, heading]), True)
    position, quaternion = engine.getBasePositionAndOrientation(body, physicsClientId=client)
    assert position == pytest.approx((0.3, -0.6, ROBOT.wheel_radius), abs=1e-9)
    roll, pitch, yaw = engine.getEulerFromQuaternion(quaternion)
    assert (roll, pitch, yaw) == pytest.approx((0.0, 0.0, heading), abs=1e-9)


@pytest.mark.parametrize("touch", [True, False])
def test_discs_meet_unless_they_are_to_pass_and_wheels_never_do(world, touch):
    engine, client = world
    first, second = (
        build_robot(engine, client, ROBOT, np.array([x, 0.0, 0.0]), touch) for x in (0.0, 0.03)
    )
    engine.stepSimulation(physicsClientId=client)
    points = engine.getContactPoints(first, second, physicsClientId=client)
    assert bool(points) == touch
    assert {(point[3], point[4]) for point in points} <= {(BASE, BASE)}


def test_physics_runs_at_the_rate_asked_for(world):
    engine, client = world
    parameters = engine.getPhysicsEngineParameters(physicsClientId=client)
    assert parameters["fixedTimeStep"] == pytest.approx(1.0 / 240.0)
    assert parameters["gravityAccelerationZ"] == pytest.approx(-9.81)
