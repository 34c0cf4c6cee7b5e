"""Sums over edges against loops over robots."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.controllers.consensus.edge_sums import edge_sums, mix


@st.composite
def graphs(draw):
    """Return indptr and tails of random directed edges; some robots have none."""
    robots = draw(st.integers(1, 9))
    degrees = draw(st.lists(st.integers(0, 5), min_size=robots, max_size=robots))
    seed = draw(st.integers(0, 2**31))
    tails = np.random.default_rng(seed).integers(0, robots, sum(degrees))
    return np.concatenate([[0], np.cumsum(degrees)]), tails, seed


@settings(deadline=None)
@given(graphs(), st.integers(1, 4))
def test_sums_are_those_of_a_loop(graph, width):
    indptr, tails, seed = graph
    values = np.random.default_rng(seed).standard_normal((len(tails), width))
    expected = [values[a:b].sum(axis=0) for a, b in pairwise(indptr)]
    np.testing.assert_allclose(edge_sums(indptr, values), expected, rtol=0, atol=1e-14)
    one = edge_sums(indptr, values[:, 0])
    np.testing.assert_allclose(one, np.array(expected)[:, 0], rtol=0, atol=1e-14)


@settings(deadline=None)
@given(graphs(), st.integers(1, 4))
def test_who_is_not_heard_counts_as_oneself(graph, width):
    indptr, tails, seed = graph
    rng, robots = np.random.default_rng(seed), len(indptr) - 1
    weights, heard = rng.uniform(0.0, 0.2, len(tails)), rng.random(len(tails)) < 0.5
    own, sent = rng.standard_normal((2, robots, width))
    expected = own.copy()
    for i in range(robots):
        for e in range(indptr[i], indptr[i + 1]):
            if heard[e]:
                expected[i] += weights[e] * (sent[tails[e]] - own[i])
    found = mix(indptr, tails, weights, heard, own, sent)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14)


def test_a_robot_does_not_depend_on_what_others_hear():
    rng = np.random.default_rng(0)
    indptr, tails = np.array([0, 2, 4, 6]), np.array([1, 2, 0, 2, 0, 1])
    weights, heard = np.full(6, 0.3), np.ones(6, dtype=np.bool_)
    own, sent = rng.standard_normal((2, 3, 5))
    before = mix(indptr, tails, weights, heard, own, sent)
    heard[2:] = False
    assert mix(indptr, tails, weights, heard, own, sent)[0].tobytes() == before[0].tobytes()
