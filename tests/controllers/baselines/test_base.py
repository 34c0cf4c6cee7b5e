"""What baselines share: fixed places, and places that represent the target well."""

import numpy as np
import pytest

from bildsim.controllers.baselines.base import (
    FINE_CELLS,
    TRANSPORT_CELLS,
    Memoryless,
    good_places,
)
from bildsim.controllers.baselines.reference.iid import IndependentDraws
from bildsim.controllers.baselines.reference.quantised import Quantised
from bildsim.controllers.baselines.transport.ot_assign import AssignedPlaces
from bildsim.controllers.planner import Observation
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.optimal_transport import w2
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.sampling import Sampler
from tests.controllers.baselines.transport.helpers import PROBLEM, TARGET, arrive, observe, scatter


def test_quantised_places_beat_draws_by_far():
    metric = PointMasses.of(TARGET)
    best = w2(good_places(TARGET, 100, np.random.default_rng(0)), metric)
    sampler = Sampler(TARGET)
    drawn = [w2(sampler.draw(100, np.random.default_rng(seed)), metric) for seed in range(10)]
    assert best < 0.6 * np.mean(drawn)
    assert best == pytest.approx(0.072, rel=0.05), "what is known for 100 robots on gmm3"


@pytest.mark.parametrize("planner", [IndependentDraws, Quantised, AssignedPlaces])
def test_robots_arrive_at_their_places_and_stay(planner):
    made, start = planner(PROBLEM), scatter(6)
    places = made.init(observe(start), np.random.default_rng(3))
    np.testing.assert_allclose(arrive(made, start, 150, seed=3), places, atol=1e-12)


def observe_pair(positions):
    network = build_network(NetworkSpec.parse("complete"), positions, np.random.default_rng(0))
    return Observation(0.0, positions, network)


class Halfway(Memoryless):
    """A planner that wants everybody halfway to the middle."""

    def goals(self, positions):
        return 0.5 * positions


def test_planners_without_memory_go_towards_their_goals_as_far_as_a_step_allows():
    planner, start = Halfway(PROBLEM), np.array([[0.02, 0.0], [0.0, -0.8]])
    state = planner.init(observe_pair(start), np.random.default_rng(0))
    waypoints, after = planner.plan(state, observe_pair(start))
    np.testing.assert_allclose(waypoints, [[0.01, 0.0], [0.0, -0.78]], atol=1e-15)
    assert after is state
    assert planner.report(after).traffic.messages.tolist() == [0, 0]


def test_fixed_places_are_left_alone_by_where_robots_are():
    planner, start = IndependentDraws(PROBLEM), scatter(6)
    places = planner.init(observe(start), np.random.default_rng(3))
    _, state = planner.plan(places, observe(0.3 * start))
    np.testing.assert_array_equal(state, places)
    assert planner.report(state).traffic.bytes.tolist() == [0] * 6


def test_no_grid_shares_a_centre_with_that_of_the_metrics():
    centres = {round(c, 12) for c in PointMasses.of(TARGET).centres.tolist()}
    for count in (FINE_CELLS, TRANSPORT_CELLS):
        assert centres.isdisjoint(round(c, 12) for c in PointMasses.of(TARGET, count).centres)
