"""The engine's units."""

import pytest

from bildsim.envs.bullet.units import Units
from bildsim.envs.robots.model import REFERENCE_RADIUS, RobotModel


@pytest.mark.parametrize("radius", [0.0025, 0.025, 0.06])
def test_robots_of_every_size_are_the_same_to_the_engine(radius):
    robot, reference = RobotModel(radius), RobotModel(REFERENCE_RADIUS)
    units, others = Units.of(robot), Units.of(reference)
    assert robot.wheel_radius / units.length == pytest.approx(
        reference.wheel_radius / others.length
    )
    assert robot.mass / units.mass == pytest.approx(reference.mass / others.mass)
    for mine, its in zip(robot.body_inertia, reference.body_inertia, strict=True):
        assert mine / units.inertia == pytest.approx(its / others.inertia)


def test_the_unit_of_length_is_the_radius():
    assert Units.of(RobotModel(0.03)).length == 0.03
