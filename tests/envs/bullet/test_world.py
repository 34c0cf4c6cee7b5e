"""Worlds in PyBullet: masses and colliders."""

import numpy as np
import pytest

from bildsim.envs.bullet.arena import Arena
from bildsim.envs.bullet.engine import connect, load_engine
from bildsim.envs.bullet.units import Units
from bildsim.envs.bullet.world import BASE, build_arena, build_robots, configure_engine
from bildsim.envs.robots.model import RobotModel

ROBOT = RobotModel()
# Bodies are numbered as they are loaded: the floor, then the walls.
WALLS = 1


STRONG = RobotModel(torque=4.0 * ROBOT.own_torque)


@pytest.mark.parametrize("robot", [ROBOT, STRONG, RobotModel(0.0025, 0.08)])
def test_masses_in_the_engine_are_those_of_the_model(robot):
    units = Units.of(robot)
    with Arena(robot, np.zeros((1, 3))) as arena:
        body, client = arena._bodies[0], arena._client
        links = range(-1, arena._engine.getNumJoints(body, client))
        info = [arena._engine.getDynamicsInfo(body, link, client) for link in links]
    masses = [entry[0] * units.mass for entry in info]
    assert sum(masses) == pytest.approx(robot.mass)
    assert len(masses) == (5 if robot.could_tip else 4)
    np.testing.assert_allclose(masses[1:3], robot.wheel_mass)
    np.testing.assert_allclose(masses[3:], robot.caster_mass)
    np.testing.assert_allclose(np.multiply(info[0][2], units.inertia), robot.body_inertia)
    np.testing.assert_allclose(np.multiply(info[1][2], units.inertia), robot.wheel_inertia)


def test_a_strong_motor_at_a_wall_does_not_tip_the_robot():
    with Arena(STRONG, np.array([[0.95, 0.0, 0.0], [-0.95, 0.0, 0.0]])) as arena:
        tilt = 0.0
        for sign in (1.0, -1.0, 1.0):
            arena.set_wheel_speeds(np.full((2, 2), sign * STRONG.max_wheel_speed))
            for _ in range(120):
                arena.step()
                tilt = max(tilt, arena.tilt().max())
    assert np.degrees(tilt) < 5.0


@pytest.fixture
def world():
    """The engine and a configured world without bodies."""
    engine = load_engine()
    client = connect(engine, gui=False)
    configure_engine(engine, client, ROBOT, 240)
    yield engine, client
    engine.disconnect(physicsClientId=client)


@pytest.mark.parametrize("radius", [0.01, 0.025, 0.06])
@pytest.mark.parametrize("side", [(-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0)])
def test_a_centre_on_the_rim_of_the_square_touches_the_wall(world, radius, side):
    engine, client = world
    robot = RobotModel(radius)
    build_arena(engine, client, robot)
    (body,) = build_robots(engine, client, robot, np.array([[*(0.9 * np.array(side)), 0.3]]), True)
    length = Units.of(robot).length
    found = engine.getClosestPoints(
        WALLS, body, 0.15 / length, linkIndexB=BASE, physicsClientId=client
    )
    assert min(point[8] for point in found) * length == pytest.approx(0.1, abs=1e-6)


def test_the_floor_has_the_friction_of_the_model(world):
    engine, client = world
    build_arena(engine, client, RobotModel(floor_friction=0.2))
    assert engine.getDynamicsInfo(0, -1, physicsClientId=client)[1] == pytest.approx(0.2)


@pytest.mark.parametrize("heading", [-3.0, -0.4, 0.0, 2.0])
def test_a_robot_stands_where_it_was_put_and_looks_there(world, heading):
    engine, client = world
    (body,) = build_robots(engine, client, ROBOT, np.array([[0.3, -0.6, heading]]), True)
    position, quaternion = engine.getBasePositionAndOrientation(body, physicsClientId=client)
    where = np.multiply(position, Units.of(ROBOT).length)
    assert where == pytest.approx((0.3, -0.6, ROBOT.wheel_radius), abs=1e-9)
    roll, pitch, yaw = engine.getEulerFromQuaternion(quaternion)
    assert (roll, pitch, yaw) == pytest.approx((0.0, 0.0, heading), abs=1e-9)


@pytest.mark.parametrize("touch", [True, False])
def test_discs_meet_unless_they_are_to_pass_and_wheels_never_do(world, touch):
    engine, client = world
    places = np.array([[0.0, 0.0, 0.0], [0.03, 0.0, 0.0]])
    first, second = build_robots(engine, client, ROBOT, places, touch)
    engine.stepSimulation(physicsClientId=client)
    points = engine.getContactPoints(first, second, physicsClientId=client)
    assert bool(points) == touch
    assert {(point[3], point[4]) for point in points} <= {(BASE, BASE)}


def test_physics_runs_at_the_rate_asked_for(world):
    engine, client = world
    parameters = engine.getPhysicsEngineParameters(physicsClientId=client)
    assert parameters["fixedTimeStep"] == pytest.approx(1.0 / 240.0)
    gravity = parameters["gravityAccelerationZ"] * Units.of(ROBOT).length
    assert gravity == pytest.approx(-9.81)
