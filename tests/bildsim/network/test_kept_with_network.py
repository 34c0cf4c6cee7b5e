"""What follows from a network is found once, and goes when the network does."""

import gc
import pickle
import tracemalloc
import weakref

import numpy as np

from bildsim.controllers.bild_macro.algorithm import lazy_links
from bildsim.controllers.consensus.admm import AdmmConsensus
from bildsim.network.directed_edges import directed_edges
from bildsim.network.graph import NetworkSpec, build_network, network_among
from bildsim.network.kept_with_network import kept_with_network

ADMM = AdmmConsensus()


def built(robots=20):
    places = np.random.default_rng(0).uniform(-1.0, 1.0, (robots, 2))
    return build_network(NetworkSpec.parse("complete"), places, np.random.default_rng(0))


def test_it_is_found_once_for_a_network_and_values():
    calls = []

    @kept_with_network
    def found(network, factor):
        calls.append(factor)
        return factor * network.degree

    one, other = built(), built()
    assert found(one, 2.0) is found(one, 2.0)
    assert found(one, 3.0) is not found(one, 2.0)
    assert found(other, 2.0) is not found(one, 2.0)
    assert calls == [2.0, 3.0, 2.0]


def test_it_goes_with_the_network():
    network = built()
    kept = [directed_edges(network), lazy_links(network, 0.5).weights, ADMM._links(network).total]
    watched = [weakref.ref(each) for each in (network, *kept)]
    del network, kept
    gc.collect()
    assert not any(each() is not None for each in watched)


def test_a_checkpoint_holds_the_network_alone():
    network = built()
    before = len(pickle.dumps(network))
    directed_edges(network), lazy_links(network, 0.5)
    assert len(pickle.dumps(network)) == before


def test_memory_stays_that_of_one_network_while_robots_die():
    network, sizes = built(200), []
    tracemalloc.start()
    for robots in range(199, 179, -1):
        network = network_among(network, np.arange(robots))
        directed_edges(network), lazy_links(network, 0.5), ADMM._links(network)
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert max(sizes) < 1.2 * sizes[0]
