"""Models of the user's own are in the engine as the file has them, in its units."""

import numpy as np
import pytest

from bildsim.basics.errors import RunError
from bildsim.envs.bullet import world
from bildsim.envs.bullet.engine import connect, load_engine
from bildsim.envs.bullet.own_world import load_robots, product, turned_by
from bildsim.envs.bullet.units import Units
from tests.envs.bullet.own_robots import own_robot
from tests.envs.robots.urdf.models import COURIER, written

HERE = np.array([[0.1, -0.2, 0.7]])


@pytest.fixture
def engine():
    module = load_engine()
    client = connect(module, gui=False)
    yield module, client
    module.disconnect(client)


def loaded(engine, path, touch=True):
    module, client = engine
    robot = own_robot(path)
    (body,), seat = load_robots(module, client, robot, HERE, touch)
    return robot, body, seat


def test_masses_and_moments_are_those_of_the_file(engine):
    module, client = engine
    robot, body, seat = loaded(engine, COURIER)
    units, masses = Units.of(robot), {}
    for link in range(-1, module.getNumJoints(body, physicsClientId=client)):
        info = module.getDynamicsInfo(body, link, physicsClientId=client)
        masses[link] = info[0] * units.mass
        if link == world.BASE:
            moments = np.array(info[2]) * units.inertia
        if link == seat.wheels[0]:
            assert info[2][1] * units.inertia == pytest.approx(1.18e-5)
    assert sum(masses.values()) == pytest.approx(0.69)
    np.testing.assert_allclose(moments, [5.0e-4, 9.4e-4, 1.2e-3])
    assert masses[seat.guard] == masses[seat.tyres[0]] == 0.0


def test_shapes_are_those_of_the_file(engine):
    module, client = engine
    robot, body, seat = loaded(engine, COURIER)
    length = Units.of(robot).length
    (box,) = module.getCollisionShapeData(body, world.BASE, physicsClientId=client)
    np.testing.assert_allclose(np.array(box[3]) * length, [0.13, 0.09, 0.06])
    (wheel,) = module.getCollisionShapeData(body, seat.wheels[0], physicsClientId=client)
    assert wheel[2] == module.GEOM_CYLINDER, "and not a polygon"


def test_joints_that_are_not_driven_are_free(engine, tmp_path):
    module, client = engine
    swivel = ('"caster_mount" type="fixed"', '"caster_mount" type="continuous"')
    path = f"{written(tmp_path, swivel)}:left_axle,right_axle"
    _robot, body, _seat = loaded(engine, path)
    names = [
        module.getJointInfo(body, joint, physicsClientId=client)[1]
        for joint in range(module.getNumJoints(body, physicsClientId=client))
    ]
    swivel = names.index(b"caster_mount")
    module.setGravity(0, 0, 0, physicsClientId=client)
    module.resetJointState(body, swivel, 0.0, 0.5, physicsClientId=client)
    module.stepSimulation(physicsClientId=client)
    assert abs(module.getJointState(body, swivel, physicsClientId=client)[1]) > 0.4


def test_what_the_engine_does_not_take_is_said_in_a_sentence(engine):
    module, client = engine
    robot = own_robot(COURIER)
    broken = type(robot.body.own)(**{**vars(robot.body.own), "text": "<robot/>"})
    figures = type(robot.body)(**{**vars(robot.body), "own": broken})
    robot = type(robot)(robot.radius, robot.max_speed, body=figures)
    with pytest.raises(RunError, match="does not take the robot's URDF"):
        load_robots(module, client, robot, HERE, True)


def test_turns_are_those_of_the_engine():
    module = load_engine()
    first, second = (module.getQuaternionFromEuler(turn) for turn in ((1, 2, 3), (-0.3, 0.5, 2)))
    place, both = module.multiplyTransforms((0, 0, 0), first, (0.1, 0.2, 0.3), second)
    quaternions = np.array([first])
    np.testing.assert_allclose(product(quaternions, np.array(second))[0], both, atol=1e-7)
    np.testing.assert_allclose(
        turned_by(quaternions, np.array([0.1, 0.2, 0.3]))[0], place, atol=1e-7
    )
