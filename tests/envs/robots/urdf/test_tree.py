"""Links and joints of a URDF are as the file has them; what is no URDF is refused."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.robots.urdf.chosen import Chosen
from bildsim.envs.robots.urdf.tree import read_tree
from tests.envs.robots.urdf.models import COURIER, written


def test_the_example_is_read():
    tree = read_tree(Chosen(COURIER))
    assert tree.root == "base_link"
    assert tree.above == ()
    assert list(tree.joints) == ["left_axle", "right_axle", "caster_mount"]
    base, left = tree.links["base_link"], tree.joints["left_axle"]
    assert (base.mass, base.friction, tree.links["caster"].friction) == (0.62, 0.5, 0.02)
    np.testing.assert_allclose(base.centre, [0.018, 0.0, 0.045])
    assert (left.kind, left.velocity, left.effort) == ("continuous", 12.0, 0.03)
    np.testing.assert_allclose(tree.frames["right_wheel"][:3, 3], [0.0, -0.053, 0.028])


def test_mere_frames_above_the_base_are_no_base(tmp_path):
    above = '<link name="base_footprint"/><joint name="foot" type="fixed"><parent '
    above += 'link="base_footprint"/><child link="base_link"/></joint></robot>'
    tree = read_tree(Chosen(written(tmp_path, ("</robot>", above))))
    assert (tree.root, tree.above) == ("base_link", ("base_footprint",))
    assert "base_footprint" not in tree.frames


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("</robot>", ""), "is not XML"),
        (('<robot name="courier">', "<sdf>"), "is not XML"),
        (('<mass value="0.62"/>', '<mass value="0"/>'), "base 'base_link' has no mass"),
        (('<parent link="base_link"/>', '<parent link="trunk"/>'), "a link 'trunk'"),
        (('<parent link="base_link"/>', '<parent link="caster"/>'), "do not hang together"),
        (('joint name="right_axle"', 'joint name="left_axle"'), "two joints 'left_axle'"),
        (("<robot", '<xacro:include filename="a"/><robot'), "xacro"),
        (('<?xml version="1.0"?>', '<!DOCTYPE a [<!ENTITY b "c">]>'), "entities"),
    ],
)
def test_what_is_no_urdf_is_refused(tmp_path, change, words):
    with pytest.raises(UsageError, match=words):
        read_tree(Chosen(written(tmp_path, change)))


def test_a_file_that_is_not_there_or_of_another_kind_is_refused(tmp_path):
    with pytest.raises(UsageError, match="cannot be read: no such file"):
        read_tree(Chosen(tmp_path / "none.urdf"))
    (tmp_path / "a.urdf").write_text("<sdf/>", encoding="utf-8")
    with pytest.raises(UsageError, match="begins with <sdf>"):
        read_tree(Chosen(tmp_path / "a.urdf"))
