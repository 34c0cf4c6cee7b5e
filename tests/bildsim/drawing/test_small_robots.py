"""Robots of a few pixels: round, to scale, with a heading, in their own colours."""

import numpy as np
import pytest

from bildsim.drawing.palette import ROBOT, ROBOT_CONTACT, ROBOT_RIM
from bildsim.drawing.robot_marks import ring_colour
from bildsim.drawing.small_robots import draw_small

GROUND = 90


def drawn(centres, headings=None, radius=3.0, rims=None):
    frame = np.full((60, 80, 3), GROUND, np.uint8)
    centres = np.array(centres, dtype=float)
    headings = np.zeros(len(centres)) if headings is None else np.array(headings)
    colours = np.broadcast_to(np.array(ROBOT), (len(centres), 3))
    rims = np.broadcast_to(np.array(ROBOT_RIM if rims is None else rims), (len(centres), 3))
    draw_small(frame, centres, headings, radius, colours, rims)
    return frame


@pytest.mark.parametrize("radius", [1.5, 2.4, 4.0])
@pytest.mark.parametrize("at", [(30.0, 20.0), (30.4, 20.3)])
def test_discs_are_round_and_to_scale(radius, at):
    changed = (drawn([at], radius=radius) != GROUND).any(axis=-1)
    rows, columns = np.nonzero(changed)
    distance = np.hypot(columns - at[0], rows - at[1])
    assert distance.max() <= radius + 1.0
    inside = np.hypot(*(np.mgrid[:60, :80][::-1] - np.array(at)[:, None, None])) < radius - 0.5
    assert changed[inside].all()


@pytest.mark.parametrize("heading", [0.0, 0.5 * np.pi, np.pi, -0.5 * np.pi])
def test_the_front_is_darker_with_y_upwards(heading):
    frame = drawn([(30.0, 20.0)], [heading], radius=4.0).astype(int).sum(axis=-1)
    ahead = np.rint(2.0 * np.array([np.cos(heading), -np.sin(heading)])).astype(int)
    assert frame[20 + ahead[1], 30 + ahead[0]] < 0.6 * frame[20 - ahead[1], 30 - ahead[0]]


def test_what_lies_beyond_the_frame_is_cut_off():
    frame = drawn([(0.0, 0.0), (79.0, 59.0), (-40.0, 20.0)])
    assert (frame[:2, :2] != GROUND).any()
    assert (frame[-2:, -2:] != GROUND).any()
    assert (frame[10:50, 10:70] == GROUND).all()


def test_in_a_crowd_rings_fade_into_the_rims_of_the_others():
    assert ring_colour(100) == ring_colour(200) == ROBOT_CONTACT
    reds = [ring_colour(robots)[0] for robots in (200, 400, 1000, 100_000)]
    assert reds == sorted(reds, reverse=True)
    assert abs(ring_colour(400)[0] - (ROBOT_CONTACT[0] + ROBOT_RIM[0]) / 2) <= 1
    assert np.abs(np.array(ring_colour(1_000_000)) - ROBOT_RIM).max() <= 1
