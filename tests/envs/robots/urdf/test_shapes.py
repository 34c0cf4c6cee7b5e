"""Where shapes reach: lowest points, and the smallest disc about them in plan."""

from xml.etree.ElementTree import Element

import numpy as np
import pytest

from bildsim.envs.robots.urdf.chosen import Chosen
from bildsim.envs.robots.urdf.parts import Shape
from bildsim.envs.robots.urdf.shapes import Cloud, cloud, clouds, smallest_disc
from bildsim.envs.robots.urdf.tree import read_tree
from tests.envs.robots.urdf.models import COURIER, cube


def placed(kind, size, xyz=(0.0, 0.0, 0.0), turn=None, file=""):
    place = np.eye(4)
    place[:3, 3] = xyz
    if turn is not None:
        place[:3, :3] = turn
    return Shape(kind, size, file, place, Element("collision"))


LYING = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])


@pytest.mark.parametrize(
    ("shape", "low", "high", "reach"),
    [
        (placed("box", (2.0, 4.0, 6.0)), -3.0, 3.0, np.sqrt(5.0)),
        (placed("sphere", (0.5, 0.0), (1.0, 0.0, 2.0)), 1.5, 2.5, 1.5),
        (placed("cylinder", (1.0, 3.0)), -1.5, 1.5, 1.0),
        (placed("cylinder", (1.0, 2.0), turn=LYING), -1.0, 1.0, np.sqrt(2.0)),
        (placed("capsule", (1.0, 2.0), turn=LYING), -1.0, 1.0, 2.0),
    ],
)
def test_a_shape_reaches_as_far_as_its_surface(shape, low, high, reach):
    found = cloud(Chosen(COURIER), shape)
    assert found.lowest == pytest.approx(low, abs=1e-4)
    assert found.highest == pytest.approx(high, abs=1e-4)
    assert found.reach(0.0, 0.0) == pytest.approx(reach, abs=1e-4)


def test_a_mesh_is_scaled_and_moved(tmp_path):
    cube(tmp_path / "a.obj", 1.0)
    shape = placed("mesh", (1.0, 1.0, 0.5), (0.0, 0.0, 3.0), file="a.obj")
    found = cloud(Chosen(tmp_path / "a.urdf"), shape)
    assert (found.lowest, found.highest) == (2.5, 3.5)


def test_lowest_points_are_in_the_middle_under_a_shape():
    assert cloud(Chosen(COURIER), placed("box", (2.0, 1.0, 1.0), (5.0, 0.0, 0.0))).under == 5.0


def test_the_smallest_disc_holds_everything_and_no_smaller_one_does():
    points = np.random.default_rng(0).normal(size=(40, 3))
    x, radius = smallest_disc([Cloud(points, 0.3)], 0.1)
    held = Cloud(points, 0.3)
    assert held.reach(x, 0.1) <= radius <= held.reach(x, 0.1) + 2e-6
    assert all(held.reach(x + step, 0.1) > radius - 2e-6 for step in (-0.01, 0.01, -1e-3, 1e-3))


def test_shapes_of_a_link_are_where_its_joint_puts_them():
    tree = read_tree(Chosen(COURIER))
    (wheel,) = clouds(tree, tree.links["left_wheel"])
    assert wheel.lowest == pytest.approx(0.0, abs=1e-9)
    assert wheel.points[:, 1].mean() == pytest.approx(0.053)
