"""Power cells against a fine raster: masses, centroids, borders, and weights that balance them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.controllers.moments.cells import PowerCells, usual_range
from bildsim.controllers.safety.neighbours import nobody, sense
from bildsim.targets.target import named_target, target_from_function

SMOOTH = target_from_function(lambda q: 2.0 + np.sin(2.0 * q[..., 0]) * np.cos(q[..., 1]))
UNIFORM = named_target("uniform")
FINE = 401


def scatter(robots=12, seed=0):
    return np.random.default_rng(seed).uniform(-1.0, 1.0, (robots, 2))


def found(cells, target, places, weights=None):
    """Return cells of robots that sense as far as needed and know all weights."""
    weights = np.zeros(len(places)) if weights is None else weights
    sensed = sense(places, 2.0 * cells.reach)
    return cells.of(target, places, weights, sensed, weights[sensed.other])


def by_raster(cells, target, places, weights):
    """Return masses and centroids by brute force: each point of a raster of C by itself."""
    axis = (np.arange(FINE) + 0.5) * 2.0 / FINE - 1.0
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    shares = target.density(points) * (2.0 / FINE) ** 2
    sensed = sense(places, 2.0 * cells.reach)
    masses, centroids = np.zeros(len(places)), places.copy()
    for i, place in enumerate(places):
        squared = ((points - place) ** 2).sum(axis=1)
        inside = squared <= cells.reach**2
        for j in sensed.other[sensed.starts[i] : sensed.starts[i + 1]]:
            other = ((points - places[j]) ** 2).sum(axis=1)
            inside &= squared - weights[i] <= other - weights[j]
        masses[i] = shares[inside].sum()
        if masses[i] > 0.0:
            centroids[i] = shares[inside] @ points[inside] / masses[i]
    return masses, centroids


@pytest.mark.parametrize("target", [UNIFORM, SMOOTH], ids=["uniform", "smooth"])
def test_masses_and_centroids_are_those_of_a_fine_raster(target):
    """But for what a polygon of 24 sides lacks of its disc, 1.1 percent of the area."""
    places, cells = scatter(), PowerCells(0.6)
    weights = np.random.default_rng(1).uniform(-0.05, 0.05, len(places))
    masses, centroids = by_raster(cells, target, places, weights)
    answer = found(cells, target, places, weights)
    assert (answer.masses <= masses + 2e-3 * masses.max()).all()
    assert (answer.masses >= 0.985 * masses - 2e-3 * masses.max()).all()
    np.testing.assert_allclose(answer.centroids, centroids, rtol=0, atol=4e-3)


@pytest.mark.parametrize("target", [UNIFORM, SMOOTH], ids=["uniform", "smooth"])
def test_where_discs_cover_all_they_are_exact(target):
    """No side of a cell is an arc then; triangles integrate what is smooth to a few permille."""
    places, cells = scatter(), PowerCells(4.0)
    weights = np.random.default_rng(2).uniform(-0.1, 0.1, len(places))
    masses, centroids = by_raster(cells, target, places, weights)
    answer = found(cells, target, places, weights)
    assert answer.masses.sum() == pytest.approx(1.0, abs=1e-4)
    np.testing.assert_allclose(answer.masses, masses, rtol=0, atol=2e-3 * masses.max())
    np.testing.assert_allclose(answer.centroids, centroids, rtol=0, atol=2e-3)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_cells_of_any_arrangement_tile_the_square(data):
    """Masses add up to 1 whatever the weights, as long as robots stand at different places."""
    coordinate = st.floats(-1.0, 1.0)
    places = data.draw(
        st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=9, unique=True)
    )
    places = np.round(np.array(places), 3)
    places = np.unique(places, axis=0)
    weights = np.array(
        data.draw(st.lists(st.floats(-1.0, 1.0), min_size=len(places), max_size=len(places)))
    )
    answer = found(PowerCells(4.0), UNIFORM, places, weights)
    assert answer.masses.sum() == pytest.approx(1.0, abs=1e-9)
    assert answer.masses.min() >= 0.0
    assert np.abs(answer.centroids).max() <= 1.0 + 1e-9


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), reach=st.floats(0.05, 1.0))
def test_equal_weights_part_what_the_discs_cover_and_nothing_else(seed, reach):
    places = scatter(6, seed)
    answer = found(PowerCells(reach), UNIFORM, places)
    axis = (np.arange(201) + 0.5) * 2.0 / 201 - 1.0
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    nearest = np.linalg.norm(points[:, None] - places, axis=2).min(axis=1)
    covered = np.mean(nearest <= reach)
    inner = np.mean(nearest <= reach * np.cos(np.pi / 24))
    assert inner - 4e-3 <= answer.masses.sum() <= covered + 4e-3
    assert (np.linalg.norm(answer.centroids - places, axis=1) <= reach).all()
    assert np.abs(answer.centroids).max() <= 1.0


def test_a_robot_alone_has_its_disc():
    sides, reach = 24, 0.3
    area = 0.5 * sides * np.sin(2.0 * np.pi / sides) * reach**2
    for places in (np.array([[0.2, -0.1]]), np.array([[-0.6, 0.0], [0.6, 0.0]])):
        answer = found(PowerCells(reach), UNIFORM, places)
        np.testing.assert_allclose(answer.masses, area / 4.0, rtol=1e-9)
        np.testing.assert_allclose(answer.centroids, places, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("place", "share"), [((1.0, 0.0), 0.5), ((-1.0, 1.0), 0.25)])
def test_the_walls_cut_a_disc(place, share):
    whole = found(PowerCells(0.3), UNIFORM, np.array([[0.0, 0.0]])).masses[0]
    answer = found(PowerCells(0.3), UNIFORM, np.array([place]))
    assert answer.masses[0] == pytest.approx(share * whole, rel=1e-9)
    inwards = answer.centroids[0] - place
    assert (np.sign(inwards) == -np.sign(place))[np.array(place) != 0.0].all()


def test_robots_at_one_place_share_their_cell():
    places = np.array([[0.1, 0.2], [0.1, 0.2], [0.4, 0.2]])
    answer = found(PowerCells(0.5), SMOOTH, places)
    assert answer.masses[0] == answer.masses[1] > 0.0
    np.testing.assert_array_equal(answer.centroids[0], answer.centroids[1])


def test_who_has_an_empty_cell_stays():
    places = np.array([[0.0, 0.0], [0.1, 0.0]])
    answer = found(PowerCells(0.3), UNIFORM, places, np.array([-1.0, 1.0]))
    assert answer.masses[0] == 0.0 < answer.masses[1]
    np.testing.assert_array_equal(answer.centroids[0], places[0])


def test_a_greater_weight_makes_a_cell_greater():
    places, cells = np.array([[-0.1, 0.0], [0.1, 0.0]]), PowerCells(0.4)
    even = found(cells, UNIFORM, places)
    odd = found(cells, UNIFORM, places, np.array([0.01, 0.0]))
    assert odd.masses[0] > even.masses[0] == pytest.approx(even.masses[1])
    assert odd.masses[1] < even.masses[1]


def test_who_senses_nobody_has_its_disc_among_others():
    places, weights = scatter(5), np.zeros(5)
    cells = PowerCells(0.2)
    answer = cells.of(UNIFORM, places, weights, nobody(5), np.zeros(0))
    for i in range(5):
        alone = found(cells, UNIFORM, places[i : i + 1])
        assert answer.masses[i] == pytest.approx(alone.masses[0], rel=1e-12)


def test_balancing_makes_cells_of_robots_that_rest_equal():
    """On a jittered grid the unevenness of the masses falls tenfold, and their sum stays 1."""
    rng = np.random.default_rng(3)
    axis = (np.arange(5) + 0.5) * 0.4 - 1.0
    places = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    places = places + rng.uniform(-0.06, 0.06, places.shape)
    cells, weights, spreads = PowerCells(1.0, 0.1), np.zeros(len(places)), []
    for _ in range(150):
        answer = found(cells, UNIFORM, places, weights)
        assert answer.masses.sum() == pytest.approx(1.0, abs=1e-3)
        spreads.append(np.ptp(answer.masses) * len(places))
        weights = cells.balanced(weights, answer.masses, UNIFORM.density(places))
    assert spreads[-1] <= 0.1 * spreads[0]
    assert spreads[0] > 0.2


def test_weights_stay_within_what_the_disc_allows():
    cells, weights = PowerCells(0.2, 1.0), np.zeros(3)
    for _ in range(200):
        weights = cells.balanced(weights, np.array([0.0, 1 / 3, 1.0]), np.full(3, 1e-6))
    assert weights[0] > 0.0 == weights[1] > weights[2]
    assert np.abs(weights).max() <= 0.25 * cells.reach**2


def test_fewer_robots_sense_farther():
    assert usual_range(100) == pytest.approx(0.7)
    assert usual_range(25) == pytest.approx(1.4)
