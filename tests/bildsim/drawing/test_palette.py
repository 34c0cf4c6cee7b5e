"""The colours of the video."""

import numpy as np

from bildsim.drawing import palette


def test_the_colour_scale_rises_evenly_and_leaves_robots_visible():
    colours = palette.heat_colours()
    luma = colours @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(luma) > -0.6).all()  # rounding to whole levels
    for robot in (palette.ROBOT, palette.ROBOT_SATURATED, palette.ROBOT_CONTACT):
        assert np.linalg.norm(colours.astype(float) - robot, axis=1).min() > 60


def test_the_scale_has_as_many_colours_as_asked_for():
    for levels in (2, 7, 256):
        colours = palette.heat_colours(levels)
        assert colours.shape == (levels, 3)
        assert colours.dtype == np.uint8
    np.testing.assert_array_equal(palette.heat_colours(2), palette.heat_colours()[[0, -1]])


def test_states_of_robots_are_told_apart():
    kinds = (palette.ROBOT, palette.ROBOT_SATURATED, palette.ROBOT_CONTACT, palette.ROBOT_OUTSIDE)
    for k, one in enumerate(kinds):
        for other in kinds[k + 1 :]:
            assert np.linalg.norm(np.subtract(one, other, dtype=float)) > 40
