"""Links and joints say what the file says, and nonsense is refused."""

from xml.etree import ElementTree

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.robots.urdf.chosen import Chosen
from bildsim.envs.robots.urdf.parts import read_joint, read_link
from bildsim.envs.robots.urdf.tree import read_tree
from tests.envs.robots.urdf.models import COURIER, written


def test_roll_pitch_and_yaw_turn_in_this_order(tmp_path):
    turned = ('<origin xyz="0.07 0 0.01"/>', '<origin xyz="0 0 1" rpy="0.3 -0.4 1.1"/>')
    frame = read_tree(Chosen(written(tmp_path, turned))).frames["caster"]
    pybullet = pytest.importorskip("pybullet")
    expected = pybullet.getMatrixFromQuaternion(pybullet.getQuaternionFromEuler((0.3, -0.4, 1.1)))
    np.testing.assert_allclose(frame[:3, :3].ravel(), expected, atol=1e-12)


def test_what_is_not_said_is_as_urdf_has_it():
    joint = ElementTree.fromstring(
        '<joint name="j" type="continuous"><parent link="a"/><child link="b"/></joint>'
    )
    found = read_joint(Chosen(COURIER), joint)
    np.testing.assert_array_equal(found.axis, [1.0, 0.0, 0.0])
    np.testing.assert_array_equal(found.place, np.eye(4))
    assert (found.velocity, found.effort) == (None, None)
    link = read_link(Chosen(COURIER), ElementTree.fromstring('<link name="a"/>'))
    assert (link.mass, link.friction, link.collisions) == (0.0, 0.5, ())


def test_moments_of_inertia_are_turned_into_the_links_axes():
    link = ElementTree.fromstring(
        '<link name="a"><inertial><origin xyz="1 2 3" rpy="0 0 1.57079632679"/><mass value="1"/>'
        '<inertia ixx="1" iyy="2" izz="3" ixy="0" ixz="0" iyz="0"/></inertial></link>'
    )
    found = read_link(Chosen(COURIER), link)
    np.testing.assert_allclose(found.inertia, np.diag([2.0, 1.0, 3.0]), atol=1e-9)
    np.testing.assert_array_equal(found.centre, [1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('<mass value="0.62"/>', '<mass value="-1"/>'), "below 0"),
        (('<mass value="0.62"/>', '<mass value="much"/>'), "'much' as value"),
        (('<axis xyz="0 1 0"/>', '<axis xyz="0 1"/>'), "three numbers"),
        (('<axis xyz="0 1 0"/>', '<axis xyz="0 0 0"/>'), "axis of length 0"),
        (('<sphere radius="0.01"/>', '<cone radius="1"/>'), "none that is known"),
        (('<sphere radius="0.01"/>', '<sphere radius="0"/>'), "has no size"),
    ],
)
def test_nonsense_is_refused(tmp_path, change, words):
    with pytest.raises(UsageError, match=words):
        read_tree(Chosen(written(tmp_path, change)))
