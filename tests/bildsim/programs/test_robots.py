"""The list of robots: all that runs know, and of each figure how it is known and from where."""

import pytest

from bildsim.assets import asset_folder
from bildsim.basics.errors import UsageError
from bildsim.basics.reading.description import preset_names
from bildsim.envs.dynamics import make_model
from bildsim.envs.robots.described import robot_description
from bildsim.envs.robots.described_figures import KEYS, UNITS
from bildsim.programs import robots


def rows(text):
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_all_robots_are_listed_with_their_figures(capsys):
    assert robots.main([]) == 0
    head, _, *found = rows(capsys.readouterr().out)
    assert [row[0] for row in found] == preset_names(asset_folder("robots"))
    assert {len(row) for row in found} == {len(head)}
    burger = dict(
        zip(head, found[[row[0] for row in found].index("turtlebot3-burger")], strict=True)
    )
    assert burger["axle offset, mm"] == "-32"
    assert burger["top speed, m/s"] == "0.22"


@pytest.mark.parametrize("name", ["gternal", "reference"])
def test_the_figures_of_one_have_marks_and_sources(name, capsys):
    assert robots.main([name]) == 0
    _, _, *found = rows(capsys.readouterr().out)
    sections = robot_description(name).sections
    assert [row[0] for row in found] == [key for table in sections.values() for key in table]
    assert all(all((row[1], row[3], row[4])) for row in found)


def test_a_file_of_ones_own_is_shown_with_what_it_takes_from_its_base(tmp_path, capsys):
    path = tmp_path / "mine.toml"
    path.write_text('base = "zooid"\n[robot]\nmass = 0.02\n', encoding="utf-8")
    assert robots.main([str(path)]) == 0
    found = {row[0]: row[1:] for row in rows(capsys.readouterr().out)[2:]}
    assert found["mass"] == ["0.02", "kg", "own", str(path)]
    assert found["radius"][2] == "datasheet"


def test_what_no_run_would_take_is_refused(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('base = "zooid"\n[robot]\nmass = -1\n', encoding="utf-8")
    with pytest.raises(UsageError, match="mass = -1 is not possible"):
        robots.main([str(path)])
    with pytest.raises(UsageError, match="give a name or a file"):
        robots.main(["zooid", "hero"])


def test_keys_with_a_unit_are_keys():
    assert set(UNITS) <= set(KEYS["robot"] + KEYS["drive"])


def test_the_way_takes_longer_from_rest():
    robot = make_model("kinematic", robot="khepera4")
    straight = 2.0 / robot.max_speed
    assert robots.time_to_cross(robot) > straight
    slow = robots.time_to_cross(robot, 0.5)
    assert slow == pytest.approx(straight + robot.max_speed)
