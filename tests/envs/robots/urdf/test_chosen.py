"""Which URDF is meant, and how errors name it."""

from pathlib import Path

import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.robots.urdf.chosen import Chosen, chosen, is_urdf, joint_names, robot_text


def test_three_settings_are_one_text_that_says_them_again():
    assert robot_text("e-puck2", None, None) == "e-puck2"
    assert chosen(robot_text("reference", "a/b.urdf", None)) == Chosen(Path("a/b.urdf"))
    both = chosen(robot_text("reference", Path("C:/b.urdf"), "left, right"))
    assert both == Chosen(Path("C:/b.urdf"), ("left", "right"))
    assert [is_urdf(text) for text in ("e-puck2", "a.toml", "a.URDF", "a.urdf:l,r")] == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("e-puck2", "a.urdf", None), "are two robots"),
        (("reference", None, "l,r"), "not possible without robot_urdf"),
        (("reference", "a.urdf", "l"), "two joints, LEFT,RIGHT"),
        (("reference", "a.urdf", "l,l"), "two joints, LEFT,RIGHT"),
        (("reference", "a.xacro", None), "ends in .urdf"),
    ],
)
def test_what_does_not_go_together_is_refused(given, words):
    with pytest.raises(UsageError, match=words):
        robot_text(*given)


def test_errors_name_the_setting_that_named_the_file():
    assert str(Chosen(Path("a.urdf")).wrong("so {it} is")) == "robot_urdf='a.urdf': so {it} is"
    said = str(Chosen(Path("a.urdf"), robot="mine.toml").wrong("so it is"))
    assert said == "robot='mine.toml': of its urdf a.urdf: so it is"
    assert "wheel_joints" in str(Chosen(Path("a.urdf")).unnamed("name them"))
    assert "left_wheel" in str(Chosen(Path("a.urdf"), robot="b.toml").unnamed("name them"))
    assert joint_names("a , b") == ("a", "b")
