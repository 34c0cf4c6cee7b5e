"""Feedforward: a shift by the field's velocity, and nothing else of the planner changed."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.feedforward import Feedforward, with_feedforward
from bildsim.controllers.planner import ChangesMembers, Observation, Report
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.traffic import Traffic
from bildsim.targets.transport_velocity import VelocityField

POSITIONS = np.array([[0.0, 0.0], [0.5, -0.5], [0.99, 0.2]])
EAST = VelocityField(np.full((10, 11), 0.06), np.zeros((11, 10)))


class Stay:
    def init(self, observation, rng):
        return int(rng.integers(100))

    def plan(self, state, observation):
        return observation.positions + np.array([0.0, 0.01]), state + 1

    def report(self, state):
        return Report(Traffic.none(state))


def observe(positions=POSITIONS):
    spec, rng = NetworkSpec.parse("complete"), np.random.default_rng(0)
    return Observation(0.0, positions, build_network(spec, positions, rng))


def test_waypoints_are_shifted_within_the_step_and_the_square():
    planner = Feedforward(Stay(), EAST, lead_s=0.1, max_step=0.02)
    waypoints, _ = planner.plan(0, observe())
    np.testing.assert_allclose(waypoints[:2] - POSITIONS[:2], [[0.006, 0.01]] * 2)
    assert waypoints[2, 0] <= 1.0
    fast = Feedforward(Stay(), EAST, lead_s=10.0, max_step=0.02)
    waypoints, _ = fast.plan(0, observe())
    way = waypoints[0] - POSITIONS[0]
    assert np.hypot(*way) <= 0.02 + 1e-15
    np.testing.assert_allclose(way[1] / way[0], 0.01 / 0.6)


def test_state_and_report_are_the_planners_own():
    planner = Feedforward(Stay(), EAST, lead_s=0.1, max_step=0.02)
    state = planner.init(observe(), np.random.default_rng(3))
    assert state == Stay().init(observe(), np.random.default_rng(3))
    assert planner.plan(state, observe())[1] == state + 1
    assert len(planner.report(4).traffic.bytes) == 4


class Moody(Stay):
    """A planner that can do all that planners can offer."""

    def change_members(self, state, before, observation):
        return state + len(before)

    def check(self, network):
        raise UsageError("not on this network")


def test_it_can_do_what_the_planner_can_and_no_more():
    plain = with_feedforward(Stay(), EAST, 0.1, 0.02)
    able = with_feedforward(Moody(), EAST, 0.1, 0.02)
    assert isinstance(able, ChangesMembers)
    assert not isinstance(plain, ChangesMembers)
    assert able.change_members(4, np.array([0, -1]), observe()) == 6
    plain.check(observe().network)
    with pytest.raises(UsageError, match="not on this network"):
        able.check(observe().network)
    waypoints = [planner.plan(0, observe())[0] for planner in (plain, able)]
    np.testing.assert_array_equal(*waypoints)
