"""Obstacles from text, and sentences about those that are none."""

import math

import pytest

from bildsim.basics.errors import UsageError
from bildsim.obstacles.reading import MOST, obstacles_of


def test_discs_and_boxes_are_read():
    disc, box, plain = obstacles_of("disc:0.3,-0.2,0.15 box:0,0.1,0.2,0.4,30 BOX:0,0,.1,.1").parts
    assert disc.row == (0.3, -0.2, 0.0, 0.0, 1.0, 0.0, 0.15)
    assert box.row[:4] == (0.0, 0.1, 0.1, 0.2)
    assert box.angle == pytest.approx(math.pi / 6)
    assert plain.angle == 0.0


def test_no_text_is_no_obstacle():
    assert not obstacles_of("")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("disk:0,0,0.1", "not understood"),
        ("disc:0,0", "not understood"),
        ("disc:0,0,0.1,0.2", "not understood"),
        ("disc:0,0,nan", "not understood"),
        ("box:0,0,0.1", "not understood"),
        ("box 0,0,1,1", "not understood"),
        ("disc:0,0,0", "too small"),
        ("disc:0,0,-0.2", "too small"),
        ("box:0,0,0.2,0", "too small"),
        ("disc:2,2,0.5", "outside the arena"),
        ("box:1.2,0,0.2,0.2", "outside the arena"),
        ("disc:0,0,50", "outside the arena"),
    ],
)
def test_what_is_none_is_refused(text, said):
    with pytest.raises(UsageError, match=said) as caught:
        obstacles_of(text)
    assert "obstacle=" in str(caught.value)


def test_one_that_reaches_into_a_wall_is_allowed():
    assert obstacles_of("disc:1.1,0,0.2")
    assert obstacles_of("box:1.2,1.2,1,0.1,45")


def test_there_is_a_largest_number():
    with pytest.raises(UsageError, match="101 times"):
        obstacles_of(" ".join(["disc:0,0,0.1"] * (MOST + 1)))
