"""Robots on a frame: discs to scale, headings, states and fading trails."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.drawing import palette
from bildsim.drawing.heatmap import ArenaMap
from bildsim.drawing.robot_marks import TRAIL_S, Trails
from tests.bildsim.drawing.helpers import (
    NODES,
    RADIUS,
    colour_at,
    left_panel,
    near,
    place,
    state,
    view,
)


@given(x=st.floats(-0.9, 0.9), y=st.floats(-0.9, 0.9))
@settings(max_examples=10, deadline=None)
def test_robots_are_drawn_where_they_are_with_y_upwards(x, y):
    # Facing left, so the heading's tick leaves the right half of the disc plain.
    panel = left_panel(view().draw(state([(x, y, np.pi)])))
    assert near(colour_at(panel, x + 0.4 * RADIUS, y), palette.ROBOT)
    assert near(colour_at(panel, x - 0.4 * RADIUS, y), palette.ROBOT_RIM, 40)
    assert not near(colour_at(panel, x, y + 1.5 * RADIUS), palette.ROBOT, 40)


def test_discs_are_to_scale():
    with_robot = left_panel(view(target=np.full((NODES, NODES), 0.25)).draw(state()))
    without = left_panel(view(target=np.full((NODES, NODES), 0.25)).draw(state(np.empty((0, 3)))))
    changed = np.abs(with_robot.astype(int) - without).max(axis=-1) > 30
    expected = np.pi * (RADIUS * ArenaMap(0, 0, 644, RADIUS).pixels_per_metre) ** 2
    # The antialiased edge is a pixel wide on a radius of about fifteen.
    assert changed.sum() == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize("heading", [0.0, 0.5 * np.pi, np.pi, -0.5 * np.pi])
def test_the_tick_shows_the_heading(heading):
    panel = left_panel(view().draw(state([(0.0, 0.0, heading)])))
    ahead = 0.4 * RADIUS * np.array([np.cos(heading), np.sin(heading)])
    assert near(colour_at(panel, *ahead), palette.ROBOT_RIM, 40)
    assert near(colour_at(panel, *-ahead), palette.ROBOT)


def test_contact_and_saturation_are_told_apart():
    poses = [(-0.6, 0.0, 0.0), (-0.2, 0.0, 0.0), (0.2, 0.0, 0.0), (0.6, 0.0, 0.0)]
    frame = view().draw(state(poses, [False, True, False, True], [False, False, True, True]))
    panel = left_panel(frame)
    fills = [colour_at(panel, x - 0.4 * RADIUS, 0.0) for x, _, _ in poses]
    rims = [colour_at(panel, x - 0.87 * RADIUS, 0.0) for x, _, _ in poses]
    for index, expected in enumerate([palette.ROBOT] * 2 + [palette.ROBOT_SATURATED] * 2):
        assert near(fills[index], expected)
    for index, expected in enumerate([palette.ROBOT_RIM, palette.ROBOT_CONTACT] * 2):
        assert near(rims[index], expected, 45)


def test_robots_outside_the_swarm_are_crossed_out_and_have_no_dot():
    poses = [(-0.4, 0.0, 0.0), (0.4, 0.0, 0.0)]
    frame = view().draw(state(poses, active=np.array([True, False])))
    panel, everyone = left_panel(frame), view().draw(state(poses))
    assert near(colour_at(panel, -0.4 - 0.4 * RADIUS, 0.0), palette.ROBOT)
    assert near(colour_at(panel, 0.4, 0.0), palette.ROBOT_OUTSIDE, 60), "the cross"
    assert near(colour_at(panel, 0.4 + 0.5 * RADIUS, 0.0), palette.ROBOT_RIM, 40), "dark inside"
    small = slice(52, 352), slice(700, 1000)
    bright = [(image[small] > 200).all(axis=2).sum() for image in (frame, everyone)]
    assert 0 < bright[0] < bright[1]


def test_trails_lead_to_the_robot_and_fade_to_nothing():
    arena = ArenaMap(0, 0, 300, RADIUS)
    trails = Trails(arena)
    trails.extend(0.0, np.array([[-0.5, 0.0]]))
    trails.extend(0.1, np.array([[0.5, 0.0]]))
    row, column = place(0.0, 0.0, 300)
    seen = []
    for step in range(1, 70):
        frame = np.zeros((300, 300, 3), np.uint8)
        trails.draw(frame)
        seen.append(int(frame[row - 2 : row + 3, column].max()))
        trails.extend(0.1 + 0.1 * step, np.array([[0.5, 0.0]]))
    assert seen[0] > 80
    assert sorted(seen, reverse=True) == seen
    assert seen[30] > 0
    assert seen[round(10 * TRAIL_S) + 2] == 0
