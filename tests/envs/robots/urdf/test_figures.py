"""Figures that follow from a URDF, and the body that they make."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.urdf.chosen import Chosen
from bildsim.envs.robots.urdf.figures import mesh_files, model_figures
from tests.envs.robots.urdf.models import COURIER, cube, written

BOX = '<geometry><box size="0.13 0.09 0.06"/></geometry>'
MESH = '<geometry><mesh filename="body.obj" scale="1.3 0.9 0.6"/></geometry>'


@pytest.fixture(scope="module")
def figures():
    return model_figures(Chosen(COURIER))


def test_lengths_and_masses_are_those_of_the_file(figures):
    assert figures.mass == pytest.approx(0.62 + 2 * 0.03 + 0.01)
    assert figures.radius == pytest.approx(np.hypot(0.065, 0.045), abs=2e-6)
    assert figures.height == pytest.approx(0.08)
    assert figures.wheel_radius == pytest.approx(0.028, rel=1e-5)
    assert figures.wheel_separation == pytest.approx(0.106)
    assert figures.axle_offset == pytest.approx(0.02)
    assert (figures.velocity, figures.effort, figures.wheel_friction) == (12.0, 0.03, 1.6)


def test_moments_of_inertia_are_those_of_the_parts(figures):
    about = 1.2e-3 + 0.62 * 0.018**2 + 2 * (6.2e-6 + 0.03 * 0.053**2) + 4e-7 + 0.01 * 0.07**2
    assert figures.axle_inertia == pytest.approx(about)
    body = figures.body(None, None, 0.0)
    assert body.pushed_mass == pytest.approx(0.5 * (0.5 * 0.69 + 2 * about / 0.106**2))
    assert body.mass == pytest.approx(figures.mass)


def test_wheels_carry_what_the_caster_does_not(figures):
    centre = (0.62 * 0.018 + 0.01 * 0.07) / 0.69
    assert figures.carried == pytest.approx(1.0 - centre / 0.07)
    robot = RobotModel(figures.radius, 0.3, body=figures.body(None, None, 0.0))
    assert robot.slip_acceleration == pytest.approx(0.5 * 1.6 * 9.81 * figures.carried)


def test_a_torque_that_is_not_said_is_that_of_other_robots(figures):
    robot = RobotModel(figures.radius, 0.3, body=figures.body(None, None, 0.0))
    assert robot.rim_acceleration == pytest.approx(2.27)
    assert figures.body(0.03, 0.05, 0.0).own_torque == 0.05
    assert figures.body(0.03, 0.05, 0.0).handle == 0.03


def test_a_mesh_says_the_same_as_the_box_that_it_is(tmp_path, figures):
    cube(tmp_path / "body.obj", 0.05)
    path = written(tmp_path, (BOX, MESH))
    found = model_figures(Chosen(path))
    assert found.said == pytest.approx(figures.said)
    assert mesh_files(Chosen(path)) == ((tmp_path / "body.obj").resolve(),)
    assert mesh_files(Chosen(COURIER)) == ()


def test_a_robot_that_is_tail_heavy_has_its_centre_behind_the_axle(tmp_path):
    back = [('xyz="0.02 0 0.05"', 'xyz="-0.02 0 0.05"'), ("0.07 0 0.01", "-0.07 0 0.01")]
    found = model_figures(Chosen(written(tmp_path, *back)))
    assert found.axle_offset == pytest.approx(-0.02)
    assert found.body(None, None, 0.0).handle < 0.0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([(BOX, BOX.replace("0.13", "1.3"))], "radius of .* m: the arena is for 0.002 to 0.5 m"),
        ([(BOX, MESH)], "mesh 'body.obj' is absent"),
        ([('ixx="5.0e-4"', 'ixx="0"')], "no moments of inertia above 0"),
        (
            [
                ('"caster_mount" type="fixed"', '"caster_mount" type="spherical"'),
                ('"0.01"/>\n      <i', '"0"/>\n      <i'),
            ],
            "link 'caster' moves and has no mass",
        ),
    ],
)
def test_what_no_arena_can_hold_or_move_is_refused(tmp_path, changes, words):
    with pytest.raises(UsageError, match=words):
        model_figures(Chosen(written(tmp_path, *changes)))
