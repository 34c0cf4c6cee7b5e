"""Optimal transport solved again and again: when, and how near it comes."""

import itertools

import numpy as np

from bildsim.controllers.baselines.base import good_places
from bildsim.controllers.baselines.transport.ot_lloyd import TransportLloyd
from bildsim.targets.optimal_transport import w2
from bildsim.targets.point_masses import PointMasses
from tests.controllers.baselines.transport.helpers import PROBLEM, TARGET, arrive, observe, scatter


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
