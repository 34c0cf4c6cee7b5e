"""Worlds in PyBullet: masses and colliders."""

import numpy as np

from bildsim.envs.bullet.arena import Arena
from bildsim.envs.robots.model import RobotModel

ROBOT = RobotModel()


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
