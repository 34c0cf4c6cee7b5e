"""How wide the arena is: what a width allows, and what is said of one that is too small."""

from math import inf, nan

import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.dynamics import make_model
from bildsim.envs.robots.arena_size import (
    USUAL_WIDTH,
    length_of,
    require_fits,
    require_room,
    unit_of,
    width_for,
)
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.spawn import capacity

BURGER = make_model("kinematic", robot="turtlebot3-burger")


def test_a_unit_is_half_of_the_width():
    assert unit_of(USUAL_WIDTH) == 1.0
    assert unit_of(8.0) == 4.0


@pytest.mark.parametrize("width", [0.0, -2.0, nan, inf, 0.09, 101.0])
def test_a_width_that_no_arena_has_is_refused_with_those_that_are(width):
    with pytest.raises(UsageError, match=r"arena_width=.* is not possible: allowed is 0\.1 to 100"):
        unit_of(width)


def test_a_robot_that_is_too_large_is_told_the_least_width():
    require_fits(BURGER, "turtlebot3-burger", 0.42)
    with pytest.raises(UsageError, match=r"arena_width=0\.3 .*radius 0\.105 m needs 0\.42 m"):
        require_fits(BURGER, "turtlebot3-burger", 0.3)


@pytest.mark.parametrize(("robots", "radius"), [(100, 0.105), (2, 0.5), (500, 0.0165), (1, 0.02)])
def test_the_width_that_is_told_holds_the_robots_and_a_narrower_one_does_not(robots, radius):
    width = width_for(robots, radius)
    assert capacity(radius / unit_of(width)) >= robots
    if robots > 1:
        assert capacity(radius / unit_of(width - 0.011)) < robots


def test_too_many_robots_are_told_how_many_there_may_be_and_which_width_would_do():
    require_room(100, BURGER, 2.2)
    with pytest.raises(UsageError) as refused:
        require_room(200, BURGER, 2.2)
    said = str(refused.value)
    assert "robots=200 is not possible" in said
    assert "radius of 0.105 m" in said
    width = width_for(200, 0.105)
    assert f"arena_width={width:g} would hold them" in said
    require_room(200, BURGER, width)


def test_no_width_is_told_where_none_would_do():
    with pytest.raises(UsageError) as refused:
        require_room(0, RobotModel(), USUAL_WIDTH)
    assert "would hold" not in str(refused.value)


def test_units_have_names():
    assert length_of(1.0) == "m"
    assert length_of(4.0) == "units of 4 m"
