"""The assignment to quantised places, against all assignments."""

import itertools

import numpy as np
import pytest

from bildsim.controllers.baselines.reference.quantised import Quantised
from bildsim.controllers.baselines.transport.ot_assign import AssignedPlaces
from tests.controllers.baselines.transport.helpers import PROBLEM, observe, scatter


def test_the_assignment_is_the_cheapest_of_the_quantised_places():
    start = scatter(6, 1)
    places = Quantised(PROBLEM).init(observe(start), np.random.default_rng(4))
    assigned = AssignedPlaces(PROBLEM).init(observe(start), np.random.default_rng(4))
    assert sorted(map(tuple, places)) == sorted(map(tuple, assigned))
    cheapest = min(((start - list(order)) ** 2).sum() for order in itertools.permutations(places))
    assert ((start - assigned) ** 2).sum() == pytest.approx(cheapest, rel=1e-12)
