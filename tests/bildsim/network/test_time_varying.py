"""Who hears whom as robots move, die and come, and as links fail."""

import numpy as np
import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.network import most_links
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.link_settings import LinkSettings
from bildsim.network.time_varying import LiveNetwork

ROBOTS = 10
EVERYBODY = np.ones(ROBOTS, dtype=np.bool_)


def places(seed=0):
    return np.random.default_rng(seed).uniform(-1.0, 1.0, (ROBOTS, 2))


def live(text, active=EVERYBODY, fewest=ROBOTS, **links):
    rng = np.random.default_rng(1)
    spec = NetworkSpec.parse(text)
    return LiveNetwork(spec, LinkSettings(**links), rng, places(), active, fewest)


def test_a_drawn_network_stays_the_same_object_while_nothing_changes():
    network = live("er:0.8")
    first = network.now
    assert network.follow(places(3), 0.1, EVERYBODY) is first


def test_a_disk_graph_follows_the_robots():
    network = live("disk:1.5")
    moved = places(4)
    found = network.follow(moved, 0.1, EVERYBODY)
    expected = build_network(NetworkSpec.parse("disk:1.5"), moved, np.random.default_rng(0))
    np.testing.assert_array_equal(found.indices, expected.indices)


def test_the_dead_are_heard_by_nobody_and_others_keep_their_edges():
    network = live("complete", fewest=ROBOTS - 1)
    active = EVERYBODY.copy()
    active[3] = False
    found = network.follow(places()[active], 0.1, active)
    assert len(found.degree) == ROBOTS - 1
    assert (found.degree == ROBOTS - 2).all()


def test_latecomers_find_the_edges_that_they_were_drawn():
    active = EVERYBODY.copy()
    active[0] = False
    network = live("ring", active, fewest=ROBOTS - 1)
    assert network.now.degree.sum() == 2 * (ROBOTS - 2)
    found = network.follow(places(), 1.0, EVERYBODY)
    assert (found.degree == 2).all()


def test_radio_range_takes_links_away():
    network = live("complete", radio_range=0.5)
    assert network.now.degree.sum() < ROBOTS * (ROBOTS - 1)


def test_a_state_leads_to_the_same_networks():
    network, other = live("disk:1.5"), live("disk:1.5")
    network.follow(places(5), 0.1, EVERYBODY)
    other.restore(network.snapshot())
    for seed in (6, 7):
        one = network.follow(places(seed), 0.2, EVERYBODY)
        two = other.follow(places(seed), 0.2, EVERYBODY)
        np.testing.assert_array_equal(one.indices, two.indices)


def test_too_few_neighbours_at_the_smallest_are_refused_at_once():
    with pytest.raises(UsageError, match="there are 6"):
        live("knn:6", fewest=6)


def test_robots_that_come_too_close_end_the_run_and_not_the_machine(monkeypatch):
    network = live("disk:1.5")
    monkeypatch.setattr(most_links, "MOST_PAIRS", ROBOTS * (ROBOTS - 1) // 2 - 1)
    with pytest.raises(RunError, match=r"at t = 0.1 s network='disk:1.5' .* joins 45 pairs"):
        network.follow(np.zeros((ROBOTS, 2)), 0.1, EVERYBODY)
