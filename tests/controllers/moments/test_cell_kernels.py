"""The kernels of the cells: the same in plain Python, polygons and points that fill them."""

import numpy as np
import pytest

from bildsim.controllers.moments import cell_kernels as kernels
from bildsim.controllers.safety.neighbours import sense


def swarm(robots=8):
    rng = np.random.default_rng(0)
    places = rng.uniform(-1.0, 1.0, (robots, 2))
    places[1] = places[0]
    return places, rng.uniform(-0.05, 0.05, robots)


def cut(places, weights, reach, cell_pass=kernels.cell_pass, first=0, last=None):
    sensed = sense(places, 2.0 * reach)
    most = kernels.SIDES + kernels.WALLS + int(np.diff(sensed.starts).max())
    corners, counts = np.zeros((len(places), most, 2)), np.zeros(len(places), dtype=np.int64)
    last = len(places) if last is None else last
    heard = weights[sensed.other]
    cell_pass(
        first, last, places, weights, sensed.starts, sensed.other, heard, reach, corners, counts
    )
    return corners, counts


def fill(places, corners, counts, point_pass=kernels.point_pass):
    begins = np.concatenate([[0], np.cumsum(kernels.POINTS * counts)])
    points, areas = np.zeros((begins[-1], 2)), np.zeros(begins[-1])
    point_pass(0, len(places), places, corners, counts, begins, points, areas)
    return points, areas, begins


@pytest.mark.parametrize("reach", [0.1, 0.5, 4.0])
def test_compiled_and_plain_agree(reach, monkeypatch):
    places, weights = swarm()
    corners, counts = cut(places, weights, reach)
    found = fill(places, corners, counts)
    monkeypatch.setattr(kernels, "_cut", kernels._cut.py_func)
    plain_corners, plain_counts = cut(places, weights, reach, kernels.cell_pass.py_func)
    np.testing.assert_array_equal(plain_counts, counts)
    np.testing.assert_allclose(plain_corners, corners, rtol=0, atol=1e-13)
    plain = fill(places, corners, counts, kernels.point_pass.py_func)
    for one, other in zip(plain, found, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-14)


def test_parts_of_a_pass_write_their_own_robots_only():
    places, weights = swarm()
    corners, counts = cut(places, weights, 0.5)
    some, few = cut(places, weights, 0.5, first=2, last=5)
    np.testing.assert_array_equal(some[2:5], corners[2:5])
    np.testing.assert_array_equal(few[2:5], counts[2:5])
    assert not np.delete(some, slice(2, 5), axis=0).any()
    assert not np.delete(few, slice(2, 5)).any()


@pytest.mark.parametrize("reach", [0.1, 0.5, 4.0])
def test_cells_are_convex_and_anticlockwise_and_within_their_bounds(reach):
    places, weights = swarm(30)
    corners, counts = cut(places, weights, reach)
    for place, cell, count in zip(places, corners, counts, strict=True):
        assert count == 0 or count > 2
        shape = cell[:count]
        sides = np.roll(shape, -1, axis=0) - shape
        after = np.roll(sides, -1, axis=0)
        assert (sides[:, 0] * after[:, 1] - sides[:, 1] * after[:, 0] >= -1e-12).all()
        assert (np.hypot(*shape.T) <= reach + 1e-12).all()
        assert (np.abs(place + shape) <= 1.0 + 1e-12).all()


def test_points_integrate_polynomials_of_degree_four_exactly():
    """The corner's disc of one robot, by Green's theorem on its sides."""
    places, reach = np.array([[0.7, 0.8]]), 0.5
    corners, counts = cut_alone(places, reach)
    points, areas, _ = fill(places, corners, counts)
    shape = corners[0, : counts[0]] + places[0]
    nodes, shares = np.polynomial.legendre.leggauss(6)
    steps = 0.5 * (nodes + 1.0)
    for p, q in [(0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (4, 0), (2, 2), (1, 3)]:
        expected = 0.0
        for a, b in zip(shape, np.roll(shape, -1, axis=0), strict=True):
            way = a + steps[:, None] * (b - a)
            # The integral of x^p y^q over the inside is that of x^(p + 1) y^q / (p + 1) dy.
            values = way[:, 0] ** (p + 1) * way[:, 1] ** q / (p + 1)
            expected += 0.5 * shares @ values * (b - a)[1]
        found = areas @ (points[:, 0] ** p * points[:, 1] ** q)
        assert found == pytest.approx(expected, rel=1e-11)


def cut_alone(places, reach):
    corners = np.zeros((1, kernels.SIDES + kernels.WALLS, 2))
    counts, nobody = np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64)
    starts = np.zeros(2, dtype=np.int64)
    kernels.cell_pass(
        0, 1, places, np.zeros(1), starts, nobody, np.zeros(0), reach, corners, counts
    )
    return corners, counts
