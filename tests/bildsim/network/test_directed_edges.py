"""Edges one direction at a time, and following them while networks and swarms change."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.network.directed_edges import (
    FRESH,
    carried,
    directed_edges,
    origins,
    renumbered,
    same_edges,
)
from bildsim.network.graph import NetworkSpec, build_network


def network(text="er:0.5", robots=12, seed=0):
    rng = np.random.default_rng(seed)
    return build_network(NetworkSpec.parse(text), rng.uniform(-1.0, 1.0, (robots, 2)), rng)


@pytest.mark.parametrize("text", ["ring", "er:0.5", "disk:0.7", "complete"])
def test_each_edge_has_its_opposite_and_nobody_hears_itself(text):
    graph = network(text)
    edges = directed_edges(graph)
    assert edges.robots == 12
    assert (edges.heads != edges.tails).all()
    np.testing.assert_array_equal(edges.heads[edges.reverse], edges.tails)
    np.testing.assert_array_equal(edges.tails[edges.reverse], edges.heads)
    np.testing.assert_array_equal(np.diff(edges.indptr), graph.degree)
    assert (np.diff(edges.keys) > 0).all()
    np.testing.assert_array_equal(np.divmod(edges.keys, 12), (edges.heads, edges.tails))
    # Metropolis weights are the same both ways.
    np.testing.assert_array_equal(edges.weights, edges.weights[edges.reverse])


KEYS = st.lists(st.integers(0, 40), unique=True, max_size=15).map(
    lambda keys: np.array(sorted(keys), dtype=np.int64)
)


@settings(deadline=None)
@given(KEYS, KEYS)
def test_origins_are_found_by_key(keys, before):
    expected = [list(before).index(key) if key in before else FRESH for key in keys]
    assert origins(keys, before).tolist() == expected
    values = np.arange(1.0, len(before) + 1.0)
    moved = carried(values, origins(keys, before))
    assert moved.tolist() == [0.0 if k == FRESH else values[k] for k in expected]


def test_edges_are_compared_by_value():
    keys = np.array([1, 5, 7])
    assert same_edges(keys, keys)
    assert same_edges(keys, keys.copy())
    assert not same_edges(keys, keys[:2])


def test_robots_that_leave_take_their_edges_along():
    """Robots 0, 1, 2, 3 on a line; 1 leaves, one joins as the last: 0, 2, 3, new."""
    pairs = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 2)]
    keys = np.array(sorted(4 * head + tail for head, tail in pairs))
    origin = np.array([0, 2, 3, FRESH])
    fresh, places = renumbered(keys, origin, 4)
    assert [divmod(int(key), 4) for key in fresh] == [(1, 2), (2, 1)]
    assert [divmod(int(keys[place]), 4) for place in places] == [(2, 3), (3, 2)]
