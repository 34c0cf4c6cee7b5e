"""Where the arena lies on a frame, and densities painted there."""

import numpy as np
import pytest
from scipy.interpolate import BSpline

from bildsim.drawing import palette
from bildsim.drawing.heatmap import ArenaMap, HeatMap, _smoothing
from tests.bildsim.drawing.helpers import RADIUS, bump, left_panel, near, place, state, view


def test_up_is_up():
    top = place(0.0, 0.9)
    bottom = place(0.0, -0.9)
    assert top[0] < 60
    assert bottom[0] > 580
    assert place(0.9, 0.0)[1] > 580


@pytest.mark.parametrize("nodes", [9, 21, 41, 201])
@pytest.mark.parametrize(("x", "y"), [(0.5, 0.6), (-0.5, 0.6), (0.5, -0.6), (-0.75, -0.75)])
def test_the_target_is_brightest_at_its_peak(nodes, x, y):
    frame = view(target=bump(x, y, nodes)).draw(state(np.empty((0, 3))))
    green = left_panel(frame)[20:-20, 20:-20, 1].astype(float)
    rows, columns = np.nonzero(green >= green.max() - 1)
    row, column = place(x, y)
    # The coarsest raster has a node each 0.25 m, and so its peak within 0.125 m of the bump's.
    allowed = 0.13 * ArenaMap(0, 0, 644, RADIUS).pixels_per_metre
    assert abs(rows.mean() + 20 - row) < allowed
    assert abs(columns.mean() + 20 - column) < allowed


def test_learned_density_is_painted_with_the_same_colours():
    target = bump(0.5, 0.6)
    frame = view(target=target).draw(state(np.empty((0, 3)), learned=target))
    large, small = ArenaMap(24, 52, 644, RADIUS), ArenaMap(700, 52, 300, RADIUS)
    for point in np.array([[0.5, 0.6], [0.0, 0.0], [-0.7, 0.3], [0.6, -0.8]]):
        seen = [
            frame[tuple(np.rint(arena.to_pixels(point)).astype(int)[::-1])]
            for arena in (large, small)
        ]
        assert near(*seen, tolerance=6)


def test_heat_map_fills_exactly_c_and_clips_at_the_peak():
    arena = ArenaMap(0, 0, 201, 0.1)
    frame = np.zeros((201, 201, 3), np.uint8)
    HeatMap(arena, 5, 1.0).paint(frame, np.full((5, 5), 7.0))
    painted = (frame == palette.heat_colours()[-1]).all(axis=-1)
    assert painted.sum() == arena.square**2
    corners = arena.to_pixels(np.array([[-1.0, -1.0], [1.0, 1.0]]))
    rows, columns = np.nonzero(painted)
    assert columns.min() == pytest.approx(corners[0, 0], abs=0.51)
    assert rows.min() == pytest.approx(corners[1, 1], abs=0.51)


@pytest.mark.parametrize(("nodes", "pixels"), [(2, 30), (3, 7), (41, 600), (81, 281)])
def test_densities_are_smoothed_by_quadratic_splines(nodes, pixels):
    step = 2.0 / (nodes - 1)
    knots = -1.0 + step * (np.arange(nodes + 5) - 2.5)
    splines = BSpline(knots, np.eye(nodes + 2), 2)(-1.0 + (2.0 * np.arange(pixels) + 1.0) / pixels)
    splines[:, 1] += splines[:, 0]
    splines[:, -2] += splines[:, -1]
    np.testing.assert_allclose(_smoothing(nodes, pixels), splines[:, 1:-1], atol=1e-6)


def test_a_sharp_edge_has_no_halo():
    arena = ArenaMap(0, 0, 400, 0.0)
    density = np.zeros((41, 41))
    density[:, 20:] = 1.0
    frame = np.zeros((400, 400, 3), np.uint8)
    HeatMap(arena, 41, 2.0).paint(frame, density)
    across = frame[200, 10:-10, 1].astype(int)
    assert (np.diff(across) >= 0).all()
