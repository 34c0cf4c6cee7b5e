"""Random graphs drawn at once are those that networkx draws one edge after another."""

import networkx as nx
import numpy as np
import pytest

from bildsim.network.generators import complete, erdos_renyi


def pairs(edges):
    return {tuple(sorted(edge)) for edge in edges}


@pytest.mark.parametrize("robots", [1, 2, 3, 7, 100, 200])
@pytest.mark.parametrize("probability", [1e-3, 0.1, 0.5, 0.9, 0.999])
def test_the_edges_are_networkxs(robots, probability):
    for seed in range(5 if robots < 100 else 2):
        rng, other = np.random.default_rng(seed), np.random.default_rng(seed)
        edges = erdos_renyi(robots, probability, rng)
        graph = nx.fast_gnp_random_graph(robots, probability, seed=int(other.integers(2**31)))
        assert len(edges) == graph.number_of_edges()
        assert pairs(edges.tolist()) == pairs(graph.edges)
        assert rng.bit_generator.state == other.bit_generator.state


def test_the_ends_of_the_range():
    rng = np.random.default_rng(0)
    assert erdos_renyi(50, 1e-20, rng).shape == (0, 2)
    assert pairs(erdos_renyi(50, 1.0, rng).tolist()) == pairs(complete(50).tolist())


def test_the_number_of_edges_of_a_large_graph():
    robots, probability = 3000, 0.2
    edges = erdos_renyi(robots, probability, np.random.default_rng(1))
    mean = probability * robots * (robots - 1) / 2
    assert len(edges) == pytest.approx(mean, abs=5 * (mean * (1 - probability)) ** 0.5)
    low, high = np.sort(edges, axis=1).T
    assert (low < high).all()
    assert len(np.unique(low * robots + high)) == len(edges), "each is named once"
    assert edges.min() == 0
    assert edges.max() == robots - 1
