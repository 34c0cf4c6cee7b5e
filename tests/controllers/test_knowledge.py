"""What planners say that they must know, and whether they keep to it."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.knowledge import Knowledge, Positions, Reach
from bildsim.controllers.planner import Observation, Problem
from bildsim.controllers.registry import PLANNER_NAMES, knowledge_of, make_planner
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target

ROBOTS = 12
FAMILY = LegendreFamily(4)
DEPENDENT = [
    name for name in PLANNER_NAMES if knowledge_of(name).reach in (Reach.SENSES, Reach.CENTRAL)
]
"""Planners that see others than by messages."""
planners = pytest.mark.parametrize("name", PLANNER_NAMES)


class Mute:
    """A planner of somebody's own that declares nothing."""

    def init(self, observation, rng):
        return None

    plan = report = init


class Open(Mute):
    knows = Knowledge(Positions.NEARBY, count=True)


def places():
    # All near the middle, and so within the network and each other's sensing range.
    return np.random.default_rng(0).uniform(-0.6, 0.6, (ROBOTS, 2))


def observe(positions):
    # The links stay the same whoever moves: what counts is what goes over them.
    network = build_network(NetworkSpec.parse("ring"), places(), np.random.default_rng(0))
    return Observation(0.0, positions, network)


def ways(name, target, positions, begin, ticks=1):
    """Plan for robots that do not move. Return the last waypoints and the last report."""
    problem = Problem(named_target(target), FAMILY, 1e-4, 0.05)
    planner = make_planner(name, problem, MacroSettings(), rounds=2)
    state = planner.init(observe(begin), np.random.default_rng(1))
    for _ in range(ticks):
        waypoints, state = planner.plan(state, observe(positions))
    return waypoints, planner.report(state)


@planners
def test_every_planner_says_what_it_must_know(name):
    assert isinstance(knowledge_of(name), Knowledge)


@pytest.mark.parametrize("name", [name for name in PLANNER_NAMES if name not in DEPENDENT])
def test_whoever_is_beyond_what_it_must_know_makes_no_difference(name):
    moved = places()
    moved[ROBOTS // 2] *= -1.0  # too many links away for two rounds
    here, there = (ways(name, "banana", where, places())[0] for where in (places(), moved))
    np.testing.assert_array_equal(here[0], there[0])


@pytest.mark.parametrize("name", DEPENDENT)
def test_who_must_know_the_others_goes_elsewhere_when_they_do(name):
    knows = knowledge_of(name)
    moved = places()
    moved[1:] = 0.4 * moved[1:, ::-1] + (0.1, -0.1)
    begin = moved if knows.positions is Positions.ALL_ONCE else places()
    here = ways(name, "banana", places(), places())[0]
    there = ways(name, "banana", moved, begin)[0]
    assert not (here[0] == there[0]).all()


@planners
def test_who_knows_no_target_goes_the_same_way_to_any(name):
    here, there = (
        ways(name, target, places(), places(), ticks=12)[0] for target in ("banana", "ring")
    )
    assert (here == there).all() == (not knowledge_of(name).target)


@planners
def test_messages_are_counted_where_they_go_over_the_network(name):
    knows = knowledge_of(name)
    traffic = ways(name, "banana", places(), places())[1].traffic
    if (traffic.bytes > 0).any():
        assert knows.messages
    if knows.reach is Reach.NETWORK:
        assert (traffic.bytes > 0).all()


@pytest.mark.parametrize(
    ("knows", "reach", "words"),
    [
        (Knowledge(Positions.OWN, target=False), Reach.ALONE, "own position"),
        (Knowledge(Positions.OWN, messages=True), Reach.NETWORK, "p*, own position, messages"),
        (Knowledge(Positions.NEARBY, count=True), Reach.SENSES, "p*, N, positions nearby"),
        (Knowledge(Positions.CELLS), Reach.SENSES, "p*, Voronoi neighbours"),
        (
            Knowledge(Positions.OWN, list_of_places=True),
            Reach.PLANNED,
            "p*, own position, a list of places",
        ),
        (Knowledge(Positions.ALL), Reach.CENTRAL, "p*, all positions"),
        (Knowledge(Positions.ALL_ONCE), Reach.CENTRAL, "p*, all positions at the start"),
    ],
)
def test_kinds_and_words(knows, reach, words):
    assert knows.reach is reach
    assert str(knows) == words


def test_planners_of_others_may_declare_it():
    assert knowledge_of(f"{__name__}:Mute") is None
    assert knowledge_of(f"{__name__}:Open") == Open.knows
    with pytest.raises(UsageError, match="nobody"):
        knowledge_of("nobody")
