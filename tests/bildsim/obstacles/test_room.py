"""What obstacles leave must be there, and hang together."""

import pytest

from bildsim.basics.errors import UsageError
from bildsim.obstacles.reading import obstacles_of
from bildsim.obstacles.room import require_ways

RADIUS = 0.025


@pytest.mark.parametrize(
    "text", ["disc:0,0,0.9", "box:0,0,1.9,0.1", "disc:1,1,0.5 disc:-1,-1,0.5", "box:0,1,2.2,0.4"]
)
def test_with_a_way_round_all_is_well(text):
    require_ways(obstacles_of(text), RADIUS)
    # Narrower robots get where wider ones do.
    require_ways(obstacles_of(text), 0.5 * RADIUS)
    assert obstacles_of(text).words == text


def test_what_covers_the_arena_is_named():
    with pytest.raises(UsageError, match="disc:0,0,3' covers the arena"):
        require_ways(obstacles_of("disc:0.5,0.5,0.1 disc:0,0,3"), RADIUS)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("box:0,0,3,0.1", "box:0,0,3,0.1"),
        ("disc:0.5,0.5,0.1 box:0.7,0.7,1,0.02,-45", "box:0.7,0.7,1,0.02,-45"),
        # A passage of 40 mm is none for a robot of 50 mm.
        ("box:-0.52,0,1,0.1 box:0.52,0,1,0.1", "box:-0.52,0,1,0.1"),
    ],
)
def test_what_cuts_the_arena_in_two_is_named(text, named):
    with pytest.raises(UsageError, match="cuts off a part") as caught:
        require_ways(obstacles_of(text), RADIUS)
    assert named in str(caught.value)


def test_the_passage_counts_for_the_robot_that_is_there():
    two = obstacles_of("box:-0.52,0,1,0.1 box:0.52,0,1,0.1")
    with pytest.raises(UsageError, match="robots of this size"):
        require_ways(two, RADIUS)
    require_ways(two, 0.005)
