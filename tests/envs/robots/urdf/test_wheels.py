"""Driven wheels are found, and those that cannot drive are refused."""

import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.robots.urdf.chosen import Chosen
from bildsim.envs.robots.urdf.tree import read_tree
from bildsim.envs.robots.urdf.wheels import driven_wheels
from tests.envs.robots.urdf.models import COURIER, WHEEL_SHAPE, written

LEFT = ("left_axle", "right_axle")


def wheels(path, joints=None):
    return driven_wheels(read_tree(Chosen(path, joints)))


@pytest.mark.parametrize("joints", [None, LEFT])
def test_they_are_guessed_or_named(joints):
    left, right = wheels(COURIER, joints)
    assert (left.joint.name, right.joint.name) == LEFT
    assert left.radius == pytest.approx(0.028, rel=1e-5)
    assert left.centre[1] == pytest.approx(0.053)
    assert (left.sign, left.inertia) == (1, pytest.approx(1.18e-5))


def test_an_axis_to_the_right_turns_the_other_way_and_the_order_in_the_file_is_free(tmp_path):
    path = written(
        tmp_path,
        ("0 1 0", "0 -1 0", 1),
        ("0 0.053 0.028", "A"),
        ("0 -0.053 0.028", "0 0.053 0.028"),
        ("A", "0 -0.053 0.028"),
    )
    left, right = wheels(path)
    assert (left.joint.name, left.sign, right.sign) == ("right_axle", 1, -1)


def test_a_wheel_beside_its_joint_is_where_its_shape_is(tmp_path):
    beside = (
        '<origin rpy="1.57079632679 0 0"/>',
        '<origin xyz="0 0.004 0" rpy="1.57079632679 0 0"/>',
    )
    left, right = wheels(written(tmp_path, beside))
    assert left.centre[1] == pytest.approx(0.057)
    assert right.centre[1] == pytest.approx(-0.049)
    assert left.middle == pytest.approx((0.0, 0.004, 0.0), abs=1e-9)


FIXED_RIGHT = ('joint name="right_axle" type="continuous"', 'joint name="right_axle" type="fixed"')
THIRD = ('joint name="caster_mount" type="fixed"', 'joint name="caster_mount" type="continuous"')


@pytest.mark.parametrize(
    ("changes", "joints", "words"),
    [
        ([FIXED_RIGHT], None, r"no two continuous joints.*right_axle \(fixed\)"),
        ([FIXED_RIGHT], LEFT, "'right_axle' is fixed and cannot turn on and on"),
        ([THIRD], None, "3 of its joints are continuous .*wheel_joints"),
        ([], ("left_axle", "other"), r"no joint 'other': its joints are left_axle \(continuous\)"),
        ([], LEFT[::-1], "not to the left of"),
        ([("0 1 0", "0 1 0.2", 1)], None, "not across the robot"),
        ([("0 1 0", "1 0 0")], None, "not across the robot"),
        ([(WHEEL_SHAPE, WHEEL_SHAPE.replace("0.028", "0.027"), 1)], None, "must be alike"),
        ([("0 0.053 0.028", "0.01 0.053 0.028")], None, "10 mm ahead of the other"),
        ([(WHEEL_SHAPE, '<geometry><box size="0.1 0.1 0.1"/></geometry>')], None, "cannot roll"),
        ([('<origin rpy="1.57079632679 0 0"/>', "")], None, "cannot roll"),
        ([("0.07 0 0.01", "0.07 0 0.005")], None, "do not reach the ground.*'caster'.*5 mm below"),
        ([('<mass value="0.03"/>', '<mass value="0"/>')], None, "'left_wheel' has no mass"),
        ([('iyy="1.18e-5"', 'iyy="0"')], None, "no moment of inertia about its axle"),
    ],
)
def test_what_cannot_drive_is_refused(tmp_path, changes, joints, words):
    with pytest.raises(UsageError, match=words):
        wheels(written(tmp_path, *changes), joints)


def test_a_wheel_without_any_shape_is_refused(tmp_path):
    text = COURIER.read_text(encoding="utf-8")
    head, _, rest = text.partition('<link name="left_wheel">')
    link, _, tail = rest.partition("</link>")
    bare = link[: link.index("<collision>")]
    (tmp_path / "a.urdf").write_text(f'{head}<link name="left_wheel">{bare}</link>{tail}')
    with pytest.raises(UsageError, match="no collision and no visual to take its radius from"):
        wheels(tmp_path / "a.urdf")
