"""The density beneath the robots."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from bildsim.programs.plots.floor import draw_floor, floor_of
from bildsim.targets import named_target


def test_shares_of_the_target_lie_where_it_is():
    shares = floor_of(named_target("gmm3"))
    assert shares.sum() == pytest.approx(1.0)
    row, column = np.unravel_index(np.argmax(shares), shares.shape)
    centres = -1.0 + (np.arange(len(shares)) + 0.5) * 2.0 / len(shares)
    best = named_target("gmm3").density(np.array([[centres[column], centres[row]]]))[0]
    assert best == pytest.approx(shares.max() / (2.0 / len(shares)) ** 2, rel=0.02)


def test_it_covers_the_domain_the_right_way_up():
    axes = Figure().subplots()
    shares = np.arange(12.0).reshape(3, 4)
    draw_floor(axes, shares)
    (image,) = axes.images
    assert image.get_extent() == [-1.0, 1.0, -1.0, 1.0]
    assert image.origin == "lower"
    np.testing.assert_array_equal(image.get_array(), shares)
