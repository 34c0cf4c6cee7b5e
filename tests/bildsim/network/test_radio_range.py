"""Links that are too long or cut."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform

from bildsim.basics.errors import UsageError
from bildsim.network.graph import NetworkSpec, build_network, network_of_edges
from bildsim.network.link_settings import LinkSettings
from bildsim.network.radio_range import (
    require_radios_matter,
    same_links,
    with_lengths,
    within_reach,
)

POSITIONS = np.random.default_rng(0).uniform(-1, 1, (25, 2))


def draw(spec):
    return build_network(NetworkSpec.parse(spec), POSITIONS, np.random.default_rng(1))


@pytest.mark.parametrize("reach", [0.1, 0.5, 4.0])
def test_the_complete_network_becomes_a_disk_graph(reach):
    found = within_reach(draw("complete"), POSITIONS, 0.0, LinkSettings(radio_range=reach))
    np.testing.assert_array_equal(
        found.matrix().toarray(), draw(f"disk:{reach}").matrix().toarray()
    )


def test_a_range_takes_links_away_and_adds_none():
    network, settings = draw("er:0.4"), LinkSettings(radio_range=0.6)
    links = within_reach(network, POSITIONS, 0.0, settings).matrix().toarray() > 0
    near = squareform(pdist(POSITIONS)) <= 0.6
    np.testing.assert_array_equal(links, (network.matrix().toarray() > 0) & near)


def test_an_outage_cuts_the_swarm_in_two_while_it_lasts():
    network, settings = draw("complete"), LinkSettings(outage="1:2,5:6")
    right = POSITIONS[:, 0] > 0.0
    for time_s, cut in [(0.9, 0), (1.0, 1), (1.9, 1), (2.0, 0), (5.5, 1), (6.0, 0)]:
        found = within_reach(network, POSITIONS, time_s, settings)
        assert found.components == 1 + cut
        across = found.matrix().toarray()[right][:, ~right]
        assert (across > 0.0).any() == (not cut)


def test_weights_are_those_of_what_is_left():
    found = within_reach(draw("complete"), POSITIONS, 0.0, LinkSettings(radio_range=0.3))
    assert found.components > 1
    np.testing.assert_allclose(found.matrix().toarray().sum(axis=0), 1.0, atol=1e-14)


def test_a_network_that_lacks_nothing_stays_the_same():
    network = draw("er:0.5")
    assert within_reach(network, POSITIONS, 0.0, LinkSettings(radio_range=3.0)) is network
    assert same_links(network, draw("er:0.5"))
    assert not same_links(network, draw("ring"))


@pytest.mark.parametrize("spec", ["er:0.4", "complete"])
def test_radios_that_reach_nobody_are_refused_with_the_range_that_joins_all(spec):
    network = draw(spec)
    with pytest.raises(UsageError, match=r"radio_range=0\.001 is too small to matter") as refused:
        require_radios_matter(network, POSITIONS, LinkSettings(radio_range=0.001))
    enough = refused.value.words[1]
    assert within_reach(network, POSITIONS, 0.0, LinkSettings(radio_range=enough)).connected
    less = LinkSettings(radio_range=enough - 0.011)
    assert not within_reach(network, POSITIONS, 0.0, less).connected
    require_radios_matter(network, POSITIONS, less)


def test_one_robot_needs_no_radio():
    alone = build_network(NetworkSpec.parse("complete"), POSITIONS[:1], np.random.default_rng(1))
    require_radios_matter(alone, POSITIONS[:1], LinkSettings(radio_range=0.001))


def test_a_radio_that_reaches_nobody_is_named():
    settings = LinkSettings(radio_range=0.001, radio="mine.toml")
    with pytest.raises(UsageError, match=r"radio='mine.toml' reaches 0.001 m and nobody"):
        require_radios_matter(draw("complete"), POSITIONS, settings)


def test_lengths_are_those_of_the_links():
    positions = np.array([[0.0, 0.0], [0.3, 0.4], [0.3, -0.6]])
    network = network_of_edges(np.array([[0, 1], [1, 2]]), 3)
    assert with_lengths(network, positions, LinkSettings()) is network
    found = with_lengths(network, positions, LinkSettings(half_range=0.5))
    np.testing.assert_allclose(found.lengths, [0.5, 0.5, 1.0, 1.0])
    assert same_links(found, network)
