"""The quantised placement: nobody chose who goes where."""

import numpy as np

from bildsim.controllers.baselines.base import good_places
from bildsim.controllers.baselines.reference.quantised import Quantised
from bildsim.controllers.planner import Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.targets.target import named_target

PROBLEM = Problem(named_target("gmm3"), LegendreFamily(2), 1e-4, 0.02)


def test_robot_i_gets_the_ith_place_wherever_it_starts():
    planner, expected = Quantised(PROBLEM), good_places(PROBLEM.target, 9, np.random.default_rng(5))
    for start in (np.zeros((9, 2)), np.random.default_rng(1).uniform(-0.9, 0.9, (9, 2))):
        found = planner.places(start, np.random.default_rng(5))
        np.testing.assert_array_equal(found, expected)


def test_places_are_in_the_square_and_apart():
    places = Quantised(PROBLEM).places(np.zeros((30, 2)), np.random.default_rng(0))
    assert np.abs(places).max() < 1.0
    apart = np.linalg.norm(places[:, None] - places, axis=2)[~np.eye(30, dtype=bool)]
    assert apart.min() > 0.02
