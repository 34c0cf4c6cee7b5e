"""The network that goes with a number of robots, and how surely random graphs are connected."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from bildsim.network.default_network import (
    FEWEST_FOR_RANDOM,
    connection_probability,
    default_network,
)
from bildsim.network.generators import erdos_renyi
from bildsim.network.spec import NetworkSpec


@pytest.mark.parametrize("robots", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("probability", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_the_chance_of_connection_is_that_of_all_graphs_counted(robots, probability):
    pairs = list(combinations(range(robots), 2))
    total = 0.0
    for number in range(2 ** len(pairs)):
        edges = [pair for bit, pair in enumerate(pairs) if number >> bit & 1]
        graph = nx.Graph(edges)
        graph.add_nodes_from(range(robots))
        if nx.is_connected(graph):
            missing = len(pairs) - len(edges)
            total += probability ** len(edges) * (1.0 - probability) ** missing
    assert connection_probability(robots, probability) == pytest.approx(total, abs=1e-12)


def test_draws_are_connected_as_often_as_it_says():
    rng, draws = np.random.default_rng(0), 1000
    for robots in (6, 10):
        # One large graph of all the draws side by side: its components are found at once.
        edges = [erdos_renyi(robots, 0.5, rng) + robots * number for number in range(draws)]
        ends = np.concatenate(edges).T
        graph = sparse.coo_array((np.ones(ends.shape[1]), ends), shape=(robots * draws,) * 2)
        _, component = connected_components(graph, directed=False)
        of_draw = component.reshape(draws, robots)
        found = (of_draw == of_draw[:, :1]).all(axis=1).mean()
        expected = connection_probability(robots, 0.5)
        assert found == pytest.approx(expected, abs=4 * (expected * (1 - expected) / draws) ** 0.5)


def test_from_the_number_on_random_graphs_almost_surely_connect():
    apart = [1.0 - connection_probability(n, 0.5) for n in range(2, 61)]
    assert apart[FEWEST_FOR_RANDOM - 2] == pytest.approx(3.8e-5, rel=0.01)
    assert apart[10 - 2] == pytest.approx(1 / 51, rel=0.01)
    assert (np.diff(apart[1:]) <= 0.0).all()


@pytest.mark.parametrize(
    ("robots", "text"),
    [
        (1, "complete"),
        (19, "complete"),
        (20, "er:0.5"),
        (100, "er:0.5"),
        (400, "er:0.5"),
        (1000, "er:0.2"),
        (5000, "er:0.04"),
        (3001, "er:0.0666"),
    ],
)
def test_the_default_goes_with_the_number_of_robots(robots, text):
    assert str(default_network(robots)) == text


@given(st.integers(400, 1_000_000))
def test_large_swarms_have_two_hundred_neighbours_each(robots):
    spec = default_network(robots)
    assert spec.parameter * robots == pytest.approx(200, rel=0.005)
    assert NetworkSpec.parse(str(spec)) == spec
