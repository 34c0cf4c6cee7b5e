"""The page on targets: its picture is what its script draws, and its table knows all files."""

import importlib.util
import re

import numpy as np
import pytest
from PIL import Image

from bildsim.basics.reading.regular_file import in_units
from bildsim.envs.robots import start_file
from bildsim.envs.robots.spawn import MOST_ROBOTS
from bildsim.targets.files import animation, number_file
from bildsim.targets.files.array_file import MOST_VALUES
from bildsim.targets.files.density_map import BLUR
from bildsim.targets.files.film import MOST_FRAMES, PIXELS
from bildsim.targets.files.pixels import LARGEST_SIDE
from bildsim.targets.files.suffixes import SUFFIXES
from bildsim.targets.files.user_file import LARGEST_IMAGE, MOST_BYTES
from bildsim.targets.files.video_file import MOST_SECONDS
from bildsim.targets.moving_target import MOVING_NAMES
from bildsim.targets.target import TARGET_NAMES
from tests.docs.pages import PAGES, ROOT

PAGE = PAGES["docs/targets.md"]
_SPEC = importlib.util.spec_from_file_location("draw_targets", ROOT / "docs" / "draw_targets.py")
targets = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(targets)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return list(targets.panels(tmp_path_factory.mktemp("files")))


def test_the_picture_is_of_what_is_read_today(found):
    with Image.open(ROOT / "docs" / "targets.png") as picture:
        kept = picture.text[targets.DESCRIPTION]
    assert targets.description(found) == kept, "python docs/draw_targets.py draws it anew"


def test_each_file_is_read_the_right_way_up(found):
    photo, logo, array, first, last = (targets.mean(panel.target) for panel in found)
    assert (photo > 0.05).all(), "the lamp is at the upper right"
    assert np.abs(logo).max() < 0.05
    assert (array < -0.1).all(), "the first numbers are at the lower left"
    np.testing.assert_allclose(first, [-0.588, 0.36], atol=0.02)
    np.testing.assert_allclose(last, [0.588, 0.36], atol=0.02)


def test_it_draws(tmp_path):
    targets.draw(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as picture, Image.open(ROOT / "docs/targets.png") as kept:
        assert picture.size == kept.size
        assert picture.text == kept.text


def test_every_name_and_every_kind_of_file_is_in_it():
    listed = set(re.findall(r"`(\.[a-z0-9]+)`", PAGE))
    assert listed == set(SUFFIXES)
    (names,) = re.findall(r"--target letter_E +# ([\w ]+)", PAGE)
    assert set(names.split()) == {*TARGET_NAMES, *MOVING_NAMES}


def test_its_figures_are_those_of_the_code():
    assert f"more than {LARGEST_SIDE} pixels a side" in PAGE
    assert f"frames of films to {PIXELS}" in PAGE
    assert f"A Gaussian of {BLUR} m" in PAGE
    most = (
        f"more than {LARGEST_IMAGE // 10**6} million pixels, {MOST_VALUES // 10**6} million "
        f"numbers or {MOST_FRAMES:,} frames are refused"
    )
    assert most in PAGE
    flat = " ".join(PAGE.split())
    assert f"more than {animation.MOST_PIXELS // 10**9} billion pixels in all frames" in flat
    assert f"{in_units(MOST_BYTES)} of a picture or an array" in flat
    assert animation.MOST_ANIMATION_BYTES == number_file.MOST_TABLE_BYTES
    assert f"{in_units(number_file.MOST_TABLE_BYTES)} of an animated picture or a table" in flat
    assert f"{in_units(number_file.MOST_LINE)} of a line" in flat
    assert f"take a processor more than {MOST_SECONDS:,} s" in flat
    assert f"more than {in_units(start_file.MOST_BYTES)} or {MOST_ROBOTS:,} robots" in flat
