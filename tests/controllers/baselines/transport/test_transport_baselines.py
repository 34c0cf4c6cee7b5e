"""Placements and optimal transport: by hand where it is small, by another solver where not."""

import itertools

import numpy as np
import ot
import pytest

from bildsim.controllers.baselines.base import good_places
from bildsim.controllers.baselines.reference.iid import IndependentDraws
from bildsim.controllers.baselines.reference.quantised import Quantised
from bildsim.controllers.baselines.transport.ot_assign import AssignedPlaces
from bildsim.controllers.baselines.transport.ot_lloyd import TransportLloyd
from bildsim.controllers.planner import Observation, Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.optimal_transport import w2
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.quantisation import barycentres
from bildsim.targets.sampling import Sampler
from bildsim.targets.target import named_target

TARGET = named_target("gmm3")
PROBLEM = Problem(TARGET, LegendreFamily(2), 1e-4, 0.02)


def scatter(robots, seed=0):
    return np.random.default_rng(seed).uniform(-0.9, 0.9, (robots, 2))


def observe(positions):
    network = build_network(NetworkSpec.parse("ring"), positions, np.random.default_rng(0))
    return Observation(0.0, positions, network)


def arrive(planner, positions, ticks, seed=0):
    state = planner.init(observe(positions), np.random.default_rng(seed))
    for _ in range(ticks):
        positions, state = planner.plan(state, observe(positions))
    return positions


def test_draws_have_the_density_of_the_target():
    points = Sampler(TARGET).draw(40_000, np.random.default_rng(0))
    found, _, _ = np.histogram2d(*points.T, bins=10, range=[[-1, 1], [-1, 1]])
    fine = PointMasses.of(TARGET, 200).masses.T.reshape(10, 20, 10, 20).sum(axis=(1, 3))
    # Four standard deviations of a count of 40,000 draws.
    assert (np.abs(found / 40_000 - fine) < 4 * np.sqrt(fine / 40_000)).all()


def test_barycentres_are_those_of_the_best_of_all_assignments():
    """Three robots, three cells of equal mass: six assignments to try."""
    masses = np.zeros((4, 4))
    masses[0, 1] = masses[3, 3] = masses[2, 0] = 1.0 / 3.0
    cells = PointMasses(masses)
    positions = np.array([[-0.1, 0.2], [0.3, -0.7], [-0.6, -0.6]])
    places = cells.points[masses.ravel() > 0]
    best = min(
        itertools.permutations(range(3)),
        key=lambda order: ((positions - places[list(order)]) ** 2).sum(),
    )
    np.testing.assert_allclose(barycentres(positions, cells)[0], places[list(best)], atol=1e-12)


def test_barycentres_are_those_of_the_plan():
    cells, positions = PointMasses.of(TARGET, 12), scatter(7)
    squared = ((positions[:, None] - cells.points) ** 2).sum(axis=2)
    found = ot.solve(squared, np.full(7, 1 / 7), cells.masses.ravel()).plan
    expected = np.array([np.average(cells.points, axis=0, weights=row) for row in found])
    np.testing.assert_allclose(barycentres(positions, cells)[0], expected, atol=1e-10)


def test_moving_to_the_barycentres_never_raises_w2():
    cells, positions = PointMasses.of(TARGET, 20), scatter(15)
    distances = []
    for _ in range(8):
        before = w2(positions, cells)
        positions, distance = barycentres(positions, cells)
        assert distance == pytest.approx(before, rel=1e-9)
        distances.append(distance)
    assert np.diff(distances).max() < 1e-12


def test_quantised_places_beat_draws_by_far():
    metric = PointMasses.of(TARGET)
    best = w2(good_places(TARGET, 100, np.random.default_rng(0)), metric)
    sampler = Sampler(TARGET)
    drawn = [w2(sampler.draw(100, np.random.default_rng(seed)), metric) for seed in range(10)]
    assert best < 0.6 * np.mean(drawn)
    assert best == pytest.approx(0.072, rel=0.05), "the floor known for 100 robots on gmm3"


@pytest.mark.parametrize("planner", [IndependentDraws, Quantised, AssignedPlaces])
def test_robots_arrive_at_their_places_and_stay(planner):
    made, start = planner(PROBLEM), scatter(6)
    places = made.init(observe(start), np.random.default_rng(3))
    np.testing.assert_allclose(arrive(made, start, 150, seed=3), places, atol=1e-12)


def test_the_assignment_is_the_cheapest_of_the_quantised_places():
    start = scatter(6, 1)
    places = Quantised(PROBLEM).init(observe(start), np.random.default_rng(4))
    assigned = AssignedPlaces(PROBLEM).init(observe(start), np.random.default_rng(4))
    assert sorted(map(tuple, places)) == sorted(map(tuple, assigned))
    cheapest = min(((start - list(order)) ** 2).sum() for order in itertools.permutations(places))
    assert ((start - assigned) ** 2).sum() == pytest.approx(cheapest, rel=1e-12)


def test_transport_is_solved_once_a_period():
    planner = TransportLloyd(PROBLEM, period=3)
    positions = scatter(10)
    state = planner.init(observe(positions), np.random.default_rng(0))
    goals = []
    for _ in range(7):
        positions, state = planner.plan(state, observe(positions))
        goals.append(state.goals)
    changed = [bool((a != b).any()) for a, b in itertools.pairwise(goals)]
    assert changed == [False, False, True, False, False, True]


def test_transport_lloyd_brings_w2_down_to_the_quantisers():
    metric, start = PointMasses.of(TARGET), np.random.default_rng(2).uniform(-1.0, -0.4, (30, 2))
    end = w2(arrive(TransportLloyd(PROBLEM, period=20), start, 140), metric)
    best = w2(good_places(TARGET, 30, np.random.default_rng(0)), metric)
    assert end < 1.05 * best < 0.2 * w2(start, metric)
