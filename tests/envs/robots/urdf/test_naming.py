"""A description may name a URDF, which then says all of the body."""

import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.robots.described import described_robot, robot_description, robot_files
from tests.envs.robots.urdf.models import LIMIT, written

MINE = """
[robot]
urdf = "mine.urdf"
{body}
[drive]
{drive}
"""


def told(folder, body="", drive="", base=None):
    path = folder / "mine.toml"
    path.write_text(
        ("" if base is None else f'base = "{base}"\n') + MINE.format(body=body, drive=drive)
    )
    return str(path)


def test_the_urdf_says_the_body_and_the_file_the_drives(tmp_path):
    urdf = written(tmp_path)
    text = told(tmp_path, "handle = 0.03", "max_speed = 0.25\nmotor_lag = 0.04")
    robot = described_robot(text)
    assert robot.body.handle == 0.03
    assert robot.max_speed == 0.25, "options and files win over the joints' limits"
    assert robot.body.own_torque == 0.03
    assert robot.drive.motor_lag == 0.04
    figures = robot_description(text).sections["robot"]
    assert (figures["mass"].mark, figures["mass"].source) == ("model file", "mine.urdf")
    assert [path.name for path in robot_files(text)] == ["mine.toml", urdf.name]


def test_its_path_begins_where_the_file_is_that_says_it(tmp_path):
    written(tmp_path)
    told(tmp_path, 'left_wheel = "left_axle"\nright_wheel = "right_axle"')
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "other.toml").write_text(
        'base = "../mine.toml"\n[drive]\nmax_speed = 0.1\n'
    )
    robot = described_robot(str(tmp_path / "below" / "other.toml"))
    assert robot.max_speed == 0.1
    assert robot.own.chosen.joints == ("left_axle", "right_axle")


def test_drives_come_from_a_base(tmp_path):
    written(tmp_path, (LIMIT, ""))
    (tmp_path / "drives.toml").write_text("[drive]\nmax_speed = 0.2\ndeadband = 0.1\n")
    robot = described_robot(told(tmp_path, base="./drives.toml"))
    assert (robot.max_speed, robot.drive.deadband) == (0.2, 0.1)


@pytest.mark.parametrize(
    ("body", "drive", "words"),
    [
        ("mass = 2", "", "mass is not possible beside urdf"),
        ('left_wheel = "left_axle"', "", "left_wheel is not possible alone"),
        ("left_wheel = 3\nright_wheel = 4", "", "left_wheel must be a text"),
        (
            'left_wheel = "x"\nright_wheel = "right_axle"',
            "",
            "of its urdf mine.urdf: .*no joint 'x'",
        ),
        ("", "motor_torque = 500", "the tyres would only spin"),
    ],
)
def test_what_does_not_go_together_is_refused(tmp_path, body, drive, words):
    written(tmp_path)
    with pytest.raises(UsageError, match=words):
        described_robot(told(tmp_path, body, drive))


def test_wheels_without_a_urdf_are_refused(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text('base = "e-puck2"\n[robot]\nleft_wheel = "a"\nright_wheel = "b"\n')
    with pytest.raises(UsageError, match="not possible alone"):
        described_robot(str(path))
