"""What robots sent: messages and bytes, added up and followed through changes of the swarm."""

import numpy as np
import pytest

from bildsim.network.graph import NetworkSpec, build_network, network_of_edges
from bildsim.network.traffic import Traffic


def star():
    """A ring of three, in which each robot has two neighbours."""
    rng = np.random.default_rng(0)
    return build_network(NetworkSpec.parse("ring"), rng.uniform(-1.0, 1.0, (3, 2)), rng)


def test_each_round_each_neighbour_gets_a_message():
    traffic = Traffic.none(3).sent(star(), 4, 100).add(star(), 1, 5)
    assert traffic.messages.tolist() == [10, 10, 10]
    assert traffic.bytes.tolist() == [8 * 100 + 2 * 40] * 3
    assert traffic.rounds == 5


def test_nothing_is_sent_without_rounds():
    traffic = Traffic.none(3).sent(star(), 0, 100)
    assert not traffic.messages.any()
    assert not traffic.bytes.any()


def test_totals_go_with_their_robots_and_newcomers_have_none():
    traffic = Traffic(np.array([1, 2, 3]), np.array([10, 20, 30]), 7)
    other = traffic.among(np.array([2, -1, 0]))
    assert other.messages.tolist() == [3, 0, 1]
    assert other.bytes.tolist() == [30, 0, 10]
    assert other.broadcast.tolist() == [30, 0, 10]
    assert other.rounds == 7


@pytest.mark.parametrize(("alike", "once"), [(True, 400), (False, 800)])
def test_what_is_said_to_all_alike_goes_out_once(alike, once):
    traffic = Traffic.none(3).sent(star(), 4, 100, alike=alike)
    assert traffic.bytes.tolist() == [800] * 3
    assert traffic.broadcast.tolist() == [once] * 3


def test_who_has_no_neighbour_says_nothing():
    pair = network_of_edges(np.array([[0, 1]]), 3)
    traffic = Traffic.none(3).sent(pair, 2, 10)
    assert traffic.broadcast.tolist() == traffic.bytes.tolist() == [20, 20, 0]


def test_what_nobody_counted_once_counts_as_often_as_it_was_sent():
    sent = np.array([10, 20, 30])
    assert Traffic(np.array([1, 2, 3]), sent).broadcast is sent
    counted = Traffic(np.array([1, 2, 3]), sent, 7, np.array([1, 2, 3]))
    assert counted.among(np.array([2, -1])).broadcast.tolist() == [3, 0]


def test_who_does_not_speak_sends_nothing():
    network = network_of_edges(np.array([[0, 1], [1, 2]]), 4)
    traffic = Traffic.none(4).sent(network, 5, 10, spoken=np.array([5, 2, 0, 3]))
    assert traffic.rounds == 5
    assert traffic.messages.tolist() == [5, 4, 0, 0]
    assert traffic.bytes.tolist() == [50, 40, 0, 0]
    assert traffic.broadcast.tolist() == [50, 20, 0, 0]
