"""The page on robots: its table is that of the command, and its example is a robot."""

import importlib.util
import re
import shutil
import textwrap

import pytest
from PIL import Image

from bildsim.assets import asset_folder
from bildsim.basics.reading.description import preset_names
from bildsim.envs.robots.described import described_robot
from bildsim.envs.robots.described_figures import ALIASES, KEYS
from tests.docs.pages import PAGES, ROOT

PAGE = PAGES["docs/robots.md"]
_SPEC = importlib.util.spec_from_file_location("list_robots", ROOT / "docs" / "list_robots.py")
listing = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(listing)
_SPEC = importlib.util.spec_from_file_location("draw_robots", ROOT / "docs" / "draw_robots.py")
drawing = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(drawing)


def test_its_table_is_that_of_the_command():
    assert listing.page(PAGE) == PAGE, "python docs/list_robots.py writes it anew"


def test_its_picture_is_of_todays_robots(tmp_path):
    found = drawing.robots()
    assert {shown.name for shown in found} == set(preset_names(asset_folder("robots")))
    drawing.draw(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as picture, Image.open(ROOT / "docs/robots.png") as kept:
        assert picture.size == kept.size
        said = "python docs/draw_robots.py draws it anew"
        assert kept.text[drawing.DESCRIPTION] == drawing.description(found), said


def test_its_example_is_a_robot(tmp_path):
    (block,) = re.findall(r"^    title = .*?(?=^\S)", PAGE, re.DOTALL | re.MULTILINE)
    path = tmp_path / "mine.toml"
    path.write_text(textwrap.dedent(block), encoding="utf-8")
    robot = described_robot(str(path))
    assert robot.body.mass == pytest.approx(0.2)
    assert robot.max_speed == pytest.approx(0.12)


def test_its_model_of_ones_own_is_a_robot(tmp_path):
    (block,) = re.findall(r"```text\n(title = .*?)```", PAGE, re.DOTALL)
    (tmp_path / "courier.toml").write_text(block, encoding="utf-8")
    shutil.copy(ROOT / "examples" / "courier.urdf", tmp_path)
    robot = described_robot(str(tmp_path / "courier.toml"))
    assert robot.max_speed == 0.25
    assert robot.own.chosen.joints == ("left_axle", "right_axle")


def test_it_names_every_key_and_no_other_alias():
    said = set(re.findall(r"`(\w+)`", PAGE))
    assert set(KEYS["robot"] + KEYS["drive"]) <= said
    assert {"max_wheel_torque", "track_width"} <= said & set(ALIASES)
